import Glibc

/// What a cut's file is called: when it was made, and its number, which tells two of one second
/// apart; by name they are in the order in which they were made.
public struct CutName {
  let seconds: Int64
  let number: Int

  /// The name.
  var text: String {
    let digits = String(number)
    let filled = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    return "\(Self.time(seconds, isCompact: true))-\(filled)"
  }

  /// The number in a name.
  static func number(_ name: String) -> Int? {
    name.split(separator: "-").last.flatMap { Int($0) }
  }

  /// A moment in UTC as ISO 8601 has it, in its basic or its extended form.
  public static func time(_ seconds: Int64, isCompact: Bool = false) -> String {
    var clock = time_t(seconds)
    var parts = unsafe tm()
    guard unsafe gmtime_r(&clock, &parts) != nil else { return "-" }
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let (day, hour, year) = unsafe (
      [two(parts.tm_mon + 1), two(parts.tm_mday)],
      [two(parts.tm_hour), two(parts.tm_min), two(parts.tm_sec)], "\(1_900 + Int(parts.tm_year))"
    )
    let (dash, colon) = isCompact ? ("", "") : ("-", ":")
    return "\(([year] + day).joined(separator: dash))T\(hour.joined(separator: colon))Z"
  }
}
