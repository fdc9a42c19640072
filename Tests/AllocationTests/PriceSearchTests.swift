import TestSupport
import Testing

@testable import Allocation

@Suite("Prices of shared limits")
struct PriceSearchTests {
  @Test("reach the generated instances' optima with a certificate, in at most nine passes")
  func generated() throws {
    for (skus, cost) in [(10_000, 44_195_471.354911), (100_000, 444_114_468.289)] {
      let plan = try Planning(GeneratedInstance(skus: skus)).plan()
      #expect(abs(plan.cost / cost - 1) <= 1e-6)
      #expect(abs(plan.bound / cost - 1) <= 1e-6)
      #expect(plan.gap <= 1e-6 && plan.passes <= 9)
    }
  }

  @Test("take at most nine passes whatever the draw")
  func draws() throws {
    for seed in 1...100 as ClosedRange<UInt64> {
      let plan = try Planning(GeneratedInstance(skus: 500, seed: seed)).plan()
      #expect(plan.gap <= 1e-6 && plan.passes <= 9, "seed \(seed)")
    }
  }

  @Test("are the generated instance's")
  func generatedPrices() throws {
    let plan = try Planning(GeneratedInstance(skus: 10_000)).plan()
    let space = [
      167.67211623, 113.56903687, 73.2008485, 46.00019645, 24.9245135, 10.6446, 0.58219, 0, 0, 0,
    ]
    for (price, reference) in zip(plan.prices.space, space) {
      #expect(abs(price - reference) <= 1e-4 * max(reference, 1))
    }
    #expect(abs(plan.prices.cash / 0.17596009 - 1) <= 1e-4)
  }

  /// Nahmias' three items, whose limit is for full lots.
  private func nahmias(_ limits: Limits, cashShare: Double) throws -> (Planning, PricePlan) {
    let (volumes, costs, orders) = ([9.0, 12, 18], [50.0, 350, 85], [100.0, 150, 50])
    let pairs = [1850.0, 1150, 800].enumerated().map { sku, demand in
      Pair(
        sku: sku, warehouse: 0, demand: demand, orderCost: orders[sku],
        holdingCost: 0.25 * costs[sku], unitCost: costs[sku] * cashShare, volume: volumes[sku])
    }
    let planning = try Planning(pairs, limits: limits)
    return (planning, try planning.plan())
  }

  @Test("keep three items within one space")
  func oneSpace() throws {
    var limits = Limits(warehouseCount: 1, kappa: 1)
    limits.space[0] = 2000
    let (planning, plan) = try nahmias(limits, cashShare: 1)
    let lots = planning.lots(plan.prices).map(\.lot)
    for (lot, reference) in zip(lots, [91.7362, 51.6238, 30.8272]) {
      #expect(abs(lot / reference - 1) <= 1e-5)
    }
    #expect(abs(plan.prices.space[0] / 1.7481308 - 1) <= 1e-5)
  }

  @Test("keep three items within one budget")
  func oneBudget() throws {
    var limits = Limits(warehouseCount: 1, kappa: 1)
    // Half lots are counted here, so that units of twice the cost stand for full ones.
    limits.cash = 30_000
    let (planning, plan) = try nahmias(limits, cashShare: 2)
    for (lot, reference) in zip(
      planning.lots(plan.prices).map(\.lot), [144.1934, 52.6266, 51.4239])
    {
      #expect(abs(lot / reference - 1) <= 1e-5)
    }
    #expect(abs(plan.prices.cash / 0.0529553 - 1) <= 1e-5)
  }

  @Test("keep all kinds of limits together, safety stock counted")
  func together() throws {
    var passes = 0
    for seed in 0..<1000 as Range<UInt64> {
      let planning = try Self.mixed(seed: seed)
      let plan = try planning.plan()
      #expect(plan.gap <= 1e-6, "seed \(seed)")
      Self.expectKept(planning, planning.lots(plan.prices), cost: plan.cost, "seed \(seed)")
      passes += plan.passes
    }
    #expect(passes <= 6000)
  }

