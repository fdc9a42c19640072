import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("A worker as the primary of a log")
struct WorkerLogTests {
  private func outcomes(_ wanted: [Worker.Instruction]) -> [BatchAnswer.Outcome] {
    wanted.compactMap { instruction in
      guard case .reply(let frame, _) = instruction, case .batchAnswer(let answer) = frame.message
      else { return nil }
      return answer.outcome
    }
  }

  /// A primary with follower b, which has all of an empty log.
  private func primary() throws -> WorkerBench {
    let bench = try WorkerBench()
    try bench.serveWithCopies()
    try bench.say(.start)
    _ = bench.take()
    return bench
  }

  @Test("without followers a batch is answered when it is durable here")
  func alone() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    bench.send(.batch(WorkerBench.batch(0)))
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket, at: 1))
    let wanted = bench.take()
    #expect(outcomes(wanted) == [.applied])
    #expect(!wanted.contains { if case .append = $0 { true } else { false } })
    #expect(bench.machine.keptEntryBytes == 0)
  }

  @Test("batches that were applied, or were before, wait for the follower, also behind a gap")
  func waiting() throws {
    let bench = try primary()
    let log = LogOfBytes(2)
    bench.step(.logged(shard: 0, log.entries))
    #expect(bench.takeAppends().map(\.0.pieces.count) == [2])
    for (sequence, outcome) in [BatchAnswer.Outcome.applied, .gap, .conflict].enumerated() {
      bench.send(.batch(WorkerBench.batch(0)))
      bench.step(
        .batchDecided(
          bench.applied(0, sequence: UInt64(sequence), outcome), for: WorkerBench.ticket,
          at: UInt64(sequence + 1)))
    }
    #expect(outcomes(bench.take()) == [.conflict])
    try bench.say(log.position(1))
    #expect(outcomes(bench.take()) == [.applied])
    try bench.say(log.position(2))
    // What it says of batches before it must not be lost either.
    #expect(outcomes(bench.take()) == [.gap])
  }

  @Test("a batch waits for nobody else than the followers of its shard's orders")
  func stranger() throws {
    let bench = try primary()
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    bench.send(.batch(WorkerBench.batch(0)))
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket, at: 1))
    try bench.say(log.end, from: "c")
    try bench.say(log.end, epoch: 2)
    #expect(outcomes(bench.take()).isEmpty)
    try bench.serveWithCopies(followers: [], version: 2)
    #expect(outcomes(bench.take()) == [.applied], "it goes on alone when the orders say so")
  }

  @Test("what waits when the shard goes to another is misplaced, and its units are not reported")
  func revoked() throws {
    let bench = try primary()
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    bench.send(.batch(WorkerBench.batch(0)))
    bench.step(.logged(shard: 0, LogOfBytes(2).entries))
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket, at: 1))
    let report = UnitReport(id: WorkerBench.unit(0).id, epoch: 1, outcome: UnitOutcome())
    bench.step(.unitDone(report, at: 2))
    #expect(bench.heartbeat()?.unitsInHand == [report.id], "it is in hand until it is reported")
    bench.hear(.orders(Orders(version: 2)))
    let wanted = bench.take()
    #expect(outcomes(wanted) == [.misplaced])
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(outcomes(bench.take()) == [.misplaced])
    #expect(bench.heartbeat()?.unitsInHand == [])
  }

  @Test("a batch that is decided after the shard went is misplaced, although it is durable here")
  func late() throws {
    let bench = try primary()
    bench.send(.batch(WorkerBench.batch(0)))
    bench.hear(.orders(Orders(version: 2)))
    bench.step(.logged(shard: 0, LogOfBytes(1).entries))
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket, at: 1))
    #expect(outcomes(bench.take()) == [.misplaced])
  }

  @Test("a unit is reported when the follower has it")
  func reports() throws {
    let bench = try primary()
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    let report = UnitReport(id: WorkerBench.unit(0).id, epoch: 1, outcome: UnitOutcome())
    bench.step(.unitDone(report, at: 1))
    #expect(!bench.takeTold().contains { $0.kind == 13 })
    try bench.say(log.end)
    #expect(bench.takeTold().contains(.unitReport(report)))
  }

  @Test("while much waits for a follower, its shards take no batches")
  func backpressure() throws {
    let bench = try primary()
    let log = LogOfBytes(34, each: 1 << 20)
    bench.step(.logged(shard: 0, log.entries))
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(outcomes(bench.take()) == [.busy])
    try bench.say(log.position(4))
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(bench.take().contains { if case .commit = $0 { true } else { false } })
  }

  @Test("entries that a follower has are kept no further than the budget of all shards goes")
  func budget() throws {
    let bench = try primary()
    var log = LogOfBytes(0)
    for _ in 0..<80 {
      log.append(Array(repeating: 7, count: 1 << 20))
      bench.step(.logged(shard: 0, [log.entries[log.entries.count - 1]]))
      try bench.say(log.end)
      #expect(bench.machine.keptEntryBytes <= Worker.keptBytes + 1 << 20)
    }
    #expect(bench.machine.keptEntryBytes > Worker.keptBytes / 2)
    try bench.serveWithCopies(followers: [], version: 2)
    #expect(bench.machine.keptEntryBytes == 0, "nobody is to have them")
    #expect(bench.machine.waitingEntryBytes == 0)
  }

  @Test("what a follower needs is kept beyond the budget")
  func needed() throws {
    let bench = try primary()
    let log = LogOfBytes(80, each: 1 << 20)
    bench.step(.logged(shard: 0, log.entries))
    #expect(bench.machine.keptEntryBytes > Worker.keptBytes)
    _ = bench.take()
    try bench.say(log.position(3))
    #expect(bench.takeAppends().first?.0.previous.number == 4, "its window goes on")
  }

  @Test("a learner that has caught up is waited for and reported, again and again")
  func ready() throws {
    let bench = try WorkerBench()
    try bench.serveWithCopies(followers: [], learners: [1])
    #expect(bench.heartbeat()?.ready == [])
    try bench.say(.start, from: "c")
    let word = [ShardFollower(shard: 0, epoch: 1, node: try #require(NodeName("c")))]
    for _ in 0..<3 { #expect(bench.heartbeat()?.ready == word) }
    bench.send(.batch(WorkerBench.batch(0)))
    bench.step(.logged(shard: 0, LogOfBytes(1).entries))
    bench.step(.batchDecided(bench.applied(0), for: WorkerBench.ticket, at: 1))
    #expect(outcomes(bench.take()).isEmpty, "it is waited for")
    for _ in 0..<50 { bench.pass(100) }
    #expect(bench.heartbeat()?.stalled == word)
    #expect(outcomes(bench.take()).isEmpty, "until the orders name it no more")
    try bench.serveWithCopies(followers: [], learners: [], version: 2)
    #expect(outcomes(bench.take()) == [.applied])
  }

  @Test("a follower that does not answer is reported as stalled, until it does")
  func stalled() throws {
    let bench = try primary()
    bench.pass(10_000)
    #expect(bench.heartbeat()?.stalled == [], "it was not asked for anything")
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    #expect(bench.heartbeat()?.stalled == [])
    for _ in 0..<20 { bench.pass(100) }
    #expect(bench.heartbeat()?.stalled.map(\.node.text) == ["b"])
    try bench.say(log.end)
    #expect(bench.heartbeat()?.stalled == [])
  }

  @Test("a primary that was served before takes nothing until its followers were heard")
  func resumed() throws {
    let log = LogOfBytes(5)
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: log.position(3)], clusterID: 0xC1)
    try bench.serveWithCopies()
    bench.send(.batch(WorkerBench.batch(0)))
    bench.hear(.unitOrder(WorkerBench.unit(0)))
    let wanted = bench.take()
    #expect(outcomes(wanted) == [.busy])
    #expect(!wanted.contains { if case .execute = $0 { true } else { false } })
    try bench.say(log.position(3))
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(bench.take().contains { if case .commit = $0 { true } else { false } })
  }

  @Test("is with all who are waited for once each of them has all of it, and not before")
  func replicated() throws {
    let log = LogOfBytes(2)
    let bench = try WorkerBench()
    #expect(bench.machine.isReplicated, "nobody waits for anybody")
    try bench.serveWithCopies()
    try bench.say(.start)
    #expect(bench.machine.isReplicated)
    bench.step(.logged(shard: 0, log.entries))
    #expect(!bench.machine.isReplicated)
    try bench.say(log.position(1))
    #expect(!bench.machine.isReplicated)
    try bench.say(log.position(2))
    #expect(bench.machine.isReplicated)
  }

  @Test("a primary that lost what its follower has says that the shard is damaged")
  func behind() throws {
    let log = LogOfBytes(5)
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: log.position(3)], clusterID: 0xC1)
    try bench.serveWithCopies()
    for _ in 0..<5 {
      try bench.say(log.position(5))
      bench.pass(600)
    }
    try bench.say(log.position(5))
    let heartbeat = bench.heartbeat()
    #expect(heartbeat?.damaged == [HeldShard(shard: 0, epoch: 1)])
    #expect(heartbeat?.stalled == [], "the follower is the good copy")
    bench.send(.batch(WorkerBench.batch(0)))
    #expect(outcomes(bench.take()) == [.busy])
    #expect(bench.machine.readableShards == [0: 1], "it is read from as before")
  }

  @Test("rows are read under the worker's epoch and earlier ones, samples under its own alone")
  func readEpochs() throws {
    let bench = try WorkerBench()
    bench.serve(0, epoch: 2)
    func isMisplaced(_ scope: RowsRequest.Scope, _ epoch: UInt64, for role: Role) -> Bool {
      let request = RowsRequest(scope: scope, shard: 0, epoch: epoch, cursor: [])
      bench.send(.rowsRequest(request), as: role)
      guard case .refusal(let refusal)? = bench.takeReplies().first else { return false }
      return refusal.code == .misplaced
    }
    for scope in [RowsRequest.Scope.table(.models), .digest(asOf: nil)] {
      #expect((1...3).map { isMisplaced(scope, $0, for: .client) } == [false, false, true])
    }
    let samples = (1...3).map { isMisplaced(.sample(threshold: 1), $0, for: .worker) }
    #expect(samples == [true, false, true])
  }

  @Test("damage is said until the shard is dropped")
  func damage() throws {
    let bench = try WorkerBench()
    bench.serve(0)
    bench.step(.damaged(shard: 0, reason: "its series do not match their seal"))
    for _ in 0..<2 { #expect(bench.heartbeat()?.damaged == [HeldShard(shard: 0, epoch: 1)]) }
    #expect(bench.machine.served == [0: 1])
    bench.hear(.orders(Orders(version: 2, released: [HeldShard(shard: 0, epoch: 1)])))
    bench.step(.dropped(shard: 0))
    #expect(bench.heartbeat()?.damaged == [])
  }

  @Test("only those who follow a shard may copy it, under its epoch")
  func copying() throws {
    let bench = try WorkerBench()
    try bench.serveWithCopies(followers: [], learners: [1])
    func isRead(_ epoch: UInt64, as role: Role, named name: String) -> Bool {
      _ = bench.take()
      let request = RowsRequest(scope: .copy(session: 1), shard: 0, epoch: epoch, cursor: [])
      bench.send(.rowsRequest(request), as: role, named: name)
      return bench.take().contains { if case .read = $0 { true } else { false } }
    }
    #expect(isRead(1, as: .worker, named: "c"))
    #expect(!isRead(1, as: .worker, named: "b"))
    #expect(!isRead(2, as: .worker, named: "c"))
    #expect(!isRead(1, as: .client, named: "c"))
  }
}
