import Demand
import Testing

@testable import Pictures

@Suite("Round numbers and days along an axis")
struct TickTests {
  private func labels(_ low: Double, _ high: Double, _ steps: Int) -> [String] {
    NumberTicks(from: low, to: high, steps: steps).ticks.map(\.label)
  }

  private func days(_ first: String, _ last: String, _ count: Int) throws -> [String] {
    DayTicks(try Day(first)...(try Day(last)), count: count).ticks.map(\.label)
  }

  @Test("Steps are 1, 2 or 5 times a power of ten, and hold what is shown")
  func steps() {
    #expect(labels(0, 97, 5) == ["0", "20", "40", "60", "80", "100"])
    #expect(labels(0, 100, 5) == ["0", "20", "40", "60", "80", "100"])
    #expect(labels(0, 101, 4) == ["0", "50", "100", "150"])
    #expect(labels(0, 3, 3) == ["0", "1", "2", "3"])
    #expect(labels(-7, 12, 5) == ["-10", "-5", "0", "5", "10", "15"])
  }

  @Test("Labels have the digits of their step and no more")
  func digits() {
    #expect(labels(0, 0.3, 3) == ["0", "0.1", "0.2", "0.3"])
    #expect(labels(0, 0.05, 5) == ["0", "0.01", "0.02", "0.03", "0.04", "0.05"])
    #expect(labels(0, 4_200, 3) == ["0", "2,000", "4,000", "6,000"])
  }

  @Test("Large numbers are told in thousands and millions")
  func large() {
    #expect(labels(0, 50_000, 5) == ["0", "10 k", "20 k", "30 k", "40 k", "50 k"])
    #expect(labels(0, 2.4e7, 3) == ["0", "10 M", "20 M", "30 M"])
  }

  @Test(
    "There are never more steps than asked for, and the ends hold everything",
    arguments: [(0.0, 1e-9), (0, 1), (0, 7.3), (0, 999), (-3, 3), (0, 1e14), (-1e6, 5), (2, 2)])
  func bounds(low: Double, high: Double) {
    for steps in 1...9 {
      let ticks = NumberTicks(from: low, to: high, steps: steps)
      #expect(ticks.ticks.count - 1 <= max(steps, low < 0 ? 2 : 1))
      #expect(ticks.range.lowerBound <= low && ticks.range.upperBound >= high)
    }
  }

  @Test("Days are told as days, Mondays, months or years, as there is room")
  func dayUnits() throws {
    #expect(
      try days("2026-11-19", "2026-11-23", 8) == ["19 Nov", "20 Nov", "21 Nov", "22 Nov", "23 Nov"])
    // 2026-11-02 is a Monday.
    #expect(try days("2026-10-30", "2026-11-20", 5) == ["2 Nov", "9 Nov", "16 Nov"])
    #expect(
      try days("2026-05-20", "2026-12-17", 8)
        == ["Jun 2026", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
    #expect(try days("2025-11-20", "2026-02-17", 4) == ["Dec 2025", "Jan 2026", "Feb"])
    #expect(
      try days("2020-03-01", "2026-02-17", 6) == ["2021", "2022", "2023", "2024", "2025", "2026"])
  }

  @Test("There are never more days than asked for")
  func dayCount() throws {
    let first = try Day("2024-02-27")
    for length in [1, 2, 6, 15, 60, 200, 700, 3_000, 16_000] {
      for count in 1...12 {
        let ticks = DayTicks(first...(first + (length - 1)), count: count).ticks
        #expect(ticks.count <= count, "\(length) days")
        #expect(ticks.allSatisfy { $0.day >= first && $0.day - first < length })
      }
    }
  }

  @Test("A scale goes from end to end, and keeps what is outside at the nearer one")
  func scale() {
    let up = Scale(0...10, from: 100, to: 0)
    #expect([0, 5, 10].map(up.position) == [100, 50, 0])
    #expect(up.position(-3) == 100 && up.position(1e300) == 0)
    #expect(Scale(4...4, from: 7, to: 9).position(4) == 7)
  }
}
