import Glibc
import TestSupport
import Testing

@testable import Allocation

@Suite("Plans of plain and coupled pairs together")
struct CoupledPlanTests {
  /// What the generated SKUs become: every second stays plain, the others couple their pairs.
  enum Mix: CaseIterable { case fill, supply, convex, cost, breaks, all }

  static func coupled(
    _ pairs: [Pair], _ mix: Mix, _ random: inout SplitMix64
  ) -> CoupledItem {
    var item = CoupledItem(
      pairs: pairs.map { pair in
        var coupled = CoupledPair(pair)
        coupled.holdingRate = 0.25
        let mean = pair.demand * (5 + 40 * random.uniform()) / 365
        let deviation = (mean * (1 + 4 * random.uniform())).squareRoot()
        let curve = ServiceCurve(
          mean: mean, scores: ServiceCurveTests.scores,
          quantiles: ServiceCurveTests.scores.map {
            // A long tail above, and none below 0.
            max(0, mean + deviation * ($0 + 0.15 * ($0 * $0 - 1)))
          })
        let kinds: [Mix] =
          switch mix {
          case .convex: [.fill, .supply]
          case .all: [.fill, .supply, .cost, .breaks]
          default: [mix]
          }
        switch kinds[Int(random.uniform() * Double(kinds.count))] {
        case .fill:
          coupled.service = .fill(target: 0.9 + 0.095 * random.uniform(), curve: curve)
        case .cost:
          coupled.service = .cost(perUnit: pair.unitCost * (0.2 + random.uniform()), curve: curve)
        case .breaks:
          let free = (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
          let from = free * (0.5 + random.uniform())
          coupled.breaks = [
            .init(from: from, unitCost: pair.unitCost * 0.98),
            .init(from: from * 2, unitCost: pair.unitCost * 0.96),
          ]
          coupled.isIncremental = random.uniform() < 0.5
        case .supply, .convex, .all:
          coupled.backorderCost = pair.holdingCost * (5 + 20 * random.uniform())
        }
        return coupled
      })
    if mix == .supply || random.uniform() < 0.2 {
      let free = item.choose(Prices(warehouseCount: pairs.count), kappa: 1)
      item.supply = free.reduce(0) { $0 + $1.lot } * (0.6 + 0.5 * random.uniform())
    }
    return item
  }

  /// Limits around what free choices take, as the generated instance has.
  static func planning(
    skus: Int, _ mix: Mix, seed: UInt64, hasLines: Bool, packs: Bool = false
  ) throws -> Planning {
    var random = SplitMix64(seed: seed)
    let instance =
      packs
      ? GeneratedInstance.withPacks(skus: skus, seed: seed)
      : GeneratedInstance(skus: skus, seed: seed)
    var (plain, items): ([Pair], [CoupledItem]) = ([], [])
    for sku in 0..<skus {
      let pairs = instance.pairs(sku: sku)
      if sku % 2 == 0 { plain += pairs } else { items.append(coupled(pairs, mix, &random)) }
    }
    var planning = try Planning(
      plain, coupled: items, limits: Limits(warehouseCount: instance.warehouses, kappa: 0.75))
    let free = planning.sums(Prices(warehouseCount: instance.warehouses))
    let extremes = planning.extremes
    var cash = 0.0
    for (warehouse, sum) in free.enumerated() {
      let use = 0.75 * sum.volume + sum.safetyVolume
      let least = extremes[warehouse].coupledSpace
      planning.limits.space[warehouse] = least + (0.5 + 0.05 * Double(warehouse)) * (use - least)
      if hasLines, warehouse % 2 == 0 {
        planning.limits.linesPerDay[warehouse] = 1.2 * sum.orders / 365
      }
      cash += sum.cash / 2 + sum.safetyCash
    }
    planning.limits.cash = 0.8 * cash
    return planning
  }

  /// Adds up what the choices of a plan cost and take, in words.
  static func expectKept(
    _ planning: Planning, _ prices: Prices, changes: [PairPlace: Double] = [:], cost: Double
  ) throws {
    let (limits, shard) = (planning.limits, planning.shards[0])
    var (space, lines) = (limits.space.map { _ in 0.0 }, limits.space.map { _ in 0.0 })
    var (cash, total) = (0.0, 0.0)
    for (number, block) in shard.blocks.enumerated() {
      for index in 0..<block.count {
        let pair = block[index]
        let place = PairPlace(shard: 0, block: number, index: index)
        let lot = changes[place] ?? pair.lot(prices, kappa: limits.kappa)
        space[pair.warehouse] += pair.volume * (limits.kappa * lot + pair.safetyStock)
        lines[pair.warehouse] += pair.demand / lot / 365
        cash += pair.unitCost * (lot / 2 + pair.safetyStock)
        total += pair.cost(lot)
      }
    }
    var index = 0
    for item in shard.coupled {
      var sum = 0.0
      for (pair, chosen) in zip(item.pairs, item.choose(prices, kappa: limits.kappa)) {
        var chosen = chosen
        let place = PairPlace(shard: 0, block: shard.blocks.count, index: index)
        if let changed = changes[place] {
          chosen = try #require(pair.chosen(lot: changed, prices, kappa: limits.kappa))
        }
        index += 1
        sum += chosen.lot
        let parts = Spelled(coupled: pair, prices: prices, kappa: limits.kappa).parts(
          chosen.lot, safety: chosen.safetyStock, waiting: chosen.backordered / chosen.lot)
        space[pair.pair.warehouse] += parts.space
        lines[pair.pair.warehouse] += parts.orders / 365
        cash += parts.cash
        total += parts.cost
        #expect(pair.pair.bounds.contains(chosen.lot))
      }
      if let supply = item.supply {
        #expect(sum <= max(supply, item.leastSupply) * (1 + 1e-12))
      }
    }
    let rounding = 1 + 1e-11
    for warehouse in limits.space.indices {
      #expect(space[warehouse] <= limits.space[warehouse] * rounding)
      #expect(lines[warehouse] <= limits.linesPerDay[warehouse] * rounding)
    }
    #expect(cash <= limits.cash * rounding)
    #expect(abs(total / cost - 1) <= 1e-11)
  }

  @Test("have a certificate of 1e-6 at 5,000 pairs where nothing jumps", arguments: [false, true])
  func smooth(hasLines: Bool) throws {
    for mix in [Mix.fill, .supply, .convex] {
      for seed in 1...5 as ClosedRange<UInt64> {
        let planning = try Self.planning(skus: 500, mix, seed: seed, hasLines: hasLines)
        #expect(planning.limits.broken(by: planning.extremes) == [])
        let plan = try planning.plan()
        #expect(plan.gap <= 1e-6 && plan.bound <= plan.cost, "\(mix) seed \(seed)")
        try Self.expectKept(planning, plan.prices, cost: plan.cost)
      }
    }
  }

  @Test("have a certificate of 5e-4 at 5,000 pairs where lots jump", arguments: [false, true])
  func jumps(hasLines: Bool) throws {
    for mix in [Mix.cost, .breaks, .all] {
      for seed in 1...5 as ClosedRange<UInt64> {
        let planning = try Self.planning(
          skus: 500, mix, seed: seed, hasLines: hasLines, packs: mix == .all && seed > 2)
        guard case .plan(let plan) = try PackPlanTests.answer(planning) else {
          Issue.record("\(mix) seed \(seed): no plan")
          continue
        }
        // What a supply loses to breaks is no matter of prices.
        let lost = planning.sums(plan.prices).reduce(0) { $0 + $1.overshoot } / plan.cost
        #expect(plan.gap - lost <= 1e-4 && plan.gap <= 1e-3, "\(mix) seed \(seed)")
        #expect(plan.bound <= plan.cost, "\(mix) seed \(seed)")
        try Self.expectKept(planning, plan.prices, changes: plan.changes, cost: plan.cost)
      }
    }
  }
}

@Suite("Limits that coupled pairs cannot keep")
struct CoupledFeasibilityTests {
  @Test("are named with the least that safety stock and lot take together, and the worst SKUs")
  func named() throws {
    let curve = ServiceCurveTests.normal(mean: 100, deviation: 25)
    let items = (0..<12).map { sku in
      var pair = CoupledPair(
        Pair(
          sku: sku, warehouse: 0, demand: 1200, orderCost: 20, holdingCost: 1, unitCost: 4,
          volume: Double(sku + 1)))
      pair.service = .fill(target: 0.98, curve: curve)
      return CoupledItem(pairs: [pair])
    }
    var planning = try Planning(
      [], coupled: items, limits: Limits(warehouseCount: 1, kappa: 0.5))
    // By hand: the least of Q / 2 + s over lots, where s falls with Q by 0.02 / P(X > 100 + s).
    var least = Double.infinity
    for step in 1...400_000 {
      let score = 3 * Double(step) / 400_000
      let lot = 25 * NormalDistribution.loss(score) / 0.02
      least = min(least, lot / 2 + 25 * score)
    }
    #expect(abs(planning.extremes[0].coupledSpace / (78 * least) - 1) < 1e-9)
    planning.limits.space[0] = 78 * least * (1 + 1e-6)
    planning.limits.cash = 12 * 4 * least * (1 - 1e-6)
    let broken = planning.limits.broken(by: planning.extremes)
    #expect(broken.map(\.limit) == [.cash])
    let worst = planning.shards[0].worst(.space(warehouse: 0), kappa: 0.5, most: 3)
    #expect(worst.map(\.sku) == [11, 10, 9])
    #expect(abs((worst.first?.needed ?? 0) / (12 * least) - 1) < 1e-9)
    // With all the space that is needed and not a bit more there is a plan.
    planning.limits.cash = .infinity
    let plan = try planning.plan()
    #expect(plan.gap <= 1e-6)
    try CoupledPlanTests.expectKept(planning, plan.prices, cost: plan.cost)
  }

