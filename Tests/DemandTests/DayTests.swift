import Demand
import Testing

@Suite("Days")
struct DayTests {
  @Test(
    "known dates have their known numbers and weekdays",
    arguments: [
      ("1970-01-01", 0, 3), ("1970-01-02", 1, 4), ("1999-12-31", 10_956, 4),
      ("2000-02-29", 11_016, 1), ("2000-03-01", 11_017, 2), ("2024-02-29", 19_782, 3),
      ("2026-11-20", 20_777, 4), ("2100-02-28", 47_540, 6), ("2100-03-01", 47_541, 0),
      ("2199-12-31", 84_005, 1),
    ] as [(String, Int32, Int)])
  func known(text: String, number: Int32, weekday: Int) throws {
    let day = try Day(text)
    #expect(day.number == number)
    #expect(day.weekday == weekday)
    #expect(day.description == text)
  }

  @Test("every day from 1970 to 2199 follows the one before it and comes back from its text")
  func calendar() throws {
    var expected = (year: 1970, month: 1, day: 1)
    for number in Day.supported.lowerBound.number...Day.supported.upperBound.number {
      let day = Day(number: number)
      let (year, month, dayOfMonth) = day.calendar
      guard (year, month, dayOfMonth) == expected,
        Day(year: year, month: month, day: dayOfMonth) == day
      else {
        Issue.record("day \(number) is \(day), not \(expected)")
        return
      }
      if dayOfMonth == 1 { #expect(try Day(day.description) == day) }
      expected.day += 1
      if expected.day > Day.daysInMonth(month, year: year) { expected = (year, month + 1, 1) }
      if expected.month > 12 { expected = (year + 1, 1, 1) }
    }
    #expect(expected == (2200, 1, 1))
  }

  @Test("leap years are every fourth, not every hundredth, but every four hundredth")
  func leapYears() {
    #expect([1972, 2000, 2024, 2096].allSatisfy { Day.daysInMonth(2, year: $0) == 29 })
    #expect([1970, 1900, 2023, 2100].allSatisfy { Day.daysInMonth(2, year: $0) == 28 })
  }

  @Test("the day of the year counts from 0, leap day included")
  func dayOfYear() throws {
    #expect(try Day("2024-01-01").dayOfYear == 0)
    #expect(try Day("2024-12-31").dayOfYear == 365)
    #expect(try Day("2023-12-31").dayOfYear == 364)
  }

  @Test(
    "what is no date is refused, with the form that is wanted",
    arguments: [
      "", "2026", "2026-11", "2026-13-01", "2026-00-10", "2026-02-29", "2026-04-31", "2026-11-00",
      "2026/11/20", "20-11-2026", "2026-11-2O", " 2026-11-20", "2026-11-20 ", "２０26-11-20",
    ])
  func refused(text: String) {
    #expect(throws: DemandError.notADate(text)) { _ = try Day(text) }
  }

  @Test(
    "dates of other centuries are refused", arguments: ["1969-12-31", "2200-01-01", "0001-01-01"])
  func outOfRange(text: String) {
    #expect(throws: DemandError.dateOutOfRange(text)) { _ = try Day(text) }
  }

  @Test("days are added and subtracted across a leap day")
  func arithmetic() throws {
    let day = try Day("2024-02-28")
    #expect((day + 2).description == "2024-03-01")
    #expect((day - 59).description == "2023-12-31")
    #expect(try Day("2025-02-28") - day == 366)
  }
}
