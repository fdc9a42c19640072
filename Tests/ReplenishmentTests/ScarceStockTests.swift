import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct ScarceStockTests {
  @Test func `units go where they are most likely to sell`() {
    // Recomputed by full enumeration: 12 units, Poisson means 3, 5 and 8.
    let means = [3.0, 5, 8]
    let split = ScarceStock.byBenefit(
      available: 12, among: means.map { ScarceClaim(demand: .poisson(mean: $0), wanted: 100) })
    #expect(split == [2, 4, 6])
    let sales = zip(means, split).map { Self.expectedSales(mean: $0, stock: Int($1)) }
    #expect(near(sales.reduce(0, +), 10.963864))
  }

  @Test func `the split is that of full enumeration`() {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let means = (0..<3).map { _ in 6 * random.uniform() }
      let units = Int(random.next() % 10)
      let split = ScarceStock.byBenefit(
        available: Double(units),
        among: means.map { ScarceClaim(demand: .poisson(mean: $0), wanted: 100) })
      func sales(_ split: [Int]) -> Double {
        zip(means, split).map { Self.expectedSales(mean: $0, stock: $1) }.reduce(0, +)
      }
      var best = 0.0
      for first in 0...units {
        for second in 0...(units - first) {
          best = max(best, sales([first, second, units - first - second]))
        }
      }
      #expect(near(sales(split.map { Int($0) }), best, 1e-12), "seed \(seed)")
    }
  }

  @Test func `days of supply are the same wherever something is given`() {
    // A distribution planning textbook's example: 500 units, 9.6667 days for all.
    let split = ScarceStock.byDays(
      available: 500, onHand: [50, 100, 75], perDay: [10, 50, 15])
    for (share, expected) in zip(split, [46.667, 383.333, 70]) {
      #expect(near(share, expected, 1e-4))
    }
    #expect(near((50 + split[0]) / 10, 9.6667, 1e-4))
  }

  @Test func `what is covered for longer already gets nothing`() {
    let split = ScarceStock.byDays(available: 30, onHand: [0, 500, 10], perDay: [10, 10, 10])
    #expect(split == [20, 0, 10])
  }

  @Test func `nothing beyond the supply, the wish or whole packs is given`() {
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      let available = (300 * random.uniform()).rounded()
      let claims = (0..<Int(1 + random.next() % 6)).map { _ in
        let rate = 5 * random.uniform()
        let demand = LeadTimeDemand(Records.normal(rate: rate, deviation: 2))
        var claim = ScarceClaim(demand: .forecast(demand, days: 14), wanted: 100)
        claim.step = [1, 4, 12][Int(random.next() % 3)]
        claim.minimum = random.uniform() < 0.3 ? 20 : 0
        claim.wanted = claim.step * Double(random.next() % 10)
        return claim
      }
      let split = ScarceStock.byBenefit(available: available, among: claims)
      #expect(split.reduce(0, +) <= available, "seed \(seed)")
      for (share, claim) in zip(split, claims) {
        #expect(share <= claim.wanted && share.remainder(dividingBy: claim.step) == 0)
        #expect(share == 0 || share >= claim.minimum, "seed \(seed)")
      }
    }
  }

  @Test func `millions of units are split without counting each`() {
    let claims = [1e6, 2e6].map { ScarceClaim(demand: .poisson(mean: $0), wanted: 1e7) }
    let split = ScarceStock.byBenefit(available: 1.5e6, among: claims)
    #expect(near(split[0] + split[1], 1.5e6, 1e-9))
  }

  static func expectedSales(mean: Double, stock: Int) -> Double {
    var sum = 0.0
    for unit in 0..<stock { sum += 1 - Oracles.poissonProbability(mean: mean, atMost: unit) }
    return sum
  }
}
