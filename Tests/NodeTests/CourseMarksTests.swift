import Demand
import Forecasting
import Pictures
import Testing

@testable import granary

@Suite("What a plot marks")
struct CourseMarksTests {
  private let start = Day(year: 2026, month: 3, day: 1)

  private func location(
    _ name: String, _ units: [Double], from first: Int = 0, empty: Set<Int> = []
  ) throws -> LocationDemand {
    let series = DemandSeries(
      start: start + first, units: units,
      stockouts: empty.isEmpty ? [] : units.indices.map { empty.contains($0) })
    return LocationDemand(location: try Location(name), series: series)
  }

  private func cleaned(_ series: [LocationDemand], _ events: [Event] = []) -> CleanedDays {
    CleanedDays(series, events: events, asOf: start + 59)
  }

  @Test("A day is without stock where every location that sells by then has an empty shelf")
  func emptyShelves() throws {
    let week = Array(repeating: 2.0, count: 60)
    let north = try location("north", week, empty: [3, 20, 21])
    #expect(cleaned([north]).withoutStock == [start + 3, start + 20, start + 21])
    #expect(cleaned([north]).partlyWithoutStock.isEmpty)
    // The south begins on the tenth day; its shelf is empty on the 21st, and before it ever sold.
    let south = try location(
      "south", [0, 0] + Array(repeating: 1, count: 50), from: 8, empty: [0, 12])
    let both = cleaned([north, south])
    #expect(both.withoutStock == [start + 3, start + 20])
    #expect(both.partlyWithoutStock == [start + 21])
    #expect(
      cleaned([try location("west", Array(repeating: 0, count: 60), empty: [5])]) == CleanedDays())
  }

  @Test("A day far beyond all others is an outlier, but not on a day of an event there")
  func outliers() throws {
    var units = Array(repeating: 2.0, count: 60)
    units[40] = 500
    let north = try location("north", units)
    #expect(cleaned([north]).outliers == [start + 40])
    let fair = Event(name: "fair", firstDay: start + 40)
    #expect(cleaned([north], [fair]).outliers.isEmpty)
    var elsewhere = fair
    elsewhere.scope.location = try Location("south")
    #expect(cleaned([north], [elsewhere]).outliers == [start + 40])
  }

  @Test("Days next to each other are one mark; days that are not drawn are none")
  func runs() {
    func days(_ numbers: [Int]) -> [Day] { numbers.map { start + $0 } }
    func mark(_ days: ClosedRange<Int>, _ name: String) -> Chart.Mark {
      let first = Double(start.number)
      return Chart.Mark(
        first + Double(days.lowerBound) - 0.5...first + Double(days.upperBound) + 0.5, name)
    }
    #expect(
      DayMarks.spans(days([7, 1, 2, 3, 2])) == [mark(1...3, "").range, mark(7...7, "").range])
    let events = [
      Event(name: "b", firstDay: start + 8, lastDay: start + 30),
      Event(name: "a", firstDay: start + 2, lastDay: start + 3),
      Event(name: "a", firstDay: start + 3, lastDay: start + 5),
      Event(name: "a", firstDay: start + 9), Event(name: "past", firstDay: start + -3),
      Event(name: "ahead", firstDay: start + 11),
    ]
    #expect(
      DayMarks.named(events, within: start...(start + 10)) == [
        mark(2...5, "a"), mark(8...10, "b"), mark(9...9, "a"),
      ])
  }

  @Test("A report says how many events there are, and how many are to come")
  func words() {
    let events = [
      Event(name: "a", firstDay: start), Event(name: "a", firstDay: start + 365),
      Event(name: "b", firstDay: start + 4, kind: .promotion),
    ]
    #expect(ReportWords.events([], asOf: start).isEmpty)
    #expect(
      ReportWords.events(events, asOf: start + 4)
        == "Known are 1 holiday and 1 promotion, from 2026-03-01 to 2027-03-01; 1 of them "
        + "still to come.")
    #expect(ReportWords.events(events, asOf: start + 365).hasSuffix("2027-03-01."))
  }
}