  @Test("are never proven where some choices keep them")
  func witnessed() throws {
    var planned = 0
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let kinds = CoupledGridTests.Kind.allCases
      let items = (0..<(1 + Int(seed % 20))).map { _ in
        CoupledItem(
          pairs: (0..<2).map { warehouse in
            CoupledGridTests.pair(
              kinds[Int(random.uniform() * Double(kinds.count))], warehouse: warehouse, &random)
          })
      }
      var prices = CoupledGridTests.prices(&random, warehouses: 2)
      prices.weight = 1
      var planning = try Planning([], coupled: items, limits: Limits(warehouseCount: 2))
      var cash = 0.0
      for (warehouse, sum) in planning.sums(prices).enumerated() {
        planning.limits.space[warehouse] = (sum.volume / 2 + sum.safetyVolume) * (1 + 1e-9)
        planning.limits.linesPerDay[warehouse] = sum.orders / 365 * (1 + 1e-9)
        cash += sum.cash / 2 + sum.safetyCash
      }
      planning.limits.cash = cash * (1 + 1e-9)
      #expect(planning.limits.broken(by: planning.extremes) == [], "seed \(seed)")
      switch try PackPlanTests.answer(planning) {
      case .plan(let plan):
        planned += plan.isFeasible ? 1 : 0
        // These choices cost what they do, and none that keep their limits cost less than the bound.
        let cost = planning.sums(prices).reduce(0) { $0 + $1.cost }
        #expect(plan.bound <= cost * (1 + 1e-9), "seed \(seed)")
      case .broken, .impossible: Issue.record("seed \(seed): there is a plan")
      }
    }
    #expect(planned > 150)
  }

