import TestSupport
import Testing

@testable import Allocation

@Suite("Plans of packs")
struct PackPlanTests {
  /// A plan of packs, or the limits that cannot be kept.
  enum Answer {
    case plan(PackPlan)
    case broken([BrokenLimit])
    case impossible
  }

  static func answer(_ planning: Planning) throws -> Answer {
    let broken = planning.limits.broken(by: planning.extremes)
    guard broken.isEmpty else { return .broken(broken) }
    var settings = PriceSearch.Settings()
    settings.hasPacks = true
    switch try planning.search(settings) {
    case .settled(let plan, let sums):
      var repair = PackRepair(
        plan, sums: sums, limits: planning.limits, extremes: planning.extremes,
        shardCount: planning.shards.count)
      while true {
        let offers = planning.shards.enumerated().map { shard, pairs in
          pairs.moves(repair.asked, shard: shard)
        }
        if case .done(let plan) = repair.step(offers) { return .plan(plan) }
      }
    case .planned(let plan): return .plan(PackPlan(plan))
    case .impossible: return .impossible
    case .ask, .undecided: preconditionFailure("a search for packs ends settled")
    }
  }

  /// The lots of a plan, by the oracle and the changes.
  static func lots(_ planning: Planning, _ plan: PackPlan) -> [(pair: Pair, lot: Double)] {
    var lots: [(pair: Pair, lot: Double)] = []
    for (shard, pairs) in planning.shards.enumerated() {
      for (number, block) in pairs.blocks.enumerated() {
        let at = BlockPrices(
          plan.prices, warehouse: block.warehouse, kappa: planning.limits.kappa)
        for index in 0..<block.count {
          let place = PairPlace(shard: shard, block: number, index: index)
          lots.append((block[index], plan.changes[place] ?? ScalarPass.lot(block[index], at).lot))
        }
      }
    }
    return lots
  }

  @Test(
    "are within 1e-5 of the bound at 100,000 pairs and 5e-4 at 5,000",
    arguments: [(10_000, 1e-5), (500, 5e-4)])
  func generated(skus: Int, gap: Double) throws {
    let planning = try Planning(GeneratedInstance.withPacks(skus: skus))
    guard case .plan(let plan) = try Self.answer(planning) else {
      Issue.record("no plan")
      return
    }
    #expect(plan.gap <= gap && plan.passes <= 9)
    let lots = Self.lots(planning, plan)
    PriceSearchTests.expectKept(planning, lots, cost: plan.cost, "packs")
    for (pair, lot) in lots {
      let packs = lot / pair.pack
      #expect(packs == packs.rounded())
    }
  }

  @Test("are within 5e-4 of the bound at 5,000 pairs, whatever the draw")
  func draws() throws {
    for seed in 1...50 as ClosedRange<UInt64> {
      let planning = try Planning(GeneratedInstance.withPacks(skus: 500, seed: seed))
      guard case .plan(let plan) = try Self.answer(planning) else {
        Issue.record("seed \(seed): no plan")
        continue
      }
      #expect(plan.gap <= 5e-4, "seed \(seed)")
    }
  }

  /// At most 20 SKUs in up to ten warehouses, with space and cash between what the smallest lots
  /// take and what free ones do; now and then exactly the least, or less.
  static func random(seed: UInt64) throws -> Planning {
    var random = SplitMix64(seed: seed)
    let warehouses = 1 + Int(random.uniform() * 10)
    let skus = 1 + Int(random.uniform() * 20)
    let instance = GeneratedInstance(
      skus: skus, warehouses: warehouses, seed: random.next(), packLimit: 144)
    let pairs = (0..<skus).flatMap { sku in
      instance.pairs(sku: sku).map { pair in
        var pair = pair
        pair.safetyStock = 5 * random.uniform()
        return pair
      }
    }
    var planning = try Planning(
      pairs,
      limits: Limits(warehouseCount: warehouses, kappa: 0.5 + 0.5 * random.uniform()))
    let free = planning.sums(Prices(warehouseCount: warehouses))
    func between(_ least: Double, _ free: Double) -> Double {
      let share = random.uniform() * 1.2 - 0.05
      return max(0, least + (share < 0 && share > -0.015 ? 0 : share) * abs(free - least))
    }
    var (leastCash, freeCash) = (0.0, 0.0)
    for (warehouse, fixed) in planning.extremes.enumerated() {
      planning.limits.space[warehouse] =
        fixed.safetyVolume
        + planning.limits.kappa * between(fixed.leastVolume, free[warehouse].volume)
      leastCash += fixed.leastCash / 2 + fixed.safetyCash
      freeCash += free[warehouse].cash / 2 + fixed.safetyCash
    }
    planning.limits.cash = between(leastCash, freeCash)
    return planning
  }

