import TestSupport
import Testing

@testable import bench

@Suite("A simulated world")
struct LoopStateTests {
  /// Some pairs with demand of whole units, in two warehouses.
  static func world(seed: UInt64, pairs: Int = 12, days: Int = 120) -> LoopWorld {
    var random = SplitMix64(seed: seed)
    var sales = LoopSales()
    sales.warehouses = ["north", "south"]
    sales.days = 200 + days
    for pair in 0..<pairs {
      if pair % 2 == 0 { sales.prices.append(2 + 50 * random.uniform()) }
      sales.pairs.append(LoopPair(item: pair / 2, warehouse: pair % 2))
      let level = 5 * random.uniform()
      for _ in 0..<sales.days {
        sales.units.append(Float((2 * level * random.uniform()).rounded()))
      }
    }
    return LoopRecipe(seed: seed).world(sales, days: days)
  }

  @Test("loses no unit and makes none: what was there and came is sold, there or on its way")
  func units() {
    for seed in 0..<20 as Range<UInt64> {
      let world = Self.world(seed: seed)
      var state = LoopState(world)
      var policy = EOQPolicy(world, score: 2)
      for _ in 0..<world.days {
        state.pass()
        state.release(policy.orders(state))
        let account = state.account
        #expect(account.started + account.ordered == account.sold + state.units, "seed \(seed)")
      }
      #expect(state.account.ordered > 0 && state.account.sold <= state.account.asked)
    }
  }

  @Test("counts space and cash as the goods that lie there take them")
  func uses() {
    for seed in 0..<20 as Range<UInt64> {
      let world = Self.world(seed: seed)
      var state = LoopState(world)
      var policy = MinMaxPolicy(world, safetyDays: 3, coverDays: 14)
      for _ in 0..<world.days {
        state.pass()
        state.release(policy.orders(state))
      }
      var space = [0.0, 0.0]
      var cash = 0.0
      for pair in world.pairs.indices {
        let item = world.item(of: pair)
        space[world.pairs[pair].warehouse] += state.onHand[pair] * item.volumeCubicMetres
        cash += state.onHand[pair] * item.unitCost
      }
      #expect(zip(space, state.space).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, $0) })
      #expect(abs(cash - state.cash) <= 1e-9 * cash)
    }
  }

  @Test("charges what stock costs: a unit that lies for a year costs its holding cost")
  func holding() {
    let world = Self.world(seed: 1, pairs: 2)
    var account = LoopAccount()
    for _ in 0..<365 { account.hold(3, 0, world) }
    let cost = account.capitalCost + account.storageCost
    #expect(abs(cost - 3 * world.holdingCost(0)) <= 1e-9 * cost)
  }

  @Test("brings an order on the same day whatever else was ordered")
  func leadTimes() {
    let world = Self.world(seed: 3)
    func arrivals(_ orders: [LoopOrder]) -> [LoopTransit] {
      var state = LoopState(world)
      state.pass()
      state.release(orders)
      return state.transit[4]
    }
    let order = LoopOrder(pair: 4, units: world.item(of: 4).order(atLeast: 1))
    let other = LoopOrder(pair: 5, units: world.item(of: 5).order(atLeast: 1))
    #expect(arrivals([order]) == arrivals([other, order]))
    #expect(arrivals([order]).count == arrivals([]).count + 1)
  }

  @Test("says so when there is more than a limit allows, and how much")
  func violations() {
    var world = Self.world(seed: 4)
    world.warehouses[0].capacityCubicMetres = 2
    world.cash = 50
    var account = LoopAccount()
    account.count(space: [2, 1], cash: 50, world)
    #expect(account.spaceViolations == 0 && account.cashViolations == 0)
    account.count(space: [3, 1], cash: 100, world)
    #expect(account.spaceViolations == 1 && account.worstSpace == 1.5)
    #expect(account.cashViolations == 1 && account.worstCash == 2)
  }

  @Test("lets nobody sell for less than one who knew all demand")
  func clairvoyant() {
    for seed in 0..<8 as Range<UInt64> {
      let world = Self.world(seed: seed)
      for score in [-1.0, 0, 2, 4] {
        var policy = EOQPolicy(world, score: score)
        let account = policy.live(in: world)
        let bound = Clairvoyant(world).bound(fill: account.fill)
        #expect(bound <= account.costPerYear, "seed \(seed)")
        #expect(bound > 0.2 * account.costPerYear, "seed \(seed): a bound that says little")
      }
    }
  }

  @Test("orders in packs, no less than the minimum")
  func packs() {
    var item = LoopItem()
    (item.pack, item.minimumOrder) = (6, 12)
    #expect(item.order(atLeast: 0) == 12 && item.order(atLeast: 13) == 18)
    #expect(item.order(near: 14) == 12 && item.order(near: 16) == 18)
  }
}
