import TestSupport
import Testing

@testable import Replenishment

/// Published answers are from Snyder and Shen, "Fundamentals of Supply Chain Theory", chapter 3.
@Suite struct EOQTests {
  let published = EOQ(annualDemand: 1300, orderCost: 8, holdingCost: 0.225)

  @Test func `the lot and its cost are those of example 3.1`() {
    #expect(near(published.lot, 304.046780))
    #expect(near(published.cost, 68.410526))
    #expect(near(published.cost(lot: published.lot), 68.410526))
  }

  @Test func `a large demand has the lot of the formula`() {
    #expect(near(EOQ(annualDemand: 10_000, orderCost: 100, holdingCost: 5).lot, 632.455532))
  }

  @Test func `planned backorders are those of example 3.8`() {
    let waiting = published.plannedBackorders(shortageCost: 5)
    #expect(near(waiting.lot, 310.812555))
    #expect(near(waiting.cost, 66.921364))
  }

  @Test func `backorders are lot times holding over holding and shortage`() {
    let waiting = published.plannedBackorders(shortageCost: 5)
    #expect(near(waiting.backorders, 310.812555 * 0.225 / 5.225))
  }

  @Test func `the all-units discount is that of example 3.6`() throws {
    let list = AllUnitsDiscount([
      .init(from: 800, unitCost: 0.68), .init(from: 0, unitCost: 0.75),
      .init(from: 400, unitCost: 0.72),
    ])
    let best = try #require(list.bestLot(annualDemand: 1300, orderCost: 8, holdingRate: 0.3))
    #expect(best.lot == 800)
    #expect(best.unitCost == 0.68)
    #expect(near(best.cost, 978.60))
  }

  @Test func `an empty price list has no lot`() {
    #expect(
      AllUnitsDiscount([]).bestLot(annualDemand: 1, orderCost: 1, holdingRate: 1) == nil)
  }

  @Test func `the best multiple can be the one below`() {
    // 304 lies between 200 and 400 in packs of 200; 74.50 a year against 71.00.
    #expect(published.bestLot(multiple: 200) == 400)
    // In packs of 290 rounding up to 580 would cost 83.18 a year, rounding down 68.49.
    #expect(published.bestLot(multiple: 290) == 290)
  }

  @Test func `the best multiple is the cheapest of all feasible ones`() {
    for seed in UInt64(0)..<400 {
      var random = SplitMix64(seed: seed)
      let economics = EOQ(
        annualDemand: 2_000 * random.uniform(), orderCost: 50 * random.uniform(),
        holdingCost: 0.1 + 5 * random.uniform())
      let multiple = Double(1 + random.next() % 20)
      let minimum = Double(random.next() % 100)
      let maximum = minimum + Double(random.next() % 300)
      let lot = economics.bestLot(minimum: minimum, maximum: maximum, multiple: multiple)
      let feasible = stride(from: multiple, through: 500, by: multiple)
        .filter { $0 >= minimum && $0 <= maximum }
      guard let cheapest = feasible.map({ economics.cost(lot: $0) }).min() else {
        let smallest = max(1, (minimum / multiple).rounded(.up)) * multiple
        #expect(lot == smallest, "seed \(seed)")
        continue
      }
      #expect(feasible.contains(lot), "seed \(seed)")
      #expect(near(economics.cost(lot: lot), cheapest), "seed \(seed)")
    }
  }

  @Test func `packs that are fractions of a unit are multiples too`() {
    let economics = EOQ(annualDemand: 1300, orderCost: 8, holdingCost: 0.225)
    #expect(near(economics.bestLot(minimum: 0.3, maximum: 0.3, multiple: 0.1), 0.3, 1e-12))
    // 2.1 / 0.7 is a little more than 3 in binary, and still three packs.
    #expect(near(economics.bestLot(minimum: 2.1, maximum: 2.1, multiple: 0.7), 2.1, 1e-12))
  }

  @Test func `free ordering asks for the smallest lot`() {
    let free = EOQ(annualDemand: 100, orderCost: 0, holdingCost: 1)
    #expect(free.lot == 0)
    #expect(free.bestLot(minimum: 7, multiple: 5) == 10)
  }

  @Test func `free holding asks for the largest lot`() {
    let free = EOQ(annualDemand: 100, orderCost: 10, holdingCost: 0)
    #expect(free.lot == Bounds.units)
    #expect(free.bestLot(maximum: 99, multiple: 10) == 90)
  }

  @Test func `what is no number counts as nothing`() {
    let nothing = EOQ(annualDemand: .nan, orderCost: -.infinity, holdingCost: .nan)
    #expect(nothing.lot == 0)
    #expect(nothing.bestLot(minimum: .nan, maximum: .nan, multiple: .nan) == Bounds.step)
  }
}
