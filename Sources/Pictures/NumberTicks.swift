/// Round numbers along an axis: steps of 1, 2 or 5 times a power of ten, the finest of which there
/// are not more than wanted (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
struct NumberTicks: Equatable {
  /// A number on the axis.
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  /// The ticks, ascending; the first is at or below, the last at or above what is shown.
  let ticks: [Tick]

  /// From the first tick to the last.
  var range: ClosedRange<Double> {
    guard let first = ticks.first, let last = ticks.last else { return 0...1 }
    return first.value...max(last.value, first.value + .leastNormalMagnitude)
  }

  private static let exponents = -12...15
  private static let suffixes = [(12, "T"), (9, "G"), (6, "M"), (3, "k")]

  /// Ticks that hold `low` and `high`, at most `count` steps. What is too large or too small to be
  /// told has one step.
  init(from low: Double, to high: Double, steps count: Int) {
    // What lies on both sides of 0 takes two steps at least.
    let most = Double(max(low < 0 && high > 0 ? 2 : 1, count))
    let high = high > low ? high : low + 1
    for exponent in Self.exponents {
      for digit in [1, 2, 5] {
        let step = Self.power(exponent) * Double(digit)
        let (first, last) = ((low / step).rounded(.down), (high / step).rounded(.up))
        guard last - first <= most, first.magnitude < 1e9, last.magnitude < 1e9 else { continue }
        ticks = (Int(first)...Int(last)).map { index in
          Tick(
            value: Double(index) * step,
            label: Self.label(
              index * digit, exponent: exponent,
              largest: max(first.magnitude, last.magnitude) * step))
        }
        return
      }
    }
    ticks = [Tick(value: low, label: "\(low)"), Tick(value: high, label: "\(high)")]
  }

  /// A power of ten, as near as a double comes.
  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }

  /// `units` times a power of ten in words; of large numbers thousands or millions, so that a label
  /// is short. Digits come from integers: no label reads 0.30000000000000004.
  private static func label(_ units: Int, exponent: Int, largest: Double) -> String {
    guard units != 0 else { return "0" }
    var exponent = exponent
    var suffix = ""
    if let unit = suffixes.first(where: { largest >= power($0.0 + 1) }), exponent >= unit.0 - 2 {
      exponent -= unit.0
      suffix = " \(unit.1)"
    }
    var digits = String(units.magnitude)
    if exponent >= 0 {
      digits = grouped(digits + String(repeating: "0", count: exponent))
    } else {
      let places = -exponent
      digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
      let whole = grouped(String(digits.dropLast(places)))
      var rest = digits.suffix(places)
      while rest.last == "0" { rest.removeLast() }
      digits = rest.isEmpty ? whole : "\(whole).\(rest)"
    }
    return (units < 0 ? "-" : "") + digits + suffix
  }

  private static func grouped(_ digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
