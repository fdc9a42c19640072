import Glibc
import TestSupport
import Testing

@testable import Allocation

/// Examples with their sources: Snyder and Shen, "Fundamentals of Supply Chain Theory", and
/// Nahmias, "Production and Operations Analysis" (Harvey's shop).
@Suite("A coupled pair's best lot, in textbooks")
struct CoupledTextbookTests {
  private static func pair(
    demand: Double = 1300, orderCost: Double = 8, holdingCost: Double = 0.225, unitCost: Double = 0
  ) -> Pair {
    Pair(
      sku: 1, warehouse: 0, demand: demand, orderCost: orderCost, holdingCost: holdingCost,
      unitCost: unitCost, volume: 1)
  }

  private static func best(_ pair: CoupledPair) throws -> ChosenLot {
    let item = CoupledItem(pairs: [pair])
    try item.check()
    return try #require(item.choose(Prices(warehouseCount: 1), kappa: 1).first)
  }

  private func expect(_ value: Double, _ known: Double, within tolerance: Double = 1e-6) {
    #expect(abs(value / known - 1) <= tolerance, "\(value), known \(known)")
  }

  @Test("is the economic order quantity (example 3.1)")
  func economic() throws {
    let pair = Self.pair()
    expect(pair.lot(Prices(warehouseCount: 1), kappa: 1), 304.046780)
    expect(pair.cost(304.046780), 68.410526)
    let best = try Self.best(CoupledPair(pair))
    expect(best.lot, 304.046780)
    expect(best.cost, 68.410526)
    let other = Self.pair(demand: 10_000, orderCost: 100, holdingCost: 5)
    expect(other.lot(Prices(warehouseCount: 1), kappa: 1), 632.455532)
  }

  @Test("goes up to the break of an all-units discount (example 3.6)")
  func discount() throws {
    var coupled = CoupledPair(Self.pair(holdingCost: 0.3 * 0.75, unitCost: 0.75))
    coupled.holdingRate = 0.3
    coupled.breaks = [.init(from: 400, unitCost: 0.72), .init(from: 800, unitCost: 0.68)]
    let best = try Self.best(coupled)
    #expect(best.lot == 800 && best.unitCost == 0.68)
    // The book counts all purchases, here it is what is dearer than the cheapest.
    expect(best.cost + 0.68 * 1300, 978.60)
  }

  @Test("is larger where units may wait (example 3.8)")
  func backorders() throws {
    var coupled = CoupledPair(Self.pair())
    coupled.backorderCost = 5
    let best = try Self.best(coupled)
    expect(best.lot, 310.812555)
    expect(best.cost, 66.921364)
    expect(best.backordered, best.lot * 0.225 / 5.225)
  }

  @Test("goes with a reorder point at a cost of missing units (example 5.2)")
  func missingUnits() throws {
    let lead = 0.0833333333
    let (mean, deviation) = (1300 * lead, 150 * lead.squareRoot())
    let curve = ServiceCurveTests.normal(mean: mean, deviation: deviation)
    var coupled = CoupledPair(Self.pair())
    coupled.service = .cost(perUnit: 7.5, curve: curve)
    let best = try Self.best(coupled)
    expect(best.lot, 318.590181)
    expect(mean + best.safetyStock, 213.970442)
    expect(best.cost, 95.451140)
  }

  @Test("of a given size has the safety stock of its fill rate (Harvey's shop)")
  func fillRate() throws {
    var pair = Self.pair()
    (pair.smallestLot, pair.largestLot) = (100, 100)
    var coupled = CoupledPair(pair)
    let curve = ServiceCurveTests.normal(mean: 100, deviation: 25)
    coupled.service = .fill(target: 0.98, curve: curve)
    let best = try Self.best(coupled)
    expect(100 + best.safetyStock, 125.5310, within: 1e-5)
    expect(curve.quantile(level: 0.98), 151.3437, within: 1e-5)
  }
}
