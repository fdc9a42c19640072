import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

/// Published answers are from Snyder and Shen, "Fundamentals of Supply Chain Theory", and from
/// Nahmias and Olsen, "Production and Operations Analysis".
@Suite struct LotsTests {
  /// A normal lead time's demand as a curve: any two points give all of it.
  func normal(mean: Double, deviation: Double) -> ServiceCurve {
    ServiceCurve(
      mean: mean, scores: [-1, 1], quantiles: [mean - deviation, mean + deviation])
  }

  @Test func `dynamic lots are those of example 3.9`() {
    let plan = DynamicLots(orderCost: 500, holdingCost: 2).plan([90, 120, 80, 70])
    #expect(plan.lots == [210, 0, 150, 0])
    #expect(plan.cost == 1380)
  }

  @Test func `the newsvendor is that of example 4.3`() {
    let vendor = Newsvendor(underageCost: 0.7, overageCost: 0.18)
    let best = vendor.normal(mean: 50, deviation: 8)
    #expect(near(best.order, 56.603956))
    #expect(near(best.cost, 1.997605))
    let curve = normal(mean: 50, deviation: 8)
    #expect(near(vendor.order(curve), 56.603956))
    #expect(near(vendor.cost(order: best.order, curve), 1.997605))
  }

  @Test func `reorder point and lot at least cost are those of example 5.2`() {
    let leadTime = 1.0 / 12
    let best = ReorderPoints.leastCost(
      annualDemand: 1300, orderCost: 8, holdingCost: 0.225, stockoutCost: 7.5,
      normal(mean: 1300 * leadTime, deviation: 150 * leadTime.squareRoot()))
    #expect(near(best.reorderPoint, 213.970442))
    #expect(near(best.lot, 318.590181))
    #expect(near(best.cost, 95.45114))
  }

  @Test func `the reorder point of a fill rate is that of Harvey's shop`() {
    let curve = normal(mean: 100, deviation: 25)
    let point = ReorderPoints.fillRate(0.98, lot: 100, curve)
    #expect(near(point, 125.531, 1e-5))
    #expect(near(curve.shortage(above: point), 2, 1e-9))
    #expect(near(curve.quantile(level: 0.98), 151.3437, 1e-5))
  }

  @Test func `a fill rate that needs no stock has none`() {
    #expect(ReorderPoints.fillRate(0.5, lot: 1_000, normal(mean: 100, deviation: 25)) == 0)
  }

  /// The least cost of all plans whose orders are whole packs, by trying them all.
  func cheapest(_ demand: [Double], _ rule: DynamicLots) -> Double {
    let pack = rule.pack > 0 ? rule.pack : 1
    let total = demand.reduce(0, +)
    func least(_ period: Int, _ stock: Double) -> Double {
      guard period < demand.count else { return 0 }
      var best = Double.infinity
      for packs in 0...Int((total / pack).rounded(.up)) {
        let left = stock + Double(packs) * pack - demand[period]
        guard left >= 0, left < total + pack else { continue }
        let cost =
          (packs > 0 ? rule.orderCost : 0) + rule.holdingCost * left + least(period + 1, left)
        best = min(best, cost)
      }
      return best
    }
    return least(0, 0)
  }

