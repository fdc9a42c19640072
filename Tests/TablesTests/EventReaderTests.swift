import Demand
import Testing

@testable import Tables

@Suite("Reading events")
struct EventReaderTests {
  private func read(
    _ text: String, known: [String]? = nil
  ) throws -> (events: [Event], rejected: [RejectedRow]) {
    let bytes = Array(text.utf8)
    return try EventReader.read(
      ByteSource(bytes: bytes, name: "events.csv"),
      knownLocations: try known.map { try $0.map { try Location($0) } })
  }

  @Test("a row is a holiday of one day everywhere unless it says otherwise")
  func plain() throws {
    let (events, rejected) = try read(
      """
      first_day,event,last_day,kind,scope,price_cut
      2026-12-25,Christmas,,,,
      2026-12-25,"Boxing, Day",2026-12-26,Holiday,*,
      2027-01-02,Sale,2027-01-09,promotion,category="home and garden" location=north,0.25

      """)
    #expect(rejected.isEmpty)
    let day = Day(year: 2026, month: 12, day: 25)
    var scope = EventScope()
    scope.category = "home and garden"
    scope.location = try Location("north")
    #expect(
      events == [
        Event(name: "Christmas", firstDay: day),
        Event(name: "Boxing, Day", firstDay: day, lastDay: day + 1),
        Event(
          name: "Sale", firstDay: day + 8, lastDay: day + 15, kind: .promotion, scope: scope,
          priceCut: 0.25),
      ])
  }

  @Test(
    "a row that cannot be says what is wrong and the way out",
    arguments: [
      (",2026-12-25,,,,", "bad-word", "event"),
      ("X,,,,,", "bad-date", "write when X begins"),
      ("X,25.12.2026,,,,", "bad-date", "first_day: \"25.12.2026\" is not a date"),
      ("X,2026-12-25,1026-12-26,,,", "date-out-of-range", "last_day"),
      ("X,2026-12-25,2026-12-24,,,", "contradiction", "swap them"),
      ("X,2026-12-25,2028-12-25,,,", "contradiction", "at most 366"),
      ("X,2026-12-25,,promo,,", "bad-word", "kind \"promo\" is none of holiday, promotion"),
      ("X,2026-12-25,,,supplier=acme,", "bad-scope", "alone"),
      ("X,2026-12-25,,,north,", "bad-scope", "has no \"=\""),
      ("X,2026-12-25,,,location=nowhere,", "unknown-location", "warehouses.csv"),
      ("X,2026-12-25,,holiday,,0.2", "contradiction", "kind promotion"),
      ("X,2026-12-25,,promotion,,20", "bad-number", "write 0.2 for a cut by 20 %"),
      ("X,2026-12-25,,promotion,,-0.1", "bad-number", "price_cut"),
      ("Y,2026-12-25,,,,", "duplicate", "is there twice"),
    ])
  func bad(row: String, code: String, says: String) throws {
    let (events, rejected) = try read(
      "event,first_day,last_day,kind,scope,price_cut\nY,2026-12-25,,,,\n\(row)\n",
      known: ["north"])
    #expect(events.map(\.name) == ["Y"])
    #expect(rejected.map(\.reason.rawValue) == [code])
    #expect(rejected.first?.line == 3)
    #expect(rejected.first?.sentence.contains(says) == true, "\(rejected)")
  }

  @Test("a column that is nearly called like one of its own is refused")
  func misspelt() throws {
    #expect(throws: TableError.self) { try read("event,first_day,last_dy\nX,2026-12-25,\n") }
    #expect(throws: TableError.self) { try read("event,date\nX,2026-12-25\n") }
  }
}