  @Test("end in a plan, a proof or no decision, whatever the limits, and the bound stays one")
  func hostile() throws {
    var ends: [String: Int] = [:]
    for seed in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let kinds = CoupledGridTests.Kind.allCases
      let items = (0..<(1 + Int(seed % 12))).map { _ in
        let pairs = (0..<2).map { warehouse in
          CoupledGridTests.pair(
            kinds[Int(random.uniform() * Double(kinds.count))], warehouse: warehouse, &random)
        }
        var item = CoupledItem(pairs: pairs)
        if random.uniform() < 0.3 { item.supply = item.leastSupply * (1 + 3 * random.uniform()) }
        return item
      }
      var planning = try Planning(
        [], coupled: items, limits: Limits(warehouseCount: 2, kappa: 0.5 + 0.5 * random.uniform()))
      let (free, least) = (planning.sums(Prices(warehouseCount: 2)), planning.extremes)
      let kappa = planning.limits.kappa
      func some(_ least: Double, _ free: Double) -> Double {
        random.uniform() < 0.3 ? .infinity : least + (free - least) * (random.uniform() * 1.3 - 0.1)
      }
      for warehouse in 0..<2 {
        let sum = free[warehouse]
        planning.limits.space[warehouse] = max(
          0, some(least[warehouse].coupledSpace, kappa * sum.volume + sum.safetyVolume))
        planning.limits.linesPerDay[warehouse] =
          max(0, some(least[warehouse].leastOrders, sum.orders)) / 365
      }
      let isBroken = !planning.limits.broken(by: least).isEmpty
      switch try PackPlanTests.answer(planning) {
      case .plan(let plan):
        ends[plan.isFeasible ? "plan" : "undecided", default: 0] += 1
        #expect(plan.bound <= plan.cost * (1 + 1e-12) || !plan.isFeasible, "seed \(seed)")
        guard plan.isFeasible else { continue }
        try CoupledPlanTests.expectKept(
          planning, plan.prices, changes: plan.changes, cost: plan.cost)
      case .broken: ends["broken", default: 0] += isBroken ? 1 : 0
      case .impossible: ends["impossible", default: 0] += 1
      }
    }

    #expect(ends["plan", default: 0] > 100 && ends["broken", default: 0] > 20)
  }
}