  @Test func `exact lots cost what the best of all plans costs, with packs and without`() {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let demand = (0..<4).map { _ in Double(random.next() % 5) }
      let rule = DynamicLots(
        orderCost: Double(random.next() % 9), holdingCost: Double(1 + random.next() % 3),
        pack: Double([0, 1, 2, 3, 5][Int(random.next() % 5)]))
      let plan = rule.plan(demand)
      #expect(near(plan.cost, cheapest(demand, rule)), "seed \(seed)")
    }
  }

  @Test func `every rule meets all demand in whole packs, and none is cheaper than the exact one`()
  {
    for seed in UInt64(0)..<300 {
      var random = SplitMix64(seed: seed)
      let demand = (0..<20).map { _ in
        random.uniform() < 0.3 ? 0 : Double(random.next() % 90)
      }
      let pack = Double(random.next() % 13)
      let lots = DynamicLots(
        orderCost: 300 * random.uniform(), holdingCost: 0.2 + random.uniform(), pack: pack)
      let exact = lots.plan(demand)
      for rule in DynamicLots.Rule.allCases {
        let plan = lots.plan(demand, by: rule)
        var (stock, cost) = (0.0, 0.0)
        for (period, units) in demand.enumerated() {
          stock += plan.lots[period] - units
          #expect(stock >= -1e-9, "seed \(seed), \(rule)")
          if pack > 0 { #expect(plan.lots[period].remainder(dividingBy: pack) == 0) }
          cost += (plan.lots[period] > 0 ? lots.orderCost : 0) + lots.holdingCost * stock
        }
        #expect(near(plan.cost, cost), "seed \(seed), \(rule)")
        #expect(exact.cost <= plan.cost + 1e-9 * plan.cost, "seed \(seed), \(rule)")
      }
    }
  }

  @Test func `the heuristics are their textbook rules`() {
    // Average cost of covering 1, 2, 3, 4 periods: 80, 55, 50, 55; a unit: 1.33, 0.92, 0.94.
    let lots = DynamicLots(orderCost: 80, holdingCost: 1)
    let demand: [Double] = [60, 30, 20, 23]
    #expect(lots.plan(demand, by: .silverMeal).lots == [110, 0, 0, 23])
    // A unit of 1, 2, 3 periods costs 80/60, 110/90 and 150/110: the third is dearer.
    #expect(lots.plan(demand, by: .leastUnitCost).lots == [90, 0, 43, 0])
    // Holding 30 and then 70 comes nearer to 80 than the 139 of the fourth.
    #expect(lots.plan(demand, by: .partPeriod).lots == [110, 0, 0, 23])
  }

  @Test func `the incremental discount is the least of a fine grid`() throws {
    for seed in UInt64(0)..<100 {
      var random = SplitMix64(seed: seed)
      let list = IncrementalDiscount([
        .init(from: 0, unitCost: 10), .init(from: 20 + 100 * random.uniform(), unitCost: 9),
        .init(from: 150 + 300 * random.uniform(), unitCost: 7 + random.uniform()),
      ])
      let (demand, order) = (50 + 2_000 * random.uniform(), 5 + 60 * random.uniform())
      let best = try #require(
        list.bestLot(annualDemand: demand, orderCost: order, holdingRate: 0.3))
      func cost(_ lot: Double) -> Double {
        let paid = list.purchase(of: lot)
        return (order + paid) * demand / lot + 0.3 * (paid / lot) * lot / 2
      }
      #expect(near(cost(best.lot), best.cost, 1e-9), "seed \(seed)")
      #expect(near(best.unitCost * best.lot, list.purchase(of: best.lot), 1e-12))
      for lot in stride(from: 1.0, through: 3_000, by: 1) {
        #expect(best.cost <= cost(lot) * (1 + 1e-12), "seed \(seed), lot \(lot)")
      }
    }
  }

  @Test func `a curve of a varying lead time has the variance of both`() {
    let demand = LeadTimeDemand(Records.normal(rate: 20, deviation: 6))
    let curve = demand.curve(days: 10, leadTimeDeviation: 3)
    let deviation = (10.0 * 36 + 400 * 9).squareRoot()
    for level in [0.25, 0.5, 0.9, 0.95, 0.99] {
      let expected = max(0, 200 + deviation * Oracles.normalQuantile(level))
      #expect(near(curve.quantile(level: level), expected, 1e-9))
      #expect(
        near(demand.quantile(days: 10, level: level, leadTimeDeviation: 3), expected, 1e-9))
    }
    #expect(curve.mean == 200)
  }

  @Test func `a curve of fixed days has the record's quantiles`() {
    var random = SplitMix64(seed: 11)
    let demand = LeadTimeDemand(Records.wild(&random))
    let curve = demand.curve(days: 9)
    for level in Quantiles.levels {
      #expect(near(curve.quantile(level: level), demand.quantile(days: 9, level: level), 1e-12))
    }
  }
}
