import Demand
import Testing
import WireProtocol

@testable import Coordination

/// What lives of the simulator have found, each as small as it can be told.
@Suite("What the simulator found")
struct SimulatorFindingTests {
  private func held(_ shards: [Int]) -> [HeldShard] {
    shards.map { HeldShard(shard: $0, epoch: 1) }
  }

  /// Two workers, a and b, with two copies of each of four shards.
  private func replicated() throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    try bench.place(on: ["a", "b"])
    try bench.live(["a", "b"], milliseconds: 300)
    return bench
  }

  @Test("no copy is taken out for the sake of one whose worker may be lost as well")
  func lastHeard() throws {
    let bench = try replicated()
    // Both end; a is found lost first, as b said something a little later.
    bench.pass(500)
    try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    for _ in 0..<30 { bench.pass(100) }
    bench.finishWrites()
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
    // Whoever comes back goes on, and the other is taken out.
    try bench.live(["a"], milliseconds: 4_000)
    #expect((0..<4).allSatisfy { bench.copies(of: $0) == ["a"] })
  }

  @Test("what was said before the coordinator was held up does not count as heard")
  func heldUp() throws {
    let bench = try replicated()
    for _ in 0..<28 {
      bench.pass(100)
      try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    }
    bench.pass(4_000)
    try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    for _ in 0..<32 { bench.pass(100) }
    bench.finishWrites()
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
  }

  @Test("a worker without the shards that another one has lacks them, whoever remembers it")
  func emptyAgain() throws {
    let bench = try replicated()
    var records = bench.records
    // The coordinator ended before it was durable who has data.
    records["nodes"] = nil
    let again = try CoordinatorBench(shardCount: 4, replication: 2, records: records)
    try again.greet("a", incarnation: 2, clusterID: 0xC1)
    #expect(again.machine.members.isEmpty, "b, which may have data, is yet to come")
    try again.greet("b", incarnation: 2, clusterID: 0xC1, held: held([0, 1, 2, 3]))
    try again.greet("a", incarnation: 2, clusterID: 0xC1)
    again.finishWrites()
    #expect((0..<4).allSatisfy { again.copies(of: $0) == ["b"] })
  }

  @Test("workers that all come without data were never given any")
  func firstStart() throws {
    let bench = try CoordinatorBench(shardCount: 4, replication: 2)
    for name in ["a", "b"] { try bench.greet(name) }
    bench.pass(100)
    bench.finishWrites()
    for name in ["a", "b"] { try bench.greet(name, incarnation: 2) }
    bench.finishWrites()
    #expect(bench.machine.members.count == 2)
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
  }

  @Test("a worker that came back takes nobody's place until it has proved what it has")
  func fresh() throws {
    let bench = try replicated()
    let a = bench.held(by: "a")
    let served = (0..<4).filter { bench.copies(of: $0).first == "a" }
    #expect(!served.isEmpty)
    try bench.live(["b"], milliseconds: 4_000)
    #expect((0..<4).allSatisfy { bench.copies(of: $0) == ["b"] })
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: a)
    let since = bench.now
    while bench.now - since < Coordinator.provingMilliseconds - 200 {
      try bench.live(["a", "b"], milliseconds: 100, incarnations: ["a": 2])
      #expect((0..<4).allSatisfy { bench.copies(of: $0).first == "b" })
    }
    try bench.live(["a", "b"], milliseconds: 8_000, incarnations: ["a": 2])
    #expect((0..<4).contains { bench.copies(of: $0).first == "a" })
  }

  @Test("a shard whose epoch was on its way to the disk is dropped when it is released")
  func epochUnderWay() throws {
    let bench = try WorkerBench()
    bench.join()
    try bench.orderToFollow(isLearner: true, epoch: 3, version: 1)
    _ = bench.take()
    bench.hear(.orders(Orders(version: 2, released: [HeldShard(shard: 0, epoch: 4)])))
    #expect(bench.appliedVersion() != 2, "what is on its way is not dropped yet")
    bench.step(.epochsKept(ordersVersion: 1))
    #expect(bench.take().contains(.drop(shard: 0)))
    bench.step(.dropped(shard: 0))
    #expect(bench.appliedVersion() == 2)
  }

  @Test("a follower whose disk was full says where it is after a while, so that it is sent more")
  func roomAgain() throws {
    let bench = try WorkerBench()
    try bench.follow()
    let log = LogOfBytes(2)
    let frame = LogAppend(
      shard: 0, epoch: 1, previous: .start, pieces: log.entries.map { LogPiece(bytes: $0.bytes) })
    bench.send(.append(frame), as: .worker, named: "b")
    bench.step(.followed(shard: 0, epoch: 1, .start, failure: "the disk is full"))
    #expect(bench.takeAppended().map(\.outcome) == [.failed])
    let question = LogAppend(shard: 0, epoch: 1, previous: log.end)
    bench.send(.append(question), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.failed])
    bench.pass(FollowedLog.failureMilliseconds)
    bench.send(.append(question), as: .worker, named: "b")
    #expect(bench.takeAppended().map(\.outcome) == [.kept])
  }

  @Test("what a follower said before it was made a learner does not make it ready")
  func formerWords() throws {
    let bench = try WorkerBench()
    try bench.serveWithCopies(followers: [0], learners: [])
    let before = try #require(bench.takeAppends().last?.0.session)
    try bench.serveWithCopies(followers: [], learners: [], version: 2)
    try bench.serveWithCopies(followers: [], learners: [0], version: 3)
    let after = try #require(bench.takeAppends().last?.0.session)
    #expect(before != after)
    let answer = LogAppended(shard: 0, epoch: 1, session: before, position: .start, outcome: .kept)
    bench.step(.fromPeer(Frame(.appended(answer)), try #require(NodeName("b"))))
    #expect(bench.heartbeat()?.ready == [])
    try bench.say(.start)
    #expect(bench.heartbeat()?.ready.map(\.node.text) == ["b"])
  }

  @Test("a follower repeats the number that came with the entries")
  func repeatsSession() throws {
    let bench = try WorkerBench()
    try bench.follow()
    for session: UInt64 in [7, 9] {
      let question = LogAppend(shard: 0, epoch: 1, session: session, previous: .start)
      bench.send(.append(question), as: .worker, named: "b")
      #expect(bench.takeAppended().map(\.session) == [session])
    }
  }

  @Test("a shard is not copied to a worker that may still drop it by earlier orders")
  func releasedBefore() throws {
    let bench = try replicated()
    try bench.live(["b"], milliseconds: 4_000)
    let a = (0..<4).map { HeldShard(shard: $0, epoch: 1) }
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: a)
    bench.pass(100)
    bench.finishWrites()
    // It has not said yet that it took any orders.
    for _ in 0..<5 {
      try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
      bench.pass(100)
      #expect(bench.learners(of: "b").isEmpty)
    }
    try bench.live(["a", "b"], milliseconds: 1_000, incarnations: ["a": 2])
    #expect((0..<4).allSatisfy { bench.copies(of: $0).count == 2 })
  }

  @Test("a learner that does not take it is not told to copy again and again without a pause")
  func paced() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: LogOfBytes(3).end], clusterID: 0xC1)
    try bench.serveWithCopies(followers: [], learners: [0])
    let other = LogOfBytes(2, seed: 50)
    _ = bench.take()
    for _ in 0..<5 { try bench.say(other.end) }
    #expect(bench.takeAppends().filter(\.0.mustCopy).count == 1)
    bench.pass(ReplicaLog.askMilliseconds)
    _ = bench.take()
    try bench.say(other.end)
    #expect(bench.takeAppends().filter(\.0.mustCopy).count == 1)
  }

  @Test("a worker that greets names what is on its way to its disk")
  func heldSoon() throws {
    let bench = try WorkerBench()
    bench.join()
    try bench.orderToFollow(isLearner: true, epoch: 3, version: 1)
    bench.hear(.refusal(Refusal(.notFound, "say hello first")))
    _ = bench.take()
    bench.pass(600)
    let held = bench.takeTold().compactMap { message -> [HeldShard]? in
      if case .hello(let hello) = message { hello.held } else { nil }
    }
    #expect(held == [[HeldShard(shard: 0, epoch: 0)]])
  }

  @Test("a learner whose copy is damaged drops it and begins anew, however far it was")
  func damagedLearner() throws {
    let bench = try replicated()
    try bench.live(["b"], milliseconds: 4_000)
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: held([0]))
    try bench.live(["a", "b"], milliseconds: 300, builds: false, incarnations: ["a": 2])
    let shard = try #require(bench.learners(of: "b").first?.shard)
    let damage = [HeldShard(shard: shard, epoch: bench.machine.placement.assignments[shard].epoch)]
    try bench.beat(
      "a", incarnation: 2, applied: bench.told["a"]?.version ?? 0, damaged: damage)
    bench.pass(100)
    bench.finishWrites()
    #expect(bench.told["a"]?.released.map(\.shard).contains(shard) == true)
    #expect(!bench.learners(of: "b").contains { $0.shard == shard })
    try bench.live(["a", "b"], milliseconds: 3_000, incarnations: ["a": 2])
    #expect(bench.copies(of: shard).count == 2)
  }

  @Test("a primary that was stopped itself does not blame its followers")
  func heldUpPrimary() throws {
    let bench = try WorkerBench()
    try bench.serveWithCopies()
    bench.pass(100)
    try bench.say(.start)
    bench.step(.logged(shard: 0, LogOfBytes(1).entries))
    bench.pass(300)
    bench.pass(8_000)
    #expect(bench.heartbeat()?.stalled == [])
    for _ in 0..<21 { bench.pass(100) }
    #expect(bench.heartbeat()?.stalled.map(\.node.text) == ["b"])
  }

  @Test("a disk that forgot an epoch which it kept lacks the shard, if another has it")
  func forgottenEpoch() throws {
    let bench = try replicated()
    try bench.live(["b"], milliseconds: 4_000)
    // b serves all of them now, some under a second epoch; a is made anew.
    try bench.greet("a", incarnation: 2, clusterID: 0xC1)
    try bench.live(["a", "b"], milliseconds: 3_000, incarnations: ["a": 2])
    let shard = try #require((0..<4).first { bench.held(by: "b")[$0].epoch > 1 })
    let (primary, other) = (bench.copies(of: shard)[0], bench.copies(of: shard)[1])
    #expect(Set([primary, other]) == ["a", "b"])
    var held = bench.held(by: primary)
    held[shard].epoch = 1
    try bench.greet(primary, incarnation: 3, clusterID: 0xC1, held: held)
    bench.finishWrites()
    #expect(bench.copies(of: shard) == [other])
  }

  @Test("no learner is ready while a primary that came back has not heard its followers")
  func unsure() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: .start], clusterID: 0xC1)
    try bench.serveWithCopies(followers: [0], learners: [1])
    try bench.say(.start, from: "c")
    #expect(bench.heartbeat()?.ready == [])
    try bench.say(.start, from: "b")
    #expect(bench.heartbeat()?.ready.map(\.node.text) == ["c"])
  }

  @Test("a worker that holds what its orders do not name greets once more")
  func greetsAgain() throws {
    let bench = try WorkerBench()
    bench.join()
    // Orders of the coordinator before come late.
    try bench.orderToFollow(isLearner: true, epoch: 3, version: 1)
    bench.step(.epochsKept(ordersVersion: 1))
    _ = bench.take()
    bench.hear(.orders(Orders(version: 2)))
    let held = bench.takeTold().compactMap { message -> [HeldShard]? in
      if case .hello(let hello) = message { hello.held } else { nil }
    }
    #expect(held.last == [HeldShard(shard: 0, epoch: 3)])
  }

  @Test("a primary whose orders change before its epoch is durable serves for the first time")
  func firstTime() throws {
    let bench = try WorkerBench()
    bench.join()
    for version: UInt64 in [1, 2] {
      bench.hear(.orders(Orders(version: version, owned: [OwnedShard(shard: 0, epoch: 3)])))
    }
    for version: UInt64 in [1, 2] { bench.step(.epochsKept(ordersVersion: version)) }
    #expect(bench.machine.served == [0: 3])
    #expect(bench.machine.grants[0]?.log.isUnproven == false)
    let again = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 3)], positions: [0: .start], clusterID: 0xC1)
    again.serve(0, epoch: 3)
    #expect(again.machine.grants[0]?.log.isUnproven == true)
  }

  @Test("a primary is behind nobody when the follower that has more is taken from it")
  func behindNobody() throws {
    let bench = try WorkerBench(
      held: [HeldShard(shard: 0, epoch: 1)], positions: [0: .start], clusterID: 0xC1)
    try bench.serveWithCopies()
    try bench.say(LogOfBytes(2).end)
    #expect(bench.heartbeat()?.damaged == [HeldShard(shard: 0, epoch: 1)])
    try bench.serveWithCopies(followers: [], version: 2)
    #expect(bench.heartbeat()?.damaged == [])
  }

  @Test("a batch that is taken back says nothing of the batches before it")
  func takenBack() throws {
    let bench = try WorkerBench()
    try bench.serveWithCopies()
    try bench.say(.start)
    _ = bench.take()
    bench.send(.batch(WorkerBench.batch(0)))
    let log = LogOfBytes(1)
    bench.step(.logged(shard: 0, log.entries))
    var answer = bench.applied(0)
    answer.progress = 1
    bench.step(.batchDecided(answer, for: WorkerBench.ticket, at: 1))
    _ = bench.take()
    bench.hear(.orders(Orders(version: 2)))
    let answers = bench.takeReplies().compactMap { message -> BatchAnswer? in
      if case .batchAnswer(let answer) = message { answer } else { nil }
    }
    #expect(answers.map(\.outcome) == [.misplaced] && answers.map(\.progress) == [0])
  }
}
