import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Copies of shards")
struct WorkerCopyTests {
  private struct Fetch: Equatable {
    var session: UInt64
    var cursor: [UInt8]
    var step: UInt64
  }

  private let log = LogOfBytes(9)

  private func fetches(_ bench: WorkerBench) -> [Fetch] {
    bench.take().compactMap { instruction in
      guard case .fetch(let request, _, let step) = instruction,
        case .copy(let session) = request.scope
      else { return nil }
      return Fetch(session: session, cursor: request.cursor, step: step)
    }
  }

  private func imports(_ bench: WorkerBench) -> [[UInt8]] {
    bench.take().compactMap { instruction in
      if case .importRows(let chunk, _, _) = instruction { chunk.rows } else { nil }
    }
  }

  private func chunk(_ row: UInt8, next: [UInt8]?) -> RowsChunk {
    RowsChunk(shard: 0, rows: [row], next: next)
  }

  private func mustCopy(_ bench: WorkerBench, at position: LogPosition) {
    let append = LogAppend(shard: 0, epoch: 1, previous: position, mustCopy: true)
    bench.send(.append(append), as: .worker, named: "b")
  }

  /// A learner that was told to copy shard 0, has dropped what it had, and asked for rows.
  private func copying() throws -> (WorkerBench, Fetch) {
    let bench = try WorkerBench()
    try bench.follow(isLearner: true)
    mustCopy(bench, at: .start)
    let wanted = bench.take()
    #expect(wanted.contains(.drop(shard: 0)))
    bench.step(.dropped(shard: 0))
    return (bench, try #require(fetches(bench).first))
  }

  private func outcomes(_ bench: WorkerBench) -> [LogAppended.Outcome] {
    _ = bench.take()
    bench.send(.append(LogAppend(shard: 0, epoch: 1, previous: log.end)), as: .worker, named: "b")
    return bench.takeAppended().map(\.outcome)
  }

  @Test("rows are asked for from cursor to cursor, and the log goes on from where the copy is")
  func whole() throws {
    let (bench, first) = try copying()
    #expect(first.cursor.isEmpty)
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    #expect(fetches(bench).isEmpty, "one chunk at a time")
    bench.step(.imported(step: first.step))
    let second = try #require(fetches(bench).first)
    #expect(second.cursor == [5] && second.session == first.session)
    #expect(outcomes(bench) == [.copying])
    bench.step(.rowsReceived(chunk(2, next: nil), step: second.step))
    _ = bench.take()
    bench.step(.imported(step: second.step, position: log.position(4)))
    #expect(bench.takeAppended().map(\.position) == [log.position(4)], "it says so by itself")
    let append = LogAppend(
      shard: 0, epoch: 1, previous: log.position(4), pieces: [LogPiece(bytes: log.entries[4].bytes)]
    )
    bench.send(.append(append), as: .worker, named: "b")
    let entries = [log.entries[4].bytes]
    #expect(
      bench.take().contains(
        .follow(shard: 0, epoch: 1, after: log.position(4), entries: entries)))
  }

  @Test("what there may be of an earlier start is dropped before anything else")
  func leftovers() throws {
    let bench = try WorkerBench(clusterID: 0xC1)
    bench.join()
    try bench.orderToFollow(isLearner: true, version: 1)
    let wanted = bench.take()
    #expect(wanted.contains(.drop(shard: 0)))
    #expect(!wanted.contains { if case .keepEpochs = $0 { true } else { false } })
    bench.step(.dropped(shard: 0))
    let epochs = [HeldShard(shard: 0, epoch: 1)]
    #expect(bench.take().contains(.keepEpochs(epochs, ordersVersion: 1)))
  }

