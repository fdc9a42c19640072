import Demand
import FoundationEssentials
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Snapshots held for copies")
struct CopySessionTests {
  private let store: StoreFixture
  private let sessions: CopySessions
  private let start = ContinuousClock.now

  init() throws {
    store = try filledStore()
    sessions = CopySessions(folder: store.folder.path)
  }

  private func ask(
    _ session: UInt64 = 1, shard: Int = 0, after cursor: [UInt8]? = nil, seconds: Int = 0
  ) throws -> CopySessions.Answer {
    try sessions.chunk(
      session: session, shard: shard, after: cursor, maximumBytes: 700,
      at: start + .seconds(seconds))
  }

  private func next(_ answer: CopySessions.Answer) throws -> [UInt8] {
    guard case .chunk(_, let next?) = answer else { throw NoMore(answer: answer) }
    return next
  }

  private struct NoMore: Error { let answer: CopySessions.Answer }

  @Test("are of one moment, whatever is written meanwhile, and end with the last rows")
  func oneMoment() throws {
    let expected = try store.chunks(0, maximumBytes: 700)
    var given: [[UInt8]] = []
    var cursor: [UInt8]?
    repeat {
      guard case .chunk(let bytes, let next) = try ask(after: cursor) else {
        Issue.record("no chunk")
        return
      }
      given.append(bytes)
      cursor = next
      let sku = try #require(try skus(1, shard: 0, of: 2).first)
      store.send("late", [try StoreFixture.row(sku.description, day: given.count)], shard: 0)
      try store.fold()
    } while cursor != nil
    #expect(given == expected)
    #expect(sessions.count == 0)
  }

  @Test("start over in the same moment when the first question is asked again")
  func again() throws {
    let first = try ask()
    store.send("late", [try StoreFixture.row("anything")], shard: 0)
    #expect(try ask() == first)
    #expect(sessions.count == 1)
  }

  @Test("are unknown to whoever goes on with one that ended, or of another shard")
  func unknown() throws {
    let cursor = try next(try ask())
    #expect(try ask(2, after: cursor) == .unknown)
    #expect(try ask(1, shard: 1, after: cursor) == .unknown)
    #expect(try ask(after: cursor, seconds: 29) != .unknown)
    #expect(try ask(after: cursor, seconds: 60) == .unknown)
    #expect(sessions.count == 0)
  }

  @Test("are at most eight at a time")
  func busy() throws {
    for session in 0..<8 { _ = try ask(UInt64(session)) }
    #expect(try ask(8) == .busy)
    #expect(try ask(8, seconds: 31) != .busy)
    #expect(sessions.count == 1)
  }

  @Test("end after ten minutes, however busy they are")
  func tooLong() throws {
    let cursor = try next(try ask())
    for seconds in stride(from: 20, through: 600, by: 20) {
      _ = try next(try ask(after: cursor, seconds: seconds))
    }
    #expect(try ask(after: cursor, seconds: 601) == .unknown)
  }

  @Test("keep the WAL growing for as long as they are held, and no longer")
  func walIsBounded() throws {
    func walBytes() throws -> Int {
      let path = store.folder.file("granary.sqlite-wal")
      return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }
    var day = 10
    func write() throws {
      let sku = try #require(try skus(1, shard: 0, of: 2).first)
      store.send("w", [try StoreFixture.row(sku.description, day: day)], shard: 0)
      day += 1
      try store.writer.checkpoint()
    }
    _ = try ask()
    let before = try walBytes()
    for _ in 0..<5 { try write() }
    #expect(try walBytes() > before)
    sessions.expire(at: start + .seconds(31))
    // The first write behind the snapshot still goes to the end; then the WAL starts over.
    try write()
    let held = try walBytes()
    for _ in 0..<10 { try write() }
    #expect(try walBytes() == held)
  }
}
