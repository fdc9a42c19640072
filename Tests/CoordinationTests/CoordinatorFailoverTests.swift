import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Failover")
struct CoordinatorFailoverTests {
  /// Three workers with two copies of each of twelve shards.
  private func replicated(_ names: [String] = ["a", "b", "c"]) throws -> CoordinatorBench {
    let bench = try CoordinatorBench(shardCount: 12, replication: 2)
    try bench.place(on: names)
    try bench.live(names, milliseconds: 100)
    return bench
  }

  private func places(_ bench: CoordinatorBench) -> [Placement.Assignment] {
    bench.machine.placement.assignments
  }

  private func follower(_ shard: Int, _ name: String, epoch: UInt64 = 1) throws -> ShardFollower {
    ShardFollower(shard: shard, epoch: epoch, node: try #require(NodeName(name)))
  }

  private func refusal(_ messages: [Message]) -> Refusal? {
    messages.lazy.compactMap { if case .refusal(let refusal) = $0 { refusal } else { nil } }.first
  }

  /// Time passes until a worker that says nothing is lost, and not longer.
  private func lose(_ name: String, _ bench: CoordinatorBench) throws {
    try bench.listen(to: ["a", "b", "c"].filter { $0 != name }, milliseconds: 3_100)
  }

  @Test("all shards of a silent worker go to their replicas in one write, within three seconds")
  func silent() throws {
    let bench = try replicated()
    let before = places(bench)
    try lose("a", bench)
    #expect(bench.writes.map(\.key) == ["placement"])
    bench.finish(try #require(bench.takeWrite()))
    let a = try #require(NodeName("a"))
    for (old, new) in zip(before, places(bench)) {
      #expect(!new.copies.contains(a))
      #expect(new.epoch == old.epoch + (old.primary == a ? 1 : 0))
      if old.primary == a { #expect(old.replicas.contains(try #require(new.primary))) }
    }
    #expect(bench.status().servedShards == 12 && bench.status().colour == .yellow)
    for name in ["b", "c"] {
      #expect(
        try #require(bench.told[name]).owned.count
          == bench.machine.placement
          .shards(of: try #require(NodeName(name))).count)
    }
  }

  @Test("orders name a lost replica until it is out of the table")
  func lostReplica() throws {
    let bench = try replicated()
    func waitsForA(_ name: String) throws -> Bool {
      let orders = try #require(bench.told[name])
      return orders.owned.contains { owned in
        owned.followers.contains { orders.peers[$0].node.text == "a" }
      }
    }
    try lose("a", bench)
    #expect(try waitsForA("b") || waitsForA("c"))
    bench.finish(try #require(bench.takeWrite()))
    #expect(try !waitsForA("b") && !waitsForA("c"))
  }

  @Test("the copies that are missing are made by those who are left")
  func repair() throws {
    let bench = try replicated()
    try bench.live(["b", "c"], milliseconds: 8_000)
    for shard in 0..<12 { #expect(Set(bench.copies(of: shard)) == ["b", "c"]) }
    let status = bench.status()
    #expect(status.colour == .yellow && status.copies?.shardsWithFewer == 0)
  }

  @Test("a worker whose key is revoked is replaced at once")
  func revoked() throws {
    let bench = try replicated()
    bench.step(
      .revoked(Sender(address: CoordinatorBench.address("a"), role: .worker, name: "a")))
    #expect(bench.writes.map(\.key) == ["placement"])
    bench.finishWrites()
    #expect(bench.status().servedShards == 12)
  }

  @Test("a worker that comes back learns what it had, and nothing of it is thrown away before")
  func back() throws {
    let bench = try replicated()
    let had = Set((0..<12).filter { bench.copies(of: $0).contains("a") })
    try lose("a", bench)
    bench.finishWrites()
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0)
    try bench.live(["a", "b", "c"], milliseconds: 100, builds: false)
    let orders = try #require(bench.told["a"])
    #expect(!orders.following.isEmpty && orders.following.allSatisfy(\.isLearner))
    #expect(orders.following.allSatisfy { had.contains($0.shard) })
    #expect(orders.released.isEmpty)
    try bench.live(["a", "b", "c"], milliseconds: 3_000)
    #expect(Set((0..<12).filter { bench.copies(of: $0).contains("a") }) == had)
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }

  @Test("a replica that does not keep up leaves the table without a new epoch, and learns again")
  func stalled() throws {
    let bench = try replicated()
    let place = places(bench)[0]
    let (primary, replica) = (try #require(place.primary).text, place.replicas[0].text)
    let version = bench.told[primary]?.version ?? 0
    try bench.beat(primary, applied: version, stalled: [follower(0, replica, epoch: 9)])
    #expect(bench.writes.isEmpty)
    try bench.beat(primary, applied: version, stalled: [follower(0, replica)])
    #expect(bench.status().reasons.contains { $0.contains("\(replica) does not keep up") })
    bench.finishWrites()
    #expect(bench.copies(of: 0) == [primary] && places(bench)[0].epoch == 1)
    try bench.live(["a", "b", "c"], milliseconds: 1_000)
    #expect(bench.copies(of: 0).count == 2)
  }

  @Test("a damaged primary hands over to its replica, drops what it has and is made anew")
  func damaged() throws {
    let bench = try replicated()
    let place = places(bench)[0]
    let (primary, replica) = (try #require(place.primary).text, place.replicas[0].text)
    let damage = [HeldShard(shard: 0, epoch: 1)]
    func beat(_ damaged: [HeldShard]) throws {
      try bench.beat(primary, applied: bench.told[primary]?.version ?? 0, damaged: damaged)
    }
    try beat(damage)
    bench.finishWrites()
    #expect(bench.copies(of: 0) == [replica] && places(bench)[0].epoch == 2)
    #expect(try #require(bench.told[primary]).released == [HeldShard(shard: 0, epoch: 2)])
    // It is not begun before the damaged data is gone and the new primary knows nothing of it.
    try bench.live([replica], milliseconds: 200, builds: false)
    #expect(!bench.learners(of: replica).contains { $0.shard == 0 && $0.node.text == primary })
    try beat([])
    try bench.live(["a", "b", "c"], milliseconds: 2_000)
    #expect(bench.copies(of: 0).count == 2)
  }

  @Test("damage without another copy is red and serves on")
  func lastDamaged() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    try bench.beat(
      "a", applied: bench.told["a"]?.version ?? 0, damaged: [HeldShard(shard: 2, epoch: 1)])
    bench.pass(100)
    #expect(bench.writes.isEmpty && bench.told["a"]?.owned.count == 4)
    #expect(bench.status().colour == .red)
    #expect(bench.status().reasons.contains { $0.contains("damaged (2)") })
  }

  @Test("a damaged replica leaves the table and is made anew, its primary stays")
  func damagedReplica() throws {
    let bench = try replicated()
    let place = places(bench)[0]
    let replica = place.replicas[0].text
    try bench.beat(
      replica, applied: bench.told[replica]?.version ?? 0,
      damaged: [HeldShard(shard: 0, epoch: 1)])
    bench.finishWrites()
    #expect(places(bench)[0] == Placement.Assignment(primary: place.primary, epoch: 1))
    #expect(try #require(bench.told[replica]).released.map(\.shard) == [0])
  }

  @Test("a worker that comes without its data is taken in where others have all of it")
  func empty() throws {
    let bench = try replicated()
    let served = (0..<12).filter { bench.copies(of: $0)[0] == "a" }
    try bench.greet("a", incarnation: 2, clusterID: 0xC1)
    #expect(refusal(bench.takeMessages(to: "a")) == nil)
    #expect(try #require(bench.told["a"]).owned.isEmpty)
    bench.finishWrites()
    for shard in 0..<12 { #expect(!bench.copies(of: shard).contains("a")) }
    for shard in served { #expect(places(bench)[shard].epoch == 2) }
    try bench.live(["a", "b", "c"], milliseconds: 3_000, incarnations: ["a": 2])
    for shard in 0..<12 { #expect(bench.copies(of: shard).count == 2) }
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }

  @Test("a worker that comes without data that nobody here has is refused, also after a restart")
  func emptyAndAlone() throws {
    let bench = try CoordinatorBench()
    try bench.place(on: ["a"])
    bench.finishWrites()
    let again = try bench.restarted()
    try again.greet("a", incarnation: 2, clusterID: 0xC1)
    let said = try #require(refusal(again.takeMessages(to: "a")))
    #expect(said.code == .failed && said.reason.contains("0, 1, 2, 3"))
  }

  @Test("a coordinator that starts again waits for workers before it takes them for lost")
  func grace() throws {
    let bench = try replicated()
    let again = try bench.restarted()
    for name in ["b", "c"] {
      try again.greet(name, incarnation: 1, clusterID: 0xC1, held: bench.held(by: name))
    }
    try again.live(["b", "c"], milliseconds: 2_900)
    #expect(again.machine.placement == bench.machine.placement)
    #expect(again.told.values.allSatisfy { $0.released.isEmpty })
    try again.live(["b", "c"], milliseconds: 400)
    #expect(again.status().servedShards == 12)
  }

  @Test("one that stood by does not wait once more for a worker that was silent before")
  func greeted() throws {
    let bench = try replicated()
    let a = try #require(NodeName("a"))
    let b = try #require(NodeName("b"))
    let c = try #require(NodeName("c"))
    let again = try bench.restarted(greeted: [
      a: Instant(milliseconds: -3_200), b: Instant(milliseconds: -100),
      c: Instant(milliseconds: -200),
    ])
    for name in ["b", "c"] {
      try again.greet(name, incarnation: 1, clusterID: 0xC1, held: bench.held(by: name))
    }
    try again.live(["b", "c"], milliseconds: 400)
    #expect(again.status().servedShards == 12)
    #expect((0..<12).allSatisfy { !again.copies(of: $0).contains("a") })
  }

  @Test("one that stood by waits for a worker that greeted it a moment ago, and is slow to come")
  func greetedJustNow() throws {
    let bench = try replicated()
    let b = try #require(NodeName("b"))
    let again = try bench.restarted(greeted: [b: Instant(milliseconds: -1_000)])
    try again.greet("c", incarnation: 1, clusterID: 0xC1, held: bench.held(by: "c"))
    try again.live(["c"], milliseconds: 1_900)
    #expect(again.machine.placement == bench.machine.placement)
  }

  @Test("who is lost while a placement is stored is replaced by the next one")
  func meanwhile() throws {
    let bench = try replicated()
    let shard = try #require((0..<12).first { !bench.copies(of: $0).contains("a") })
    let (primary, replica) = (bench.copies(of: shard)[0], bench.copies(of: shard)[1])
    try bench.beat(
      primary, applied: bench.told[primary]?.version ?? 0, stalled: [follower(shard, replica)])
    let write = try #require(bench.takeWrite())
    try lose("a", bench)
    #expect(bench.writes.isEmpty)
    bench.finish(write)
    #expect(bench.writes.map(\.key) == ["placement"])
    bench.finishWrites()
    #expect(bench.status().servedShards == 12)
  }

  @Test(
    "a worker that leaves hands its primaries to replicas at once and goes when copies are made")
  func leaving() throws {
    let bench = try replicated()
    try bench.beat("a", applied: bench.told["a"]?.version ?? 0, isLeaving: true)
    bench.finishWrites()
    #expect(bench.machine.placement.shards(of: try #require(NodeName("a"))).isEmpty)
    #expect(bench.told["a"]?.mayLeave == false)
    try bench.live(["a", "b", "c"], milliseconds: 2_000, leaving: ["a"])
    #expect(bench.told["a"]?.mayLeave == true)
    for shard in 0..<12 { #expect(Set(bench.copies(of: shard)) == ["b", "c"]) }
  }

  @Test("copies on one host are made where there is no other, and status says so")
  func sharedHost() throws {
    let bench = try CoordinatorBench(replication: 2)
    for name in ["a", "b"] { try bench.greet(name, host: "rack") }
    try bench.live(["a", "b"], milliseconds: 300)
    for shard in 0..<4 { #expect(Set(bench.copies(of: shard)) == ["a", "b"]) }
    let status = bench.status()
    #expect(status.colour == .yellow)
    #expect(status.reasons.contains { $0.contains("share a host") })
    #expect(status.nodes.map(\.host) == ["rack", "rack"])
    try bench.greet("c", host: "other")
    try bench.live(["a", "b", "c"], milliseconds: 3_000)
    for shard in 0..<4 { #expect(bench.copies(of: shard).contains("c")) }
    #expect(bench.status().colour == .green, "\(bench.status().reasons)")
  }
}
