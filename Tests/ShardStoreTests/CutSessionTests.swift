import Demand
import Storage
import TestSupport
import Testing

@testable import ShardStore

@Suite("Snapshots held for backups")
struct CutSessionTests {
  private let store: StoreFixture
  private let cuts: CutSessions
  private let start = ContinuousClock.now

  init() throws {
    store = try filledStore()
    cuts = CutSessions(folder: store.folder.path)
  }

  private func chunks(_ shard: Int, of session: UInt64) throws -> [[UInt8]] {
    var chunks: [[UInt8]] = []
    var cursor: [UInt8]?
    repeat {
      let found = try cuts.chunk(
        shard: shard, of: session, after: cursor, maximumBytes: 700, at: start)
      let chunk = try #require(found)
      chunks.append(chunk.bytes)
      cursor = chunk.next
    } while cursor != nil
    return chunks
  }

  @Test("are of one moment for all shards, whatever is written meanwhile")
  func oneMoment() throws {
    let expected = try (0..<2).map { try store.chunks($0, maximumBytes: 700) }
    let positions = try (0..<2).map { try store.writer.position(of: $0) }
    #expect(try cuts.begin(7, at: start))
    for shard in 0..<2 {
      let sku = try #require(try skus(1, shard: shard, of: 2).first)
      store.send("late", [try StoreFixture.row(sku.description)], shard: shard)
      try store.fold(shard)
    }
    _ = store.writer.commit(.dropShard(1))
    #expect(try (0..<2).map { try chunks($0, of: 7) } == expected)
    #expect(try cuts.positions(of: [0, 1], in: 7, at: start) == positions)
    #expect(try store.writer.position(of: 0) != positions[0])
    // One that was gone before the moment is not taken for an empty one.
    #expect(try cuts.begin(8, at: start))
    #expect(try cuts.positions(of: [1], in: 8, at: start) == [.unfinished])
  }

  @Test("are eight at most, and end when they are let go of")
  func limits() throws {
    let most = UInt64(CutSessions.maximumCount)
    for session in 1...most { #expect(try cuts.begin(session, at: start)) }
    #expect(try !cuts.begin(most + 1, at: start))
    #expect(try !cuts.begin(2, at: start), "one is not begun twice")
    cuts.end(1)
    #expect(try cuts.begin(most + 1, at: start) && cuts.count == Int(most))
    #expect(try cuts.positions(of: [0], in: 1, at: start) == nil)
  }

  @Test("end a minute after the last question, and an hour after they began")
  func expiry() throws {
    #expect(try cuts.begin(1, at: start) && cuts.begin(2, at: start))
    for seconds in stride(from: 50, through: 3_600, by: 50) {
      #expect(try cuts.positions(of: [], in: 1, at: start + .seconds(seconds)) != nil)
    }
    #expect(cuts.count == 1, "nobody asked for the other")
    cuts.expire(at: start + .seconds(3_601))
    #expect(cuts.count == 0)
    let late = start + .seconds(3_601)
    let gone = try cuts.chunk(shard: 0, of: 1, after: nil, maximumBytes: 700, at: late)
    #expect(gone == nil)
  }
}