  @Test("data that is held is kept by a learner, until the primary says that it is of no use")
  func held() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: log.position(3)], clusterID: 0xC1)
    try bench.follow(isLearner: true, epoch: 1)
    #expect(outcomes(bench) == [.kept])
    mustCopy(bench, at: log.position(2))
    #expect(!bench.take().contains(.drop(shard: 0)), "a late word about an earlier copy")
    mustCopy(bench, at: log.position(3))
    #expect(bench.take().contains(.drop(shard: 0)))
  }

  @Test("what is in step is not dropped, whatever the primary says")
  func inStep() throws {
    let bench = try WorkerBench()
    try bench.follow(isLearner: false)
    mustCopy(bench, at: .start)
    bench.pass(100)
    #expect(!bench.take().contains(.drop(shard: 0)))
  }

  @Test("a chunk that comes twice is stored once")
  func twice() throws {
    let (bench, first) = try copying()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    bench.step(.imported(step: first.step))
    _ = bench.take()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    #expect(imports(bench).isEmpty)
  }

  @Test("a refusal drops what was copied, and begins another session after a rest")
  func refused() throws {
    let (bench, first) = try copying()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    bench.step(.imported(step: first.step))
    let second = try #require(fetches(bench).first)
    bench.step(.stepFailed(step: second.step, reason: "the session is unknown", mayPass: false))
    #expect(bench.take().contains(.drop(shard: 0)))
    bench.pass(2_000)
    #expect(fetches(bench).isEmpty, "what was stored is not gone yet")
    bench.step(.dropped(shard: 0))
    let again = try #require(fetches(bench).first)
    #expect(again.cursor.isEmpty && again.session != first.session)
    bench.step(.rowsReceived(chunk(2, next: nil), step: second.step))
    #expect(imports(bench).isEmpty, "a late answer of the first attempt")
    bench.step(.rowsReceived(chunk(1, next: [5]), step: again.step))
    #expect(imports(bench) == [[1]])
  }

  @Test("a question without an answer is repeated as the same step, then the copy begins anew")
  func silence() throws {
    let (bench, first) = try copying()
    for _ in 1..<ShardCopy.questions {
      bench.pass(2_100)
      #expect(fetches(bench) == [first])
    }
    bench.pass(2_100)
    #expect(bench.take().contains(.drop(shard: 0)))
  }

  @Test("half a copy is dropped when it is called off, a whole one is kept until it is released")
  func callOff() throws {
    let (bench, first) = try copying()
    bench.step(.rowsReceived(chunk(1, next: [5]), step: first.step))
    bench.hear(.orders(Orders(version: 2)))
    #expect(!bench.take().contains(.drop(shard: 0)), "rows are on their way to the disk")
    bench.step(.imported(step: first.step))
    #expect(bench.take().contains(.drop(shard: 0)))
    let (other, only) = try copying()
    other.step(.rowsReceived(chunk(1, next: nil), step: only.step))
    other.step(.imported(step: only.step, position: log.end))
    other.hear(.orders(Orders(version: 2)))
    #expect(!other.take().contains(.drop(shard: 0)))
    other.hear(.orders(Orders(version: 3, released: [HeldShard(shard: 0, epoch: 1)])))
    #expect(other.take().contains(.drop(shard: 0)))
  }

  @Test("copies keep to their pace, all together")
  func pace() throws {
    let (bench, first) = try copying()
    var step = first.step
    var asked = 0
    let rows = [UInt8](repeating: 1, count: 1 << 20)
    bench.machine.start.copyBytesPerSecond = 4 << 20
    for _ in 0..<30 {
      bench.step(.rowsReceived(RowsChunk(shard: 0, rows: rows, next: [5]), step: step))
      bench.step(.imported(step: step))

      bench.pass(100)
      if let next = fetches(bench).last {
        asked += 1
        step = next.step
      }
    }
    #expect((11...13).contains(asked), "12 MiB in three seconds at 4 MiB a second: \(asked)")
  }

  @Test("a few copies are made at once, the others wait")
  func few() throws {
    let bench = try WorkerBench()
    bench.join()
    let following = (0..<8).map { FollowedShard(shard: $0, epoch: 1, primary: 0, isLearner: true) }
    bench.hear(
      .orders(Orders(version: 1, peers: try WorkerBench.peers("b"), following: following)))
    bench.step(.epochsKept(ordersVersion: 1))
    for shard in 0..<8 {
      let append = LogAppend(shard: shard, epoch: 1, previous: .start, mustCopy: true)
      bench.send(.append(append), as: .worker, named: "b")
      bench.step(.dropped(shard: shard))
    }
    let first = fetches(bench)
    #expect(first.count == ShardCopy.atOnce)
    bench.step(.rowsReceived(chunk(1, next: nil), step: first[0].step))
    bench.step(.imported(step: first[0].step, position: log.end))
    #expect(fetches(bench).count == 1)
  }

  @Test("a shard is dropped once, and only if its data is not newer than what was released")
  func released() throws {
    let bench = try WorkerBench()
    bench.serve(0, 1, epoch: 2)
    let owned = [OwnedShard(shard: 1, epoch: 2)]
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

  @Test("a worker is whole when its orders are carried out, and nothing is copied or damaged")
  func isWhole() throws {
    let bench = try WorkerBench()
    #expect(!bench.machine.isWhole)
    bench.join()
    #expect(!bench.machine.isWhole, "it does not know yet what it should have")
    bench.serve(0)
    #expect(bench.machine.isWhole)
    bench.step(.damaged(shard: 0, reason: "its series do not match their seal"))
    #expect(!bench.machine.isWhole)
    bench.hear(.orders(Orders(version: 2, released: [HeldShard(shard: 0, epoch: 1)])))
    bench.step(.dropped(shard: 0))
    #expect(bench.machine.isWhole)

    let (learner, first) = try copying()
    #expect(!learner.machine.isWhole)
    learner.step(.rowsReceived(chunk(1, next: nil), step: first.step))
    learner.step(.imported(step: first.step, position: log.position(4)))
    #expect(!learner.machine.isWhole, "nobody has said that the copy is in step")
    try learner.orderToFollow(isLearner: false, version: 2)
    #expect(learner.machine.isWhole)
  }
}
