import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct PricedUseTests {
  /// An item of any service, with or without breaks, supply, shelf life and a planner's lot, in
  /// whole units or fractions.
  private static func someKept(_ random: inout SplitMix64) throws -> Kept {
    var kept = ItemProblemTests.someKept(&random)
    kept.settings.serviceType = [.cycle, .fill, .fill, .cost][Int(random.next() % 4)]
    kept.settings.serviceLevel = 0.85 + 0.14 * random.uniform()
    if random.uniform() < 0.2 { kept.item.shelfLifeDays = 20 + Int(random.next() % 60) }
    if random.uniform() < 0.1 { try kept.rule { $0.fixedLot = 7.5 } }
    var option = SupplyOption(origin: .supplier("acme"))
    if random.uniform() < 0.3 { option.available = 20 + 300 * random.uniform() }
    if random.uniform() < 0.3 { option.leadTimeDeviation = 4 * random.uniform() }
    if random.uniform() < 0.4, let unitCost = kept.item.unitCost {
      var (from, cost) = (5 + 50 * random.uniform(), unitCost)
      for _ in 0..<2 {
        cost *= 0.9 + 0.08 * random.uniform()
        option.breaks.append(PriceBreak(from: from, unitCost: cost))
        from *= 2
      }
      option.isIncremental = random.uniform() < 0.5
    }
    kept.options = [option]
    return kept
  }

  /// A plain pair's numbers are those that its block stores.
  private static func stored(_ value: Double, isPlain: Bool) -> Double {
    isPlain ? Double(Float(value)) : value
  }

  @Test func `what policies take of space and cash is what was priced, safety stock and all`()
    throws
  {
    let kappa = PolicySettings().spaceShare
    var (plain, coupled) = (0, 0)
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let prices = ItemProblemTests.somePrices(&random)
      var (pairs, items): ([Pair], [CoupledItem]) = ([], [])
      var (space, cash) = ([0.0, 0, 0], [0.0, 0, 0])
      for number in 0..<12 {
        let policies = try Self.someKept(&random).policies()
        let problem = policies.problem(number: number, warehouse: ItemProblemTests.warehouse)
        pairs += problem.plain
        items += problem.coupled
        plain += problem.plain.count
        coupled += problem.coupled.count
        let priced = policies.priced(prices, warehouse: ItemProblemTests.warehouse)
        for (place, policy) in priced.enumerated() {
          let isPlain = problem.plainPlaces.contains(place)
          let volume = Self.stored(policy.volumeCubicMetres, isPlain: isPlain)
          let unitCost = Self.stored(policy.unitCost, isPlain: isPlain)
          let safety = Self.stored(policy.safetyStock, isPlain: isPlain)
          space[place] += volume * (kappa * policy.lot + safety)
          cash[place] += unitCost * (policy.lot / 2 + safety)
        }
      }
      let shard = try PairShard(warehouseCount: 3, pairs: pairs, coupled: items)
      let sums = shard.sums(prices, kappa: kappa, hasLines: true)
      for (place, extremes) in shard.extremes(kappa: kappa).enumerated() {
        let sum = sums[place]
        let volume = kappa * sum.volume + sum.safetyVolume + extremes.safetyVolume
        let bound = sum.cash / 2 + sum.safetyCash + extremes.safetyCash
        #expect(abs(space[place] - volume) <= 1e-9 * volume, "seed \(seed)")
        #expect(abs(cash[place] - bound) <= 1e-9 * bound, "seed \(seed)")
      }
    }
    #expect(plain > 100 && coupled > 400)
  }

  @Test func `a moved lot has the safety stock with which the repair counted it`() throws {
    var moves = 0
    for seed in UInt64(0)..<150 {
      var random = SplitMix64(seed: seed)
      let prices = ItemProblemTests.somePrices(&random)
      let policies = try Self.someKept(&random).policies()
      let problem = policies.problem(number: 1, warehouse: ItemProblemTests.warehouse)
      let kappa = PolicySettings().spaceShare
      for (item, places) in zip(problem.coupled, problem.coupledPlaces) {
        for (pair, place) in zip(item.pairs, places) {
          let chosen = policies.priced(prices, warehouse: ItemProblemTests.warehouse)[place]
          let lot = max(pair.pair.smallestLot, chosen.lot - 2 * pair.pair.pack)
          guard let other = pair.chosen(lot: lot, prices, kappa: kappa), lot < chosen.lot else {
            continue
          }
          let policy = policies.priced(
            prices, warehouse: ItemProblemTests.warehouse, moved: [policies.locations[place]: lot])[
              place]
          moves += 1
          #expect(policy.isMoved && policy.lot == lot, "seed \(seed)")
          #expect(policy.unitCost == other.unitCost, "seed \(seed)")
          #expect(
            abs(policy.safetyStock - other.safetyStock) <= 1e-12 * (1 + policy.reorderPoint),
            "seed \(seed)")
        }
      }
    }
    #expect(moves > 100)
  }
}
