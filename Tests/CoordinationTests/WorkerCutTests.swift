import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("A worker in the cut of a backup")
struct WorkerCutTests {
  private static let shards = [HeldShard(shard: 0, epoch: 1)]

  private func hold(
    _ bench: WorkerBench, session: UInt64 = 7, shards: [HeldShard] = WorkerCutTests.shards
  ) {
    bench.send(.cutRequest(CutRequest(session: session, .hold, shards: shards)), as: .operator)
  }

  private func refusals(_ messages: [Message]) -> [Refusal.Code] {
    messages.compactMap { if case .refusal(let refusal) = $0 { refusal.code } else { nil } }
  }

  private func outcomes(_ messages: [Message]) -> [BatchAnswer.Outcome] {
    messages.compactMap { if case .batchAnswer(let answer) = $0 { answer.outcome } else { nil } }
  }

  /// A batch that is durable on this worker.
  private func applyBatch(_ bench: WorkerBench, _ number: UInt64 = 1) {
    bench.send(.batch(WorkerBench.batch(0, sequence: number)))
    bench.step(
      .batchDecided(bench.applied(0, sequence: number), for: WorkerBench.ticket, at: number))
  }

  @Test("while it holds nothing is acknowledged, and it takes its snapshot")
  func holds() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    hold(bench)
    let request = CutRequest(session: 7, .hold, shards: Self.shards)
    #expect(bench.take().contains(.cut(request, WorkerBench.ticket)))
    applyBatch(bench)
    applyBatch(bench, 2)
    bench.pass(900)
    #expect(outcomes(bench.takeReplies()).isEmpty)
    bench.send(.cutRequest(CutRequest(session: 7, .goOn)), as: .operator)
    #expect(outcomes(bench.takeReplies()) == [.applied, .applied])
    applyBatch(bench, 3)
    #expect(outcomes(bench.takeReplies()) == [.applied])
  }

  @Test("after a second it goes on by itself, and a cut whose second has passed is not held again")
  func expires() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    hold(bench)
    applyBatch(bench)
    bench.pass(Worker.holdMilliseconds - 1)
    #expect(outcomes(bench.takeReplies()).isEmpty)
    bench.pass(1)
    #expect(outcomes(bench.takeReplies()) == [.applied])
    hold(bench)
    #expect(refusals(bench.takeReplies()) == [.stale])
    applyBatch(bench, 2)
    #expect(outcomes(bench.takeReplies()) == [.applied])
  }

  @Test("another cut meanwhile is told to come back, and its word to go on ends no other cut")
  func other() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    hold(bench)
    hold(bench, session: 8)
    #expect(refusals(bench.takeReplies()) == [.busy])
    bench.send(.cutRequest(CutRequest(session: 8, .goOn)), as: .operator)
    applyBatch(bench)
    #expect(outcomes(bench.takeReplies()).isEmpty)
    bench.send(.cutRequest(CutRequest(session: 7, .end)), as: .operator)
    #expect(outcomes(bench.takeReplies()) == [.applied])
  }

  @Test("a shard that is not read here under its epoch is refused, and nothing is held")
  func misplaced() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    for shard in [HeldShard(shard: 1, epoch: 1), HeldShard(shard: 0, epoch: 2)] {
      hold(bench, session: UInt64(shard.shard) + 20, shards: Self.shards + [shard])
      let wanted = bench.take()
      #expect(!wanted.contains { if case .cut = $0 { true } else { false } })
    }
    applyBatch(bench)
    #expect(outcomes(bench.takeReplies()) == [.applied])
  }

  @Test("a follower that holds does not say how far it is, and says it afterwards")
  func follower() throws {
    let bench = try WorkerBench()
    try bench.follow()
    let log = LogOfBytes(2)
    func send(_ number: Int) {
      let append = LogAppend(
        shard: 0, epoch: 1, previous: log.position(number - 1),
        pieces: [LogPiece(bytes: log.entries[number - 1].bytes)])
      bench.send(.append(append), as: .worker, named: "b")
      bench.step(.followed(shard: 0, epoch: 1, log.position(number)))
    }
    send(1)
    let probe = LogAppend(shard: 0, epoch: 1, previous: log.position(1))
    bench.send(.append(probe), as: .worker, named: "b")
    #expect(bench.takeAppended().last?.position == log.position(1))
    hold(bench)
    #expect(refusals(bench.takeReplies()).isEmpty)
    send(2)
    bench.pass(500)
    #expect(bench.takeAppended().isEmpty)
    bench.pass(500)
    #expect(bench.takeAppended().last?.position == log.position(2))
  }

  @Test("a report of a unit waits too")
  func report() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    let order = WorkerBench.unit(0)
    bench.hear(.unitOrder(order))
    hold(bench)
    _ = bench.take()
    bench.step(.unitDone(UnitReport(id: order.id, epoch: 1, outcome: UnitOutcome()), at: 1))
    func isReported() -> Bool {
      bench.takeTold().contains { if case .unitReport = $0 { true } else { false } }
    }
    #expect(!isReported())
    bench.pass(Worker.holdMilliseconds)
    #expect(isReported())
  }

  @Test("only an operator makes a cut")
  func roles() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    for role in [Role.client, .observer, .worker] {
      bench.send(.cutRequest(CutRequest(session: 7, .hold, shards: Self.shards)), as: role)
      #expect(refusals(bench.takeReplies()) == [.forbidden])
    }
  }
}
