import Demand
import Packing
import Testing
import WireProtocol

@testable import Coordination

@Suite("Copies of shards")
struct CoordinatorCopyTests {
  /// Two workers, the second of which came later and is to get two of the four shards.
  private func moving() throws -> CoordinatorBench {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    try bench.greet("b")
    bench.pass(100)
    return bench
  }

  private func followers(_ orders: Orders?, of shard: Int) -> [String] {
    guard let orders, let owned = orders.owned.first(where: { $0.shard == shard }) else {
      return []
    }
    return owned.followers.map { orders.peers[$0].node.text }
  }

  private func learners(_ orders: Orders?) -> [Int] {
    orders?.owned.filter { !$0.learners.isEmpty }.map(\.shard) ?? []
  }

  @Test("shards are placed with their replicas, and primaries wait for them")
  func placed() throws {
    let bench = try CoordinatorBench(replication: 2)
    for name in ["a", "b"] { try bench.greet(name) }
    bench.pass(100)
    bench.finishWrites()
    for shard in 0..<4 { #expect(Set(bench.copies(of: shard)) == ["a", "b"]) }
    let orders = try #require(bench.told["a"])
    #expect(orders.owned.count == 2 && orders.following.count == 2)
    #expect(orders.owned.allSatisfy { followers(orders, of: $0.shard) == ["b"] })
    #expect(orders.following.allSatisfy { !$0.isLearner && $0.epoch == 1 })
  }

  @Test("a copy is made while the giver serves on, and nothing is stored before it is whole")
  func learning() throws {
    let bench = try moving()
    let giver = try #require(bench.told["a"])
    #expect(giver.owned.count == 4 && learners(giver).count == 2)
    let taker = try #require(bench.told["b"])
    #expect(taker.following.map(\.shard) == learners(giver))
    #expect(taker.following.allSatisfy { $0.isLearner && taker.peers[$0.primary].node.text == "a" })
    try bench.beat("a", applied: giver.version)
    try bench.beat("b", applied: taker.version)
    #expect(!bench.writes.contains { $0.key == "placement" })
    #expect(bench.status().moves == 2 && bench.status().copies?.builds.count == 2)
  }

  @Test(
    "a shard changes hands when the placement with the next epoch is durable, then it is dropped")
  func flipping() throws {
    let bench = try moving()
    let ready = bench.learners(of: "a")
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: ready)
    #expect(bench.writes.map(\.key) == ["placement"])
    #expect(try #require(bench.told["b"]).owned.isEmpty)
    bench.finishWrites()
    let owned = ready.map { OwnedShard(shard: $0.shard, epoch: 2) }
    #expect(try #require(bench.told["b"]).owned == owned)
    let giver = try #require(bench.told["a"])
    #expect(giver.released == ready.map { HeldShard(shard: $0.shard, epoch: 2) })
    #expect(giver.owned.count == 2)
  }