  /// Limits of all kinds around what some lots take: with `slack` from 0 these keep them.
  static func witnessed(seed: UInt64, slack: Double) throws -> Planning {
    var random = SplitMix64(seed: seed)
    let warehouses = 1 + Int(random.uniform() * 10)
    let skus = 1 + Int(random.uniform() * 20)
    let instance = GeneratedInstance(
      skus: skus, warehouses: warehouses, seed: random.next(), packLimit: 144)
    var limits = Limits(warehouseCount: warehouses, kappa: 0.5 + 0.5 * random.uniform())
    var pairs: [Pair] = []
    var (space, orders) = (limits.space.map { _ in 0.0 }, limits.space.map { _ in 0.0 })
    var cash = 0.0
    for var pair in (0..<skus).flatMap({ instance.pairs(sku: $0) }) {
      pair.safetyStock = 5 * random.uniform()
      pair.largestLot = pair.smallestLot + pair.pack * (40 * random.uniform()).rounded()
      pairs.append(pair)
      let free = (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
      let wanted = (free * (0.3 + random.uniform()) / pair.pack).rounded() * pair.pack
      let lot = min(max(wanted, pair.smallestLot), pair.largestLot)
      space[pair.warehouse] += pair.volume * (limits.kappa * lot + pair.safetyStock)
      orders[pair.warehouse] += pair.demand / lot
      cash += pair.unitCost * (lot / 2 + pair.safetyStock)
    }
    // Columns are kept as `Float`: what the lots take differs in the seventh digit.
    func loose(_ taken: Double) -> Double { taken * (1 + slack * random.uniform() + 1e-6) }
    for warehouse in 0..<warehouses {
      if random.uniform() < 0.7 { limits.space[warehouse] = loose(space[warehouse]) }
      if random.uniform() < 0.7 { limits.linesPerDay[warehouse] = loose(orders[warehouse]) / 365 }
    }
    if random.uniform() < 0.7 { limits.cash = loose(cash) }
    return try Planning(pairs, limits: limits)
  }

  @Test("keep space and cash wherever the smallest lots do")
  func small() throws {
    var planned = 0
    for seed in 0..<1000 as Range<UInt64> {
      let planning = try Self.random(seed: seed)
      switch try Self.answer(planning) {
      case .plan(let plan):
        planned += 1
        #expect(plan.isFeasible, "seed \(seed)")
        #expect(plan.bound <= plan.cost * (1 + 1e-12), "seed \(seed)")
        PriceSearchTests.expectKept(
          planning, Self.lots(planning, plan), cost: plan.cost, "seed \(seed)")
      case .broken(let broken):
        #expect(broken.allSatisfy { $0.excess > 0 } && !broken.isEmpty, "seed \(seed)")
      case .impossible:
        Issue.record("seed \(seed): the smallest lots keep all limits")
      }
    }
    #expect(planned > 300 && planned < 900)
  }

  @Test("keep lines besides space and cash, wherever there is a little room")
  func witnessed() throws {
    var undecided = 0
    for seed in 0..<300 as Range<UInt64> {
      let planning = try Self.witnessed(seed: seed, slack: 0.1 * Double(seed % 3))
      guard case .plan(let plan) = try Self.answer(planning) else {
        Issue.record("seed \(seed): there is a plan")
        continue
      }
      undecided += plan.isFeasible ? 0 : 1
      guard plan.isFeasible else { continue }
      #expect(plan.bound <= plan.cost * (1 + 1e-12), "seed \(seed)")
      PriceSearchTests.expectKept(
        planning, Self.lots(planning, plan), cost: plan.cost, "seed \(seed)")
    }
    #expect(undecided <= 3)
  }

  @Test("are the same whoever merges the offers of which shards")
  func merged() throws {
    let planning = try Planning(GeneratedInstance.withPacks(skus: 15_000, warehouses: 2))
    var settings = PriceSearch.Settings()
    settings.hasPacks = true
    guard case .settled(let plan, let sums) = try planning.search(settings) else {
      Issue.record("not settled")
      return
    }
    let fresh = PackRepair(
      plan, sums: sums, limits: planning.limits, extremes: planning.extremes,
      shardCount: planning.shards.count)
    let question = fresh.asked
    let offers = planning.shards.enumerated().map { $0.element.moves(question, shard: $0.offset) }
    let ways = [
      offers, [question.merged(offers)], offers.reversed(),
      [question.merged([offers[3], offers[1]]), question.merged([offers[0], offers[2]])],
    ]
    let answers = ways.map { offers in
      var repair = fresh
      return repair.step(offers)
    }
    #expect(offers.count == 4)
    for answer in answers.dropFirst() { #expect(answer == answers[0]) }
  }

  @Test("are the same bits for every width")
  func bits() throws {
    let planning = try Planning(GeneratedInstance.withPacks(skus: 9000, warehouses: 3))
    guard case .plan(let plan) = try Self.answer(planning) else {
      Issue.record("no plan")
      return
    }
    var other = planning
    other.width = other.width == .four ? .eight : .four
    guard case .plan(let again) = try Self.answer(other) else {
      Issue.record("no plan in other lanes")
      return
    }
    #expect(again == plan && plan.isFeasible && !plan.changes.isEmpty)
  }

  @Test("are never better than the bound says, nor worse than the best of all plans by much")
  func enumerated() throws {
    var (exist, found) = (0, 0)
    for seed in 0..<100 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var limits = Limits(warehouseCount: 1, kappa: 1)
      let pairs = (0..<5).map { sku in
        Pair(
          sku: sku, warehouse: 0, demand: 50 + 2000 * random.uniform(),
          orderCost: 10 + 40 * random.uniform(), holdingCost: 1 + 5 * random.uniform(),
          unitCost: 4 + 20 * random.uniform(), volume: 1 + random.uniform(), smallestLot: 12,
          largestLot: 120, pack: 12)
      }
      limits.space[0] = 1.5 * 60 * (2 + 3 * random.uniform())
      limits.cash = 14 / 2 * 60 * (2 + 3 * random.uniform())
      limits.linesPerDay[0] = 5 * 1000 / 365 / (12 + 48 * random.uniform())
      let planning = try Planning(pairs, limits: limits)
      let stored = planning.shards[0].blocks[0]
      let best = Self.cheapest((0..<5).map { stored[$0] }, limits)
      exist += best < .infinity ? 1 : 0
      switch try Self.answer(planning) {
      case .plan(let plan):
        #expect(plan.bound <= best * (1 + 1e-12), "seed \(seed)")
        guard plan.isFeasible else { continue }
        found += 1
        #expect(plan.cost >= best * (1 - 1e-12) && plan.cost <= best * 1.05, "seed \(seed)")
      case .broken, .impossible: #expect(best == .infinity, "seed \(seed)")
      }
    }
    #expect(exist >= 30 && exist - found <= 1)
  }

  /// The cost of the best of all 10^n plans.
  static func cheapest(_ pairs: [Pair], _ limits: Limits) -> Double {
    var best = Double.infinity
    func go(_ index: Int, _ space: Double, _ cash: Double, _ orders: Double, _ cost: Double) {
      guard index < pairs.count else {
        if orders <= limits.linesPerDay[0] * 365 { best = min(best, cost) }
        return
      }
      let pair = pairs[index]
      for packs in 1...10 {
        let lot = Double(packs) * pair.pack
        let (space, cash) = (space + pair.volume * lot, cash + pair.unitCost * lot / 2)
        guard space <= limits.space[0], cash <= limits.cash else { return }
        go(index + 1, space, cash, orders + pair.demand / lot, cost + pair.cost(lot))
      }
    }
    go(0, 0, 0, 0, 0)
    return best
  }
}
