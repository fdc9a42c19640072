import Demand

/// Reads dates; rows come in order of day, so the month of the last one is remembered.
struct DayText {
  /// The eight bytes of `2026-11-`.
  private var month: UInt64 = 0
  private var firstOfMonth: Int32 = 0
  private var daysInMonth = 0

  /// The day, or nothing when the text is no date; the caller checks `Day.supported`.
  mutating func day(_ text: UnsafeBufferPointer<UInt8>) -> Day? {
    guard text.count == 10 else {
      let trimmed = unsafe NumberText.trimmed(text)
      return trimmed.count == 10 && trimmed.count != text.count ? unsafe day(trimmed) : nil
    }
    let prefix = unsafe UnsafeRawBufferPointer(text).loadUnaligned(as: UInt64.self)
    if prefix == month {
      let tens = Int(unsafe text[8]) - 0x30
      let ones = Int(unsafe text[9]) - 0x30
      let day = tens * 10 + ones
      guard tens >= 0, ones >= 0, ones <= 9, day >= 1, day <= daysInMonth else { return nil }
      return Day(number: firstOfMonth + Int32(day - 1))
    }
    guard let day = unsafe Day.parse(text) else { return nil }
    let calendar = day.calendar
    month = prefix
    firstOfMonth = (day - (calendar.day - 1)).number
    daysInMonth = Day.daysInMonth(calendar.month, year: calendar.year)
    return day
  }
}