  /// Some pairs in three warehouses with limits that lots between their bounds can keep.
  static func mixed(seed: UInt64) throws -> Planning {
    var random = SplitMix64(seed: seed)
    var limits = Limits(warehouseCount: 3, kappa: 0.5 + 0.5 * random.uniform())
    let skus = 3 + Int(random.uniform() * 60)
    var pairs: [Pair] = []
    var (space, orders, cash) = ([0.0, 0, 0], [0.0, 0, 0], 0.0)
    for sku in 0..<skus {
      for warehouse in 0..<3 {
        var pair = Pair(
          sku: sku, warehouse: warehouse, demand: 5 + 5000 * random.uniform(),
          orderCost: 10 + 40 * random.uniform(), holdingCost: 0.5 + 10 * random.uniform(),
          unitCost: 2 + 100 * random.uniform(), volume: 0.001 + 0.05 * random.uniform(),
          safetyStock: 20 * random.uniform())
        let free = (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
        if random.uniform() < 0.3 { pair.smallestLot = free * 1.5 * random.uniform() + 0.1 }
        if random.uniform() < 0.3 { pair.largestLot = pair.smallestLot + free * random.uniform() }
        pairs.append(pair)
        // What some lots between the bounds take is there, so that a plan exists.
        let lot = min(max(free * (0.3 + random.uniform()), pair.smallestLot), pair.largestLot)
        space[warehouse] += pair.volume * (limits.kappa * lot + pair.safetyStock)
        orders[warehouse] += pair.demand / lot
        cash += pair.unitCost * (lot / 2 + pair.safetyStock)
      }
    }
    for warehouse in 0..<3 {
      if random.uniform() < 0.7 { limits.space[warehouse] = space[warehouse] * 1.001 }
      if random.uniform() < 0.7 { limits.linesPerDay[warehouse] = orders[warehouse] / 365 * 1.001 }
    }
    if random.uniform() < 0.7 { limits.cash = cash * 1.001 }
    return try Planning(pairs, limits: limits)
  }

  /// Adds up what lots take, from the words of the limits alone.
  static func expectKept(
    _ planning: Planning, _ lots: [(pair: Pair, lot: Double)], cost: Double, _ comment: Comment
  ) {
    let limits = planning.limits
    var (space, lines, cash, total) = (limits.space.map { _ in 0.0 }, limits.space, 0.0, 0.0)
    lines = lines.map { _ in 0 }
    for (pair, lot) in lots {
      space[pair.warehouse] += pair.volume * (limits.kappa * lot + pair.safetyStock)
      lines[pair.warehouse] += pair.demand / lot / 365
      cash += pair.unitCost * (lot / 2 + pair.safetyStock)
      total += pair.orderCost * pair.demand / lot + pair.holdingCost * lot / 2
      #expect(lot >= pair.smallestLot && lot <= pair.largestLot, comment)
    }
    let rounding = 1 + 2e-12
    for warehouse in limits.space.indices {
      #expect(space[warehouse] <= limits.space[warehouse] * rounding, comment)
      #expect(lines[warehouse] <= limits.linesPerDay[warehouse] * rounding, comment)
    }
    #expect(cash <= limits.cash * rounding, comment)
    #expect(abs(total / cost - 1) <= 1e-12, comment)
  }

  @Test("need fewer passes from the prices of yesterday")
  func warm() throws {
    var planning = try Planning(GeneratedInstance(skus: 2000, warehouses: 4))
    let cold = try planning.plan()
    planning.limits.cash *= 1.02
    var search = try PriceSearch(
      limits: planning.limits, extremes: planning.extremes, start: cold.prices)
    var move = PriceSearch.Move.ask(search.prices)
    while case .ask(let prices) = move { move = search.step(planning.sums(prices)) }
    guard case .planned(let warm) = move else {
      Issue.record("\(move)")
      return
    }
    #expect(warm.gap <= 1e-6 && warm.passes < cold.passes && warm.cost < cold.cost)
  }

  @Test("are the same bits for every width and number of workers")
  func bits() throws {
    var planning = try Planning(GeneratedInstance(skus: 30_000, warehouses: 3))
    let plan = try planning.plan()
    for width in LaneWidth.allCases {
      planning.width = width
      #expect(try planning.plan() == plan)
    }
    for workers in [1, 2, 3, 7] {
      var search = try PriceSearch(limits: planning.limits, extremes: planning.extremes)
      var move = PriceSearch.Move.ask(search.prices)
      while case .ask(let prices) = move {
        var round = RoundSums(shardCount: planning.shards.count, warehouseCount: 3)
        // The last worker answers first.
        for worker in (0..<workers).reversed() {
          for shard in planning.shards.indices where shard % workers == worker {
            #expect(round.total == nil)
            let answer = planning.shards[shard].sums(prices, kappa: 1, hasLines: false)
            round.take(answer, shard: shard)
            round.take(answer, shard: shard)
          }
        }
        move = search.step(try #require(round.total))
      }
      #expect(move == .planned(plan))
    }
  }

  @Test("stay numbers whatever the pairs and limits, and the bound stays one")
  func hostile() throws {
    var ends: [String: Int] = [:]
    for seed in 0..<600 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let packs = seed % 2 == 1
      let pairs = BlockPassTests.pairs(1 + Int(seed % 40), packs: packs, seed: seed)
      var limits = Limits(warehouseCount: 1, kappa: 0.5 + 0.5 * random.uniform())
      let free = try Planning(pairs, limits: limits).sums(Prices(warehouseCount: 1))[0]
      let least = try Planning(pairs, limits: limits).extremes[0]
      func some(_ least: Double, _ free: Double) -> Double {
        let share = random.uniform()
        return switch Int(random.uniform() * 16) {
        case 0: 0
        case 1: least * (1 - 1e-9)
        case 2: least
        case 3...6: .infinity
        default: least + share * abs(free - least)
        }
      }
      limits.space[0] = limits.kappa * some(least.leastVolume, free.volume)
      limits.linesPerDay[0] = some(least.leastOrders, free.orders) / 365
      limits.cash = some(least.leastCash, free.cash) / 2
      let planning = try Planning(pairs, limits: limits)
      let isBroken = !limits.broken(by: planning.extremes).isEmpty
      var settings = PriceSearch.Settings()
      settings.hasPacks = packs
      switch try planning.search(settings) {
      case .planned(let plan):
        ends["planned", default: 0] += 1
        #expect(!isBroken && plan.bound <= plan.cost, "seed \(seed)")
        #expect(plan.bound.isFinite && plan.prices.cash.isFinite, "seed \(seed)")
        PriceSearchTests.expectKept(
          planning, planning.lots(plan.prices), cost: plan.cost, "seed \(seed)")
      case .settled(let plan, _), .undecided(let plan):
        ends[packs ? "settled" : "undecided", default: 0] += 1
        #expect(plan.bound.isFinite && plan.bound <= plan.cost, "seed \(seed)")
      case .impossible(let ray, let share):
        ends[isBroken ? "broken" : "impossible", default: 0] += 1
        #expect(share > 0 && share.isFinite && ray.space[0].isFinite, "seed \(seed)")
      case .ask: Issue.record("a search that ended asks")
      }
    }
    #expect(ends["planned", default: 0] >= 150 && ends["impossible", default: 0] >= 100)
    #expect(ends["undecided", default: 0] <= 12)
  }

  @Test("prove that space and lines together cannot be kept")
  func ray() throws {
    var limits = Limits(warehouseCount: 1, kappa: 1)
    let pairs = (0..<50).map { sku in
      Pair(
        sku: sku, warehouse: 0, demand: 1000, orderCost: 20, holdingCost: 1, unitCost: 4,
        volume: 0.5 + Double(sku) / 50, smallestLot: 1, largestLot: 1000)
    }
    // Alone each can be kept: lots of 100 need twice the lines, larger ones more space.
    limits.space[0] = pairs.reduce(0) { $0 + $1.volume * 100 }
    limits.linesPerDay[0] = 50 * 1000 / 200 / 365.0
    var planning = try Planning(pairs, limits: limits)
    let move = try planning.search()
    guard case .impossible(let ray, let share) = move else {
      Issue.record("\(move)")
      return
    }
    #expect(ray.space[0] > 0 && ray.lines[0] > 0 && share > 0)
    // By hand: at these prices the least of every pair, lots anywhere, is more than there is.
    var least = 0.0
    for pair in pairs {
      let (p, n) = (ray.space[0] * pair.volume, ray.lines[0] * pair.demand)
      let lot = min(max((n / p).squareRoot(), 1), 1000)
      least += p * lot + n / lot
    }
    let room = ray.space[0] * limits.space[0] + ray.lines[0] * limits.linesPerDay[0] * 365
    let exact = (least - room) / least
    #expect(share <= exact * (1 + 1e-6) && share >= exact * 0.99)
    planning.limits.linesPerDay[0] *= 2.1
    guard case .planned = try planning.search() else {
      Issue.record("twice the lines are enough")
      return
    }
  }
}
