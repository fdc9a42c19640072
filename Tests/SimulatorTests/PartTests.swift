import Coordination
import Demand
import TestSupport
import Testing
import WireProtocol

@testable import Simulator

@Suite("Parts of a simulated world")
struct PartTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

  @Test("a clock jumps ahead, stands still, and never goes back")
  func clock() {
    var clock = Clock()
    #expect(clock.read(at: at(5)) == at(5))
    clock.jump(ahead: 100, at: at(10))
    #expect(clock.read(at: at(10)) == at(110) && clock.read(at: at(20)) == at(120))
    clock.standStill(for: 50, at: at(20))
    #expect(clock.read(at: at(60)) == at(120) && clock.read(at: at(80)) == at(130))
    clock.standStill(for: 50, at: at(80))
    clock.jump(ahead: 7, at: at(90))
    #expect(clock.read(at: at(100)) == at(137) && clock.read(at: at(140)) == at(147))
  }

  @Test("a cut stops what passes it, one way or both")
  func cut() {
    let (a, b) = (Cut.worker(0), Cut.worker(3))
    let oneWay = Cut(shape: .pair, from: a, to: b, isBothWays: false)
    #expect(oneWay.stops(a, b) && !oneWay.stops(b, a) && !oneWay.stops(a, Cut.coordinator))
    let bothWays = Cut(shape: .pair, from: a, to: b, isBothWays: true)
    #expect(bothWays.stops(a, b) && bothWays.stops(b, a))
    let all = Cut(
      shape: .workersFromEachOther, from: Cut.allWorkers, to: Cut.allWorkers, isBothWays: true)
    #expect(all.stops(a, b) && !all.stops(a, Cut.client(1)) && !all.stops(Cut.coordinator, b))
    #expect(bothWays.touches(a) && !bothWays.touches(Cut.client(0)))
  }

  @Test("a lying disk loses its last writes, and an honest one none")
  func lying() {
    var disk = SimulatedDisk()
    for _ in 0..<2 {
      for write in 0..<9 {
        disk.noteWrite()
        disk.shards[0, default: SimulatedShard()].folds = write
      }
      let isChanged = disk.loseWrites(3)
      #expect(isChanged == disk.isLying)
      #expect(disk.shards[0]?.folds == (disk.isLying ? 5 : 8))
      disk.isLying = true
    }
  }

  @Test("a plan has kinds of faults that can be left out, and none that needs a second copy alone")
  func plans() {
    var random = SplitMix64(seed: 7)
    var seen: Set<FaultClass> = []
    for replication in [1, 2, 3] {
      for _ in 0..<200 {
        let plan = FaultPlan.drawn(from: &random, replication: replication)
        seen.formUnion(plan.kinds)
        let costly: [FaultClass] = [.bitFlip, .lyingSync, .destruction]
        if replication == 1 { #expect(costly.allSatisfy { plan[$0] == 0 }) }
        #expect(plan.without(Set(plan.kinds)).kinds.isEmpty)
      }
    }
    #expect(seen == Set(FaultClass.allCases))
    #expect(FaultClass.allCases.allSatisfy { FaultClass(name: $0.name) == $0 })
  }

  @Test("a copy of a shard and a follower of its log are the same as the shard")
  func copies() throws {
    var shard = SimulatedShard()
    let source = SourceID(name: "here")
    var follower = SimulatedShard()
    for (identity, payload) in SimulatedClient.cut([1, 2, 3, 33], source: source, shardCount: 1) {
      let batch = Batch(identity: identity, epoch: 1, table: .salesAdding, payload: payload)
      let (answer, entry) = shard.take(batch)
      #expect(answer.outcome == .applied)
      try follower.follow(try #require(entry).bytes)
      #expect(shard.take(batch).answer.outcome == .duplicate && shard.take(batch).entry == nil)
    }
    let order = UnitOrder(
      id: UnitID(run: 1, shard: 0, slice: 0), sliceCount: 1, epoch: 1, kind: .train,
      asOf: Day(year: 2026, month: 1, day: 1), settings: [], network: 5)
    let result = shard.work(out: order, with: LearnedNetwork(run: 5, bytes: [9]))
    #expect(!follower.hasContent(of: shard.following(result)))
    let entry = shard.append(result)
    try follower.follow(entry.bytes)
    #expect(follower.hasContent(of: shard) && follower.position == entry.position)
    #expect(shard.done[1]?.count == 4 && shard.units[1]?[0]?.quarantined == 1)
    let copy = try SimulatedShard(packed: shard.packed())
    #expect(copy.hasContent(of: shard))
    var empty = SimulatedShard()
    _ = empty.append(empty.work(out: order, with: LearnedNetwork()))
    #expect(try SimulatedShard(packed: empty.packed()).hasContent(of: empty))
  }
}

extension SimulatedShard {
  /// The shard with one more entry.
  fileprivate func following(_ entry: SimulatedEntry) -> SimulatedShard {
    var next = self
    _ = next.append(entry)
    return next
  }
}