  @Test("a learner counts only by the word of the primary as it is now, about the orders of now")
  func words() throws {
    let bench = try moving()
    let version = try #require(bench.told["a"]).version
    let ready = bench.learners(of: "a")
    try bench.beat("a", applied: version - 1, ready: ready)
    let other = ready.map { ShardFollower(shard: $0.shard, epoch: 2, node: $0.node) }
    try bench.beat("a", applied: version, ready: other)
    try bench.beat("b", applied: version, ready: ready)
    let far = ShardFollower(shard: 900, epoch: 1, node: try #require(NodeName("b")))
    try bench.beat("a", applied: version, ready: [far], stalled: [far])
    #expect(bench.writes.isEmpty)
    try bench.beat("a", applied: version, ready: ready)
    #expect(bench.writes.count == 1)
  }

  @Test("a primary that is started again does not wait for a learner: its earlier word is void")
  func primaryRestarts() throws {
    let bench = try moving()
    let ready = bench.learners(of: "a")
    // The table is on its way to the disk for another reason.
    let first = ready[0]
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: [first])
    let write = try #require(bench.takeWrite())
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: ready)
    try bench.greet("a", incarnation: 2, clusterID: 0xC1, held: bench.held(by: "a"))
    let orders = try #require(bench.told["a"])
    // The learner that is being stored is waited for; the other one is a learner again.
    #expect(followers(orders, of: first.shard) == ["b"])
    #expect(learners(orders) == [ready[1].shard])
    bench.finish(write)
    #expect(bench.writes.isEmpty)
    #expect(bench.copies(of: first.shard) == ["b"])
    #expect(bench.copies(of: ready[1].shard) == ["a"])
  }

  @Test("while a placement is stored, its new copy is waited for and is not to be copied over")
  func union() throws {
    let bench = try moving()
    let ready = bench.learners(of: "a")
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: ready)
    #expect(bench.writes.count == 1)
    let (giver, taker) = (bench.told["a"], try #require(bench.told["b"]))
    for follower in ready { #expect(followers(giver, of: follower.shard) == ["b"]) }
    #expect(taker.following.map(\.shard) == ready.map(\.shard))
    #expect(taker.following.allSatisfy { !$0.isLearner && $0.epoch == 1 })
  }

  @Test("a learner that comes back with nothing is begun anew, after the primary has forgotten it")
  func emptyLearner() throws {
    let bench = try moving()
    let before = bench.told["a"]
    try bench.greet("b", incarnation: 2, clusterID: 0xC1)
    #expect(learners(bench.told["a"]).isEmpty)
    bench.pass(100)
    #expect(learners(bench.told["a"]).isEmpty)
    // What the primary said of the earlier copy is not about the next one.
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0)
    bench.pass(100)
    #expect(learners(bench.told["a"]) == learners(before))
    try bench.beat("a", applied: before?.version ?? 0, ready: bench.learners(of: "a"))
    #expect(bench.writes.isEmpty)
  }

  @Test("not more shards are copied to a worker at once than the settings allow")
  func limit() throws {
    let bench = try CoordinatorBench(shardCount: 32, maximumMoves: 3)
    try bench.place(on: ["a"])
    try bench.greet("b")
    bench.pass(100)
    #expect(learners(bench.told["a"]).count == 3)
    try bench.live(["a", "b"], milliseconds: 3_000)
    #expect(bench.machine.placement.shards(of: try #require(NodeName("b"))).count == 16)
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }

  @Test("a copy that takes too long is given up, others are made, and it again after a rest")
  func slow() throws {
    let bench = try moving()
    let first = learners(bench.told["a"])
    try bench.live(["a", "b"], milliseconds: 61_000, builds: false)
    let second = learners(bench.told["a"])
    #expect(second.count == 2 && Set(first).isDisjoint(with: second))
    try bench.live(["a", "b"], milliseconds: 61_000, builds: false)
    #expect(bench.status().moves == 0)
    try bench.live(["a", "b"], milliseconds: 250_000, builds: false)
    #expect(learners(bench.told["a"]) == first)
  }

  @Test("a lost giver without a replica keeps its shards: its data is nowhere else")
  func lostGiver() throws {
    let bench = try moving()
    try bench.live(["b"], milliseconds: 5_000)
    #expect(bench.status().moves == 0)
    for shard in 0..<4 { #expect(bench.copies(of: shard) == ["a"]) }
  }

  @Test("a learner that was waited for takes over from a primary that is lost before it is stored")
  func lateFailover() throws {
    let bench = try moving()
    let ready = bench.learners(of: "a")
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: [ready[0]])
    let write = try #require(bench.takeWrite())
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, ready: ready)
    for _ in 0..<40 {
      bench.pass(100)
      try bench.beat("b", applied: bench.told["b"]?.version ?? 0)
    }
    bench.finish(write)
    bench.pass(100)
    bench.finishWrites()
    #expect(bench.copies(of: ready[1].shard) == ["b"])
  }

  @Test("a coordinator that starts again makes the same copies")
  func restart() throws {
    let bench = try moving()
    let before = bench.learners(of: "a")
    let again = try bench.restarted()
    try again.greet("a", clusterID: 0xC1, held: bench.held(by: "a"))
    let held = before.map { HeldShard(shard: $0.shard, epoch: 1) }
    try again.greet("b", clusterID: 0xC1, held: held)
    try again.live(["a", "b"], milliseconds: 200, builds: false)
    #expect(again.learners(of: "a") == before)
    #expect(try #require(again.told["b"]).released.isEmpty)
  }

  @Test("primaries change among replicas when shares are unequal, after the units that are out")
  func promotions() throws {
    let bench = try CoordinatorBench(shardCount: 8, replication: 2)
    try bench.place(on: ["a"])
    try bench.greet("b")
    try bench.live(["a", "b"], milliseconds: 1_000)
    let counts = ["a", "b"].map { name in (0..<8).count { bench.copies(of: $0)[0] == name } }
    #expect(counts == [4, 4])
    #expect((0..<8).allSatisfy { bench.copies(of: $0).count == 2 })
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }

  @Test("a record of a placement from before there were replicas is read")
  func oldRecord() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a", "b"])
    var writer = ByteWriter()
    writer.varint(7)
    writer.count(2)
    for name in ["a", "b"] { try #require(NodeName(name)).pack(into: &writer) }
    writer.count(4)
    for (index, epoch) in [(1, 1), (2, 3), (0, 0), (1, 300)] {
      writer.count(index)
      writer.varint(UInt64(epoch))
    }
    writer.seal()
    let placement = try Placement(record: writer.bytes)
    #expect(placement.version == 7)
    #expect(placement.assignments.map { $0.primary?.text } == ["a", "b", nil, "a"])
    #expect(placement.assignments.map(\.epoch) == [1, 3, 0, 300])
    #expect(placement.assignments.allSatisfy { $0.replicas.isEmpty })
    var records = bench.records
    records["placement"] = writer.bytes
    let again = try CoordinatorBench(records: records)
    #expect(again.machine.placement == placement)
  }
}
