import Demand
import Testing
import WireProtocol

@testable import Coordination

/// What lives of the simulator have found about copies that are nearly the last ones.
@Suite("What the simulator found of last copies")
struct CopyFindingTests {
  private func ask(
    _ bench: CoordinatorBench, _ action: NodeChange.Action, _ name: String
  ) throws -> String? {
    let node = try #require(NodeName(name))
    let change = NodeChange(action, of: node, isDryRun: false)
    _ = bench.takeSent()
    bench.hear(.nodeChange(change), from: "o", as: .operator)
    return bench.takeMessages(to: "o").lazy.compactMap { message -> String? in
      if case .nodeAnswer(let json) = message { json } else { nil }
    }.first
  }

  /// Three workers with two copies of each of four shards.
  private func replicated() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    try bench.place(on: ["a", "b", "c"])
    try bench.live(["a", "b", "c"], milliseconds: 300)
    return bench
  }

  @Test("a worker that is here and has shards is not decommissioned, whoever else has them")
  func stillHasShards() throws {
    // Whoever came back just now has not yet found that its disk lost what a drained one has.
    let bench = try replicated()
    _ = try ask(bench, .drain, "a")
    bench.finishWrites()
    try bench.live(["a", "b", "c"], milliseconds: 1_000, builds: false)
    #expect((0..<4).contains { bench.copies(of: $0) == ["b", "a"] })
    let answer = try #require(try ask(bench, .decommission, "a"))
    #expect(answer.contains("still has"), "\(answer)")
    #expect(bench.writes.isEmpty)
  }

  @Test("a copy goes without another in its place only when those that stay were heard since")
  func lastButOne() throws {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    try bench.place(on: ["a", "b"])
    try bench.live(["a", "b"], milliseconds: 300)
    func copies() -> Set<[String]> { Set((0..<4).map { bench.copies(of: $0).sorted() }) }
    _ = try ask(bench, .drain, "a")
    bench.finishWrites()
    // b may have ended since it was heard, and its disk may have kept less than it said.
    try bench.live(["a"], milliseconds: 500)
    #expect(copies() == [["a", "b"]])
    try bench.greet("b", incarnation: 2, clusterID: 0xC1, held: bench.held(by: "b"))
    try bench.live(["a", "b"], milliseconds: 5_000, incarnations: ["b": 2])
    #expect(copies() == [["a", "b"]], "it has just come back, and is asked how far it is")
    try bench.live(["a", "b"], milliseconds: 10_000, incarnations: ["b": 2])
    #expect(copies() == [["b"]])
  }

  @Test("no shard comes to rest on a worker whose decommission is on its way to the disk")
  func goingForGood() throws {
    let bench = try replicated()
    try bench.listen(to: ["b", "c"], milliseconds: 3_500)
    bench.finishWrites()
    _ = try ask(bench, .decommission, "a")
    #expect(bench.writes.map(\.key) == ["nodes"])
    // Meanwhile it is back, and b, which has what it had, is silent.
    try bench.listen(to: ["a", "c"], milliseconds: 3_500)
    bench.finishWrites()
    bench.finishWrites()
    #expect(!(0..<4).contains { bench.copies(of: $0) == ["a"] })
    try bench.live(["b", "c"], milliseconds: 4_000)
    #expect((0..<4).allSatisfy { Set(bench.copies(of: $0)) == ["b", "c"] })
  }

  @Test("a worker is not decommissioned with whom a placement that is being stored leaves a shard")
  func goingWithTheLast() throws {
    let bench = try replicated()
    #expect((0..<4).contains { bench.copies(of: $0) == ["b", "a"] })
    try bench.listen(to: ["a", "c"], milliseconds: 3_500)
    #expect(bench.writes.map(\.key) == ["placement"])
    // b is back before the placement that has a in its place is durable, and then a is lost.
    try bench.listen(to: ["b", "c"], milliseconds: 3_500)
    let answer = try #require(try ask(bench, .decommission, "a"))
    #expect(answer.contains("would be lost"), "\(answer)")
    #expect(bench.writes.map(\.key) == ["placement"])
  }

  @Test("no copy goes because the one that should be in its place cannot be made just now")
  func noPlaceYet() throws {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    for name in ["a", "b"] { try bench.greet(name, host: "h") }
    bench.pass(100)
    bench.finishWrites()
    try bench.live(["a", "b"], milliseconds: 300)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    // A second host is there, and copies to it come to nothing.
    try bench.greet("c", host: "k")
    try bench.live(["a", "b", "c"], milliseconds: 62_000, builds: false)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    try bench.live(["a", "b", "c"], milliseconds: 310_000)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    #expect((0..<4).allSatisfy { bench.copies(of: $0).contains("c") })
  }

  @Test("nobody becomes primary of a shard that it was not seen to have")
  func neverSeen() throws {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    for name in ["a", "b"] { try bench.greet(name) }
    bench.pass(100)
    bench.finishWrites()
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    // a is gone at once, and the disk of b takes nothing.
    for _ in 0..<45 {
      bench.pass(100)
      try bench.beat("b")
      bench.finishWrites()
    }
    #expect((0..<4).contains { bench.copies(of: $0).first == "a" })
    // It is started again, and has nothing of what nobody ever had.
    try bench.greet("b", incarnation: 2)
    try bench.live(["b"], milliseconds: 2_000, incarnations: ["b": 2])
    #expect((0..<4).allSatisfy { bench.copies(of: $0) == ["b"] })
  }

  @Test("what is on its way to a disk is nothing that a worker was seen to have")
  func neverDurable() throws {
    let bench = try CoordinatorBench(shardCount: 4)
    try bench.greet("a")
    bench.pass(100)
    bench.finishWrites()
    let again = try bench.restarted()
    // Its first epochs are on their way to a disk that takes nothing.
    let held = (0..<4).map { HeldShard(shard: $0, epoch: 0) }
    try again.greet("a", clusterID: 0xC1, held: held)
    again.finishWrites()
    try again.greet("a", incarnation: 2, clusterID: 0xC1)
    try again.live(["a"], milliseconds: 300, incarnations: ["a": 2])
    #expect(again.status().servedShards == 4)
  }

  // MARK: Disks that lost what they called durable

  /// A worker that found shard 0 under epoch 1 when it started.
  private func restarted(at position: LogPosition) throws -> WorkerBench {
    try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: position], clusterID: 0xC1)
  }

  /// Makes it the primary under epoch 2, with b as its follower.
  private func promote(_ bench: WorkerBench, version: UInt64) throws {
    let owned = OwnedShard(shard: 0, epoch: 2, followers: [0])
    bench.hear(
      .orders(Orders(version: version, owned: [owned], peers: try WorkerBench.peers("b", "c"))))
    bench.step(.epochsKept(ordersVersion: version))
  }

  @Test(
    "what was found at a start and is less than a follower has is damaged, under a new epoch too")
  func unprovenPrimary() throws {
    let bench = try restarted(at: LogOfBytes(6).end)
    bench.join()
    try promote(bench, version: 1)
    bench.send(.batch(WorkerBench.batch(0, epoch: 2)))
    let answers = bench.takeReplies().compactMap { message -> BatchAnswer.Outcome? in
      if case .batchAnswer(let answer) = message { answer.outcome } else { nil }
    }
    #expect(answers == [.busy], "it does not know yet whether it has everything")
    try bench.say(LogOfBytes(7).end, epoch: 2)
    #expect(bench.heartbeat()?.damaged == [HeldShard(shard: 0, epoch: 2)])
  }

  @Test("a replica that its primary found to have everything is proven")
  func provenReplica() throws {
    let log = LogOfBytes(7)
    let bench = try restarted(at: log.position(6))
    try bench.follow()
    // The primary is at 7, and sends what is missing.
    let question = LogAppend(shard: 0, epoch: 1, session: 4, previous: log.end)
    bench.send(.append(question), as: .worker, named: "b")
    #expect(bench.machine.unproven == [0])
    let entry = LogAppend(
      shard: 0, epoch: 1, session: 4, previous: log.position(6),
      pieces: [LogPiece(bytes: log.entries[6].bytes)])
    bench.send(.append(entry), as: .worker, named: "b")
    #expect(bench.machine.unproven == [0], "it is not durable yet")
    bench.step(.followed(shard: 0, epoch: 1, log.end))
    #expect(bench.machine.unproven.isEmpty)
    // What a follower has beyond it now was never acknowledged.
    try promote(bench, version: 2)
    try bench.say(LogOfBytes(9).end, epoch: 2)
    #expect(bench.heartbeat()?.damaged == [])
  }

  @Test("nothing rests on a shard of which a follower may have more")
  func unsureOfAll() throws {
    let bench = try restarted(at: LogOfBytes(6).end)
    try bench.serveWithCopies()
    _ = bench.take()
    let shards = [HeldShard(shard: 0, epoch: 1)]
    let survey = Survey(run: 1, shards: shards)
    let question = RoundQuestion(
      run: 1, round: 1, asOf: Day(number: 20_000), documentVersion: 0, settings: [], question: [],
      shards: shards)
    let sample = RowsRequest(scope: .sample(threshold: 5), shard: 0, epoch: 1, cursor: [])
    func ask() -> [Worker.Instruction] {
      bench.hear(.survey(survey))
      bench.hear(.roundQuestion(question))
      bench.send(.rowsRequest(sample), as: .worker, named: "c")
      return bench.take()
    }
    let refused = ask()
    #expect(!refused.contains(.survey(survey)) && !refused.contains(.price(question)))
    #expect(refused.count == 1, "the sample is refused, to be asked for again: \(refused)")
    try bench.say(LogOfBytes(6).end)
    _ = bench.take()
    let done = ask()
    #expect(done.contains(.survey(survey)) && done.contains(.price(question)))
    #expect(done.contains { if case .read = $0 { true } else { false } })
  }
}
