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
        print("SMOOTH", mix, seed, hasLines, plan.passes, plan.gap)
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
        let at = planning.sums(plan.prices)
        print("JUMPS", at.reduce(0) { $0 + $1.overshoot } / plan.cost, mix, seed, hasLines, plan.passes, plan.rounds, plan.changes.count, plan.gap)
        #expect(plan.gap <= 5e-4 && plan.bound <= plan.cost, "\(mix) seed \(seed)")
        try Self.expectKept(planning, plan.prices, changes: plan.changes, cost: plan.cost)
      }
    }
  }
}
