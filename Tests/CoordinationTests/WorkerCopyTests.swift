import Testing
import WireProtocol

@testable import Coordination

@Suite("Copies of shards")
struct WorkerCopyTests {
  private struct Fetch: Equatable {
    var cursor: [UInt8]
    var step: UInt64
  }

  private func fetches(_ bench: WorkerBench) -> [Fetch] {
    bench.take().compactMap { instruction in
      guard case .fetch(let request, _, let step) = instruction else { return nil }
      return Fetch(cursor: request.cursor, step: step)
    }
  }

  private func imports(_ bench: WorkerBench) -> [[UInt8]] {
    bench.take().compactMap { instruction in
      if case .importRows(let chunk, _, _) = instruction { chunk.rows } else { nil }
    }
  }

  private func chunk(_ row: UInt8, next: [UInt8]?) -> RowsChunk {
    RowsChunk(shard: 2, rows: [row], next: next)
  }

  /// A worker that was told to adopt shard 2, has dropped what it had, and asked for rows.
  private func adopting() throws -> (WorkerBench, Fetch) {
    let bench = try WorkerBench()
    bench.join()
    bench.hear(.orders(try WorkerBench.adopt(2, move: 7, version: 1)))
    #expect(bench.take().contains(.drop(shard: 2)))
    bench.step(.dropped(shard: 2))
    return (bench, try #require(fetches(bench).first))
  }

  private func adopted(_ bench: WorkerBench) -> [UInt64] {
    bench.pass(600)
    return bench.takeTold().compactMap { message in
      if case .heartbeat(let heartbeat) = message { heartbeat.adopted } else { nil }
    }.last ?? []
  }

  @Test(
    "rows are asked for from cursor to cursor, and the move is adopted when the last are durable")
  func whole() throws {
    let (bench, first) = try adopting()
    #expect(first.cursor.isEmpty)
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    #expect(fetches(bench).isEmpty, "one chunk at a time")
    bench.step(.imported(step: first.step))
    let second = try #require(fetches(bench).first)
    #expect(second.cursor == [5])
    bench.step(.rowsReceived(chunk(2, next: nil), step: second.step))
    #expect(adopted(bench).isEmpty)
    bench.step(.imported(step: second.step))
    #expect(adopted(bench) == [7])
  }

  @Test("a chunk that comes twice is stored once")
  func twice() throws {
    let (bench, first) = try adopting()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    bench.step(.imported(step: first.step))
    _ = bench.take()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    #expect(imports(bench).isEmpty)
  }

  @Test("a late last chunk of an attempt that failed does not complete the next one")
  func lateChunk() throws {
    let (bench, first) = try adopting()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    bench.step(.imported(step: first.step))
    let second = try #require(fetches(bench).first)
    bench.step(.stepFailed(step: second.step, reason: "the giver does not answer", mayPass: true))
    bench.step(.dropped(shard: 2))
    bench.pass(1_100)
    let again = try #require(fetches(bench).first)
    #expect(again.cursor.isEmpty)
    bench.step(.rowsReceived(chunk(2, next: nil), step: second.step))
    #expect(imports(bench).isEmpty)
    bench.step(.stepFailed(step: second.step, reason: "late", mayPass: true))
    bench.step(.rowsReceived(chunk(1, next: [5]), step: again.step))
    #expect(imports(bench) == [[1]])
  }

  @Test("a question without an answer is repeated as the same step, so that either answer will do")
  func repeated() throws {
    let (bench, first) = try adopting()
    bench.pass(2_100)
    #expect(fetches(bench) == [first])
  }

  @Test("what was copied of a move that is off is dropped, a whole copy is kept")
  func callOff() throws {
    let (bench, first) = try adopting()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    _ = bench.take()
    bench.hear(.orders(Orders(version: 2)))
    #expect(bench.take().contains(.drop(shard: 2)))
    let (other, only) = try adopting()
    other.step(.rowsReceived(chunk(1, next: nil), step: only.step))
    other.step(.imported(step: only.step))
    other.hear(.orders(Orders(version: 2)))
    #expect(!other.take().contains(.drop(shard: 2)))
    other.hear(.orders(Orders(version: 3, owned: [OwnedShard(shard: 2, epoch: 2)])))
    other.step(.epochsKept(ordersVersion: 3))
    #expect(other.machine.served == [2: 2])
  }

  @Test("a shard that moved away is dropped once, and only under a higher epoch")
  func released() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1)
    let owned = [OwnedShard(shard: 1, epoch: 1)]
    bench.hear(
      .orders(Orders(version: 2, owned: owned, released: [HeldShard(shard: 0, epoch: 1)])))
    #expect(!bench.take().contains(.drop(shard: 0)))
    for version: UInt64 in 3...4 {
      bench.hear(
        .orders(Orders(version: version, owned: owned, released: [HeldShard(shard: 0, epoch: 2)])))
    }
    #expect(bench.take().count { $0 == .drop(shard: 0) } == 1)
    #expect(bench.appliedVersion() == 2)
    bench.step(.dropped(shard: 0))
    #expect(bench.appliedVersion() == 4)
  }
}
