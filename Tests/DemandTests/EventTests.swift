import Packing
import TestSupport
import Testing

@testable import Demand

@Suite("Events")
struct EventTests {
  private static let day = Day(year: 2026, month: 11, day: 20)

  private static func scope(_ text: String) throws -> EventScope { try EventScope(text: text) }

  private static func random(_ count: Int, seed: UInt64) throws -> [Event] {
    var random = SplitMix64(seed: seed)
    let scopes = try ["", "*", "sku=A", "category=toys", "location=north", "sku=A location=south"]
      .map(scope)
    return (0..<count).map { _ in
      let first = day + Int.random(in: -3_000...400, using: &random)
      let kind = EventKind.allCases.randomElement(using: &random) ?? .holiday
      let cut = kind == .promotion && Bool.random(using: &random)
      return Event(
        name: ["Christmas", "Ferragosto", "Black Friday"].randomElement(using: &random) ?? "X",
        firstDay: first, lastDay: first + Int.random(in: 0...20, using: &random), kind: kind,
        scope: scopes.randomElement(using: &random) ?? EventScope(),
        priceCut: cut ? Double.random(in: 0..<1, using: &random) : nil)
    }
  }

  @Test("a document with events comes back whole, one without is the bytes that it ever was")
  func packed() throws {
    for seed in 0..<40 as Range<UInt64> {
      var document = PlanningDocument()
      document.limits.cash = 5
      let before = document.packed()
      document.events = try Self.random(20, seed: seed)
      let bytes = document.packed()
      #expect(try PlanningDocument(packed: bytes) == document, "seed \(seed)")
      for count in 1..<bytes.count {
        #expect(throws: PackingError.self) {
          _ = try PlanningDocument(packed: Array(bytes.prefix(count)))
        }
      }
      document.events = []
      #expect(document.packed() == before)
    }
  }

  @Test("damaged bytes are read or refused, and nothing traps")
  func damaged() throws {
    for seed in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var document = PlanningDocument()
      document.events = try Self.random(6, seed: seed)
      var bytes = document.packed()
      for _ in 0..<2 {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      guard let read = try? PlanningDocument(packed: bytes) else { continue }
      #expect(try PlanningDocument(packed: read.packed()) == read, "seed \(seed)")
    }
  }

  @Test("10,000 holidays of all SKUs fit into the document")
  func size() throws {
    var document = PlanningDocument()
    document.events = (0..<EventCalendar.maximumCount).map { index in
      Event(name: "holiday \(index % 40)", firstDay: Self.day + index % 4_000)
    }
    #expect(document.packed().count < 100_000)
    document.events.append(Event(name: "one more", firstDay: Self.day))
    #expect(throws: PackingError.self) { try PlanningDocument(packed: document.packed()) }
  }

  @Test("concern the SKUs that fit all that their scopes name")
  func matching() throws {
    let texts = [
      "*", "sku=A", "category=toys", "sku=A category=toys", "sku=A category=food",
      "location=north", "sku=B location=north", "category=food",
    ]
    let calendar = EventCalendar(
      try texts.map { Event(name: $0, firstDay: Self.day, scope: try Self.scope($0)) })
    func names(_ sku: String, _ category: String) throws -> [String] {
      calendar.events(of: try SKU(sku), category: category).map(\.name)
    }
    #expect(
      try names("A", "toys")
        == ["*", "sku=A", "category=toys", "sku=A category=toys", "location=north"])
    #expect(
      try names("B", "food") == ["*", "location=north", "sku=B location=north", "category=food"])
    #expect(try names("C", "") == ["*", "location=north"])
    let both = calendar.events(ofAny: [(try SKU("C"), ""), (try SKU("D"), "food")])
    #expect(both.map(\.name) == ["*", "location=north", "category=food"])
  }

  @Test("take place by SKU, category and location alone")
  func scopes() throws {
    #expect(try Self.scope("") == EventScope())
    #expect(try Self.scope("location=north sku=A").text == "sku=A location=north")
    for text in [
      "class=A", "supplier=acme", "lifecycle=new", "sku=A class=X", "colour=red", "toys",
    ] {
      #expect(throws: DemandError.self) { try Self.scope(text) }
    }
  }
}
