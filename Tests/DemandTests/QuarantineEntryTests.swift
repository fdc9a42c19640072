import Packing
import Testing

@testable import Demand

@Suite("An entry of the quarantine")
struct QuarantineEntryTests {
  private let held = QuarantineEntry(
    reason: "it crashed its trainer (signal 4), größe", run: 1 << 40,
    ground: .init(day: Day(number: 20_777), days: 730, hash: .max))

  @Test("is read as it was written")
  func roundTrip() throws {
    var again = held
    again.isToRetry = true
    for entry in [held, again, QuarantineEntry(reason: "", run: 0)] {
      #expect(try QuarantineEntry(packed: entry.packed()) == entry)
      #expect(QuarantineEntry.reason(in: entry.packed()) == entry.reason)
    }
    #expect(held.isHeld && !again.isHeld && !QuarantineEntry(reason: "x", run: 1).isHeld)
  }

  @Test("of an earlier version is its reason alone")
  func first() throws {
    #expect(
      try QuarantineEntry(packed: Array("too short".utf8))
        == QuarantineEntry(reason: "too short", run: 0))
  }

  @Test("that was cut off or goes on is none")
  func garbage() {
    let bytes = held.packed()
    for end in 1..<bytes.count {
      #expect(throws: PackingError.self) { try QuarantineEntry(packed: Array(bytes[..<end])) }
    }
    #expect(throws: PackingError.self) { try QuarantineEntry(packed: bytes + [0]) }
    #expect(QuarantineEntry.reason(in: [0xFE]).contains("cannot be read"))
  }
}
