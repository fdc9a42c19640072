/// A calendar date as written, without a time zone: days since 1970-01-01.
public struct Day: Hashable, Comparable, Sendable {
  /// The dates that Granary takes; anything outside is a typing mistake.
  public static let supported =
    Day(
      year: 1970, month: 1, day: 1)...Day(
      year: 2199, month: 12, day: 31)

  /// Days since 1970-01-01.
  public let number: Int32

  /// The day with this number of days since 1970-01-01.
  public init(number: Int32) { self.number = number }

  /// A date of the proleptic Gregorian calendar; month and day must be in range.
  ///
  /// The arithmetic counts years from 1 March, so that the leap day comes last (Howard Hinnant,
  /// "chrono-compatible low-level date algorithms").
  public init(year: Int, month: Int, day: Int) {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `2026-11-20`; other forms, impossible dates and dates outside `supported` are refused.
  public init(_ text: String) throws(DemandError) {
    var copy = text
    let parsed = copy.withUTF8 { unsafe Day.parse($0) }
    guard let parsed else { throw .notADate(text) }
    guard Day.supported.contains(parsed) else { throw .dateOutOfRange(text) }
    self = parsed
  }

  /// Reads the ten bytes of `2026-11-20`, or nothing when they are no date.
  public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Day? {
    guard bytes.count == 10, unsafe bytes[4] == 0x2D, unsafe bytes[7] == 0x2D else { return nil }
    var digits = (0, 0, 0)
    for index in [0, 1, 2, 3, 5, 6, 8, 9] {
      let digit = Int(unsafe bytes[index]) - 0x30
      guard digit >= 0, digit <= 9 else { return nil }
      if index < 4 {
        digits.0 = digits.0 * 10 + digit
      } else if index < 7 {
        digits.1 = digits.1 * 10 + digit
      } else {
        digits.2 = digits.2 * 10 + digit
      }
    }
    guard (1...12).contains(digits.1), digits.2 >= 1,
      digits.2 <= daysInMonth(digits.1, year: digits.0)
    else { return nil }
    return Day(year: digits.0, month: digits.1, day: digits.2)
  }

  /// The number of days in a month.
  public static func daysInMonth(_ month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Year, month (1...12) and day of the month (1...31).
  public var calendar: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }

  /// 0 for Monday to 6 for Sunday.
  public var weekday: Int {
    let shifted = (Int(number) + 3) % 7
    return shifted < 0 ? shifted + 7 : shifted
  }

  /// 0 for 1 January.
  public var dayOfYear: Int {
    Int(number - Day(year: calendar.year, month: 1, day: 1).number)
  }

  /// Earlier comes first.
  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

  /// The day `days` later.
  public static func + (day: Day, days: Int) -> Day { Day(number: day.number + Int32(days)) }

  /// The day `days` earlier.
  public static func - (day: Day, days: Int) -> Day { Day(number: day.number - Int32(days)) }

  /// The number of days from `earlier` to `later`.
  public static func - (later: Day, earlier: Day) -> Int { Int(later.number) - Int(earlier.number) }
}

extension Day: CustomStringConvertible {
  /// The date as `2026-11-20`.
  public var description: String {
    let (year, month, day) = calendar
    func padded(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
