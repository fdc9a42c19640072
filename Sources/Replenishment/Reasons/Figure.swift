import Demand
import Packing

/// Numbers as text: plain decimal notation with a point, so that CSV, JSON and people read the
/// same.
enum Figure {
  /// `value` with at most `decimals` (0 to 6) digits after the point and none that are idle zeros.
  static func text(_ value: Double, decimals: Int = 2) -> String {
    var bytes: [UInt8] = []
    append(value, decimals: decimals, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends what `text` says.
  static func append(_ value: Double, decimals: Int, to bytes: inout [UInt8]) {
    let scale = scales[decimals]
    let scaled = (abs(value) * scale).rounded()
    // Beyond this not every whole number is a double: the digits after the point say nothing.
    guard scaled < 9e15 else { return bytes.append(contentsOf: large(value).utf8) }
    if value < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
    var (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
    bytes.append(digits: whole)
    guard fraction > 0 else { return }
    var places = decimals
    while true {
      (whole, fraction) = (fraction, fraction / 10)
      guard whole == fraction * 10 else { break }
      places -= 1
    }
    bytes.append(UInt8(ascii: "."))
    bytes.append(digits: whole, width: places)
  }

  /// Appends a whole number.
  static func append(_ count: Int, to bytes: inout [UInt8]) {
    if count < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.append(digits: UInt64(count.magnitude))
  }

  /// Appends a date as `2026-11-20`.
  static func append(_ day: Day, to bytes: inout [UInt8]) {
    let (year, month, dayOfMonth) = day.calendar
    guard (0...9_999).contains(year) else {
      return bytes.append(contentsOf: day.description.utf8)
    }
    bytes.append(digits: UInt64(year), width: 4)
    for part in [month, dayOfMonth] {
      bytes.append(UInt8(ascii: "-"))
      bytes.append(digits: UInt64(part), width: 2)
    }
  }

  /// Units in a sentence: digits after the point only where they tell something.
  static func units(_ value: Double) -> String { text(value, decimals: unitDecimals(value)) }

  /// How many digits after the point units have in a sentence.
  static func unitDecimals(_ value: Double) -> Int {
    abs(value) < 1 ? 2 : abs(value) < 100 ? 1 : 0
  }

  /// `1 day`, `2 days`.
  static func days(_ count: Int) -> String { count == 1 ? "1 day" : "\(count) days" }

  /// A probability in percent.
  static func percent(_ share: Double) -> String { text(share * 100, decimals: 2) + " %" }

  /// How long something lasts, in the unit in which a planner would say it.
  static func cover(_ days: Double) -> String {
    switch days {
    case Bounds.coverDays...: "more than 100 years"
    case 1_000...: text(days / 365, decimals: 1) + " years"
    case 100...: text(days / 30.4375, decimals: 1) + " months"
    case 1.5...: text(days, decimals: 0) + " days"
    default: "a day"
    }
  }

  private static let scales: InlineArray<7, Double> = [1, 10, 100, 1_000, 1e4, 1e5, 1e6]

  private static func large(_ value: Double) -> String {
    guard let whole = Int64(exactly: value.rounded()) else { return "\(value)" }
    return String(whole)
  }
}
