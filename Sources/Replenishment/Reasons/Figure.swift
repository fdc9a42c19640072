/// Numbers as text: plain decimal notation with a point, so that CSV, JSON and people read the
/// same.
enum Figure {
  /// `value` with at most `decimals` (0 to 6) digits after the point and none that are idle zeros.
  static func text(_ value: Double, decimals: Int = 2) -> String {
    let scale = scales[decimals]
    let scaled = (abs(value) * scale).rounded()
    // Beyond this not every whole number is a double: the digits after the point say nothing.
    guard scaled < 9e15 else { return large(value) }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let units = UInt64(scaled)
    let divisor = UInt64(scale)
    let whole = String(units / divisor)
    var fraction = units % divisor
    guard fraction > 0 else { return sign + whole }
    var places = decimals
    while fraction % 10 == 0 {
      fraction /= 10
      places -= 1
    }
    let digits = String(fraction)
    let zeros = String(repeating: "0", count: places - digits.utf8.count)
    return sign + whole + "." + zeros + digits
  }

  /// Units in a sentence: digits after the point only where they tell something.
  static func units(_ value: Double) -> String {
    text(value, decimals: abs(value) < 1 ? 2 : abs(value) < 100 ? 1 : 0)
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
