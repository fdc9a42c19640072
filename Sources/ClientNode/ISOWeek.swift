import Demand

/// A week as ISO 8601 numbers them: it begins on Monday, and week 1 has the year's first Thursday.
struct ISOWeek {
  let year: Int, number: Int

  /// Reads `2026-W47`.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 4, let year = Int(parts[0]), year > 0,
      parts[1].count == 3, parts[1].first == "W", let number = Int(parts[1].dropFirst()),
      number >= 1
    else { return nil }
    self.year = year
    self.number = number
    // The 28th of December is in the year's last week.
    let first = Self.monday(of: 1, in: year)
    guard number <= (Day(year: year, month: 12, day: 28) - first) / 7 + 1 else { return nil }
  }

  /// Its days, Monday to Sunday.
  var days: ClosedRange<Day> {
    let monday = Self.monday(of: number, in: year)
    return monday...(monday + 6)
  }

  /// The 4th of January is in week 1.
  private static func monday(of number: Int, in year: Int) -> Day {
    let fourth = Day(year: year, month: 1, day: 4)
    return fourth - fourth.weekday + 7 * (number - 1)
  }
}
