import Glibc
import TestSupport
import Testing

@testable import bench

@Suite("One who knows all demand")
struct ClairvoyantTests {
  /// A pair of which nothing was sold before, so that it starts without stock.
  static func world(_ demand: [Double], orderCost: Double) -> LoopWorld {
    var item = LoopItem()
    (item.unitCost, item.orderCost) = (50, orderCost)
    return LoopWorld(
      items: [item], warehouses: [LoopWarehouse(name: "north")],
      pairs: [LoopPair(item: 0, warehouse: 0)], historyDays: 1, days: demand.count,
      demand: [0] + demand.map(Float.init), seed: 1)
  }

  /// Every choice of days on which orders come, and for each unit the cheaper of holding and
  /// losing it.
  static func enumerated(_ world: LoopWorld, penalty: Double) -> Double {
    let night = world.holdingCost(0) / 365
    var best = Double.infinity
    for days in 0..<(1 << world.days) {
      var (cost, last) = (0.0, -1)
      for day in 0..<world.days {
        if days >> day & 1 == 1 {
          cost += world.items[0].orderCost
          last = day
        }
        let held = last < 0 ? penalty : night * Double(day - last + 1)
        cost += world.demand(0, day: day) * min(penalty, held)
      }
      best = min(best, cost)
    }
    return best
  }

  @Test("chooses the best days to order on and what to lose")
  func best() {
    for seed in 0..<60 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let demand = (0..<9).map { _ in
        random.uniform() < 0.4 ? 0 : (20 * random.uniform()).rounded()
      }
      let world = Self.world(demand, orderCost: 5 * random.uniform())
      for penalty in [0.01, 0.1, 0.3, 3] {
        let expected = Self.enumerated(world, penalty: penalty)
        let found = Clairvoyant(world).best(penalty: penalty).value
        #expect(abs(found - expected) <= 1e-9 * max(1, expected), "seed \(seed)")
      }
    }
  }
}

@Suite("The search for a fill")
struct FillMatchTests {
  /// A policy that serves more with its knob, up to a point.
  static func account(served share: Double) -> LoopAccount {
    var account = LoopAccount()
    account.sell(1000 * share, of: 1000, LoopItem())
    return account
  }

  @Test("finds the knob from either side")
  func found() {
    for start in [-3.0, 0, 2, 6] {
      let match = FillMatch.search("", fill: 0.98, byValue: false, from: start, step: 0.5) { knob in
        Self.account(served: 1 - 0.1 * exp(-knob / 2))
      }
      #expect(abs(match.fill - 0.98) <= FillMatch.tolerance, "from \(start)")
    }
  }

  @Test("settles near the best where limits let nothing serve as much")
  func peak() {
    let match = FillMatch.search("", fill: 0.98, byValue: false, from: 1, step: 0.5) { knob in
      Self.account(served: 0.97 - 0.01 * (knob - 2) * (knob - 2))
    }
    #expect(match.fill > 0.96)
  }
}
