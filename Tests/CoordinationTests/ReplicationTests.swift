import Demand
import Testing
import WireProtocol

@testable import Coordination

@Suite("Copies of a shard that live through faults")
struct ReplicationTests {
  /// Lives through a minute of faults, then half a minute without.
  private func live(seed: UInt64) throws -> ReplicationWorld {
    let world = try ReplicationWorld(seed: seed)
    for turn in 0..<12_000 {
      world.pass()
      if world.upTo(6) == 0 { world.sendBatch() }
      if world.upTo(700) == 0 {
        let name = world.names[world.upTo(3)]
        world.crash(name)
        world.plan(at: world.now + Int64(100 + world.upTo(4_000))) { world.start(name) }
      }
      if turn % 200 == 0 { world.check() }
    }
    world.lossPerMille = 0
    for turn in 0..<6_000 {
      world.pass()
      for name in world.names where turn == 0 { world.start(name) }
      if turn < 1_000, world.upTo(6) == 0 { world.sendBatch() }
      if turn % 200 == 0 { world.check() }
    }
    world.check()
    return world
  }

  @Test("what is acknowledged is on every copy that may become the primary, and all copies meet")
  func faults() throws {
    var (acknowledged, failovers, additions, copies) = (0, 0, 0, 0)
    for seed: UInt64 in 1...8 {
      let world = try live(seed: seed)
      #expect(world.failures.prefix(5) == [], "seed \(seed)")
      #expect(world.judge.placement.replicas.count == 2, "seed \(seed): all are in step again")
      let ends = Set(world.names.compactMap { world.disks[$0]?.log.end })
      #expect(ends.count == 1, "seed \(seed)")
      let epochs = Set(world.names.compactMap { world.disks[$0]?.epoch })
      #expect(epochs == [world.judge.placement.epoch], "seed \(seed)")
      acknowledged += world.acknowledged.count
      failovers += world.judge.failovers
      additions += world.judge.additions
      copies += world.copies
    }
    // The faults did happen, and were no excuse.
    #expect(acknowledged > 4_000)
    #expect(failovers > 2)
    #expect(additions > 20)
    #expect(copies > 8)
  }
}
