import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct PlannerTests {
  let item = Item(
    unitCost: 10, price: 16, volumeCubicMetres: 0.01, leadTimeDays: 11, orderCost: 4)

  func plan(
    _ forecast: Forecast, _ item: Item?, _ stock: Stock?, settings: PolicySettings = .init(),
    storage: Double = 0
  ) throws -> LocationPlan {
    let (sku, location) = try name("A")
    return Planner.plan(
      PlanningCase(
        sku: sku, location: location, forecast: forecast, item: item, stock: stock,
        storageCostPerCubicMetreYear: storage),
      settings: settings, asOf: asOf)
  }

  @Test func `the policy is the closed form of its parts`() throws {
    let policy = try plan(Records.poisson(rate: 2), item, nil, storage: 20).policy
    #expect(near(policy.annualDemand, 730))
    #expect(near(policy.holdingCost, 0.25 * 10 + 20 * 0.01))
    #expect(near(policy.economicLot, (2 * 730 * 4 / 2.7).squareRoot()))
    #expect(near(policy.leadTimeMean, 24))
    #expect(policy.safetyStock == policy.reorderPoint - policy.leadTimeMean)
    #expect(policy.reorderPoint == policy.reorderPoint.rounded())
    #expect(near(policy.orderCostPerYear, 4 * 730 / policy.lot))
    #expect(near(policy.holdingCostPerYear, 2.7 * (policy.lot / 2 + policy.safetyStock)))
  }

  @Test func `items without values take the defaults and say so`() throws {
    let policy = try plan(Records.poisson(rate: 2), nil, nil).policy
    #expect(policy.unitCost == 1 && policy.orderCost == 50 && policy.leadTimeDays == 7)
    #expect(
      policy.basis.isSuperset(of: [
        .noItem, .defaultUnitCost, .defaultOrderCost, .defaultLeadTime, .defaultVolume,
      ]))
  }

  @Test func `without a stock row there is a policy, a flag, and nothing else`() throws {
    let plan = try plan(Records.poisson(rate: 2), item, nil)
    #expect(plan.policy.lot > 0)
    #expect(plan.policy.basis.contains(.noStock))
    #expect(plan.proposals.isEmpty && plan.exceptions.isEmpty)
  }

  @Test func `nothing is ordered above the reorder point and a lot at it`() throws {
    let forecast = Records.poisson(rate: 2)
    let policy = try plan(forecast, item, nil).policy
    let above = try plan(forecast, item, Stock(onHand: policy.reorderPoint + 1))
    #expect(above.proposals.isEmpty)
    let at = try plan(forecast, item, Stock(onHand: policy.reorderPoint + 4, reserved: 4))
    let proposal = try #require(at.proposals.first)
    #expect(proposal.quantity == policy.lot)
    #expect(proposal.orderDay == asOf && proposal.arrivalDay == asOf + 11)
    #expect(proposal.value == policy.lot * 10 && proposal.cost == policy.lot * 10 + 4)
  }

  @Test func `a deep shortage takes as many lots as lift it above`() throws {
    let policy = try plan(Records.poisson(rate: 2), item, nil).policy
    let stock = Stock(onHand: 0, reserved: 3 * policy.lot - policy.reorderPoint)
    let proposal = try #require(
      try plan(Records.poisson(rate: 2), item, stock).proposals.first)
    #expect(proposal.quantity == 4 * policy.lot)
  }

  @Test func `orders respect minimum and packs`() throws {
    var packed = item
    packed.minimumOrder = 70
    packed.orderMultiple = 24
    let plan = try plan(Records.poisson(rate: 2), packed, Stock(onHand: 3))
    #expect(plan.proposals.map(\.quantity) == [72])
  }

  @Test func `goods sold by the kilogram keep their fractions`() throws {
    var loose = item
    loose.orderMultiple = 0.25
    let policy = try plan(Records.normal(rate: 2, deviation: 0.3), loose, nil).policy
    #expect(policy.basis.contains(.fractional))
    #expect(policy.reorderPoint != policy.reorderPoint.rounded())
    #expect(near((policy.lot / 0.25).rounded() * 0.25, policy.lot, 1e-12))
  }

  @Test func `what sells nothing is not ordered, and its stock is too much`() throws {
    let plan = try plan(Records.zero(), item, Stock(onHand: 5))
    #expect(plan.policy.lot == 0 && plan.policy.reorderPoint == 0)
    #expect(plan.policy.basis.contains(.noDemand))
    #expect(plan.proposals.isEmpty)
    #expect(
      plan.exceptions
        == [.deadStock(units: 5, value: 50)])
  }

  @Test func `what sells nothing and is not there needs nobody`() throws {
    let plan = try plan(Records.zero(), item, Stock(onHand: 0))
    #expect(plan.proposals.isEmpty && plan.exceptions.isEmpty)
  }

  @Test func `stock runs out on the first day whose demand it cannot meet`() throws {
    let plan = try plan(Records.normal(rate: 2, deviation: 0), item, Stock(onHand: 7))
    // Six units sell in three days; on the fourth one of two is missing, and 22 sell in eleven.
    #expect(
      plan.exceptions == [.stockOut(position: 7, day: asOf + 4, units: 15, value: 15 * 16, late: 0)]
    )
  }

  @Test func `an empty shelf is a stock-out however slowly the item sells`() throws {
    let plan = try plan(Records.normal(rate: 0.01, deviation: 0), item, Stock(onHand: 0))
    let exception = try #require(plan.exceptions.first)
    #expect(exception.kind == .stockOut && near(exception.units, 0.11))
  }

  @Test func `stock that lasts until the order arrives is no exception`() throws {
    let plan = try plan(Records.normal(rate: 2, deviation: 0), item, Stock(onHand: 22))
    #expect(plan.exceptions.isEmpty)
  }

  @Test func `overstock counts what is more than the longest cover`() throws {
    let plan = try plan(Records.normal(rate: 2, deviation: 0), item, Stock(onHand: 1_000))
    #expect(
      plan.exceptions == [.overstock(position: 1_000, coverDays: 500, units: 640, value: 6_400)])
  }

  @Test func `a lot that the policy ordered is flagged and not called overstock`() throws {
    var cheap = item
    cheap.unitCost = 0.01
    let forecast = Records.normal(rate: 2, deviation: 0)
    let policy = try plan(forecast, cheap, nil).policy
    #expect(policy.lotDays > 180 && policy.basis.contains(.longLot))
    let stocked = Stock(onHand: policy.lot + policy.reorderPoint)
    #expect(try plan(forecast, cheap, stocked).exceptions.isEmpty)
  }

  @Test func `a minimum order of years is an exception`() throws {
    var stiff = item
    stiff.minimumOrder = 730
    let plan = try plan(Records.normal(rate: 1, deviation: 0), stiff, Stock(onHand: 20))
    let exception = try #require(plan.exceptions.first)
    #expect(exception.kind == .minimumForcesCover)
    #expect(near(exception.coverDays ?? 0, 730))
  }

  @Test func `negative stock and gaps in the item are one fault`() throws {
    let plan = try plan(
      Records.normal(rate: 2, deviation: 0), Item(price: 3),
      Stock(onHand: -4).with(Receipt(units: 100, day: asOf)))
    let faults: DataFaults = [.negativeOnHand, .missingUnitCost, .missingLeadTime]
    #expect(plan.exceptions == [.dataFault(faults, value: 0)])
    #expect(plan.stock == Stock(onHand: 0).with(Receipt(units: 100, day: asOf)))
  }

  @Test func `free holding orders the longest cover`() throws {
    var gift = item
    gift.unitCost = 0
    gift.volumeCubicMetres = 0
    let policy = try plan(Records.normal(rate: 2, deviation: 0), gift, nil).policy
    #expect(policy.lot == 360)
    #expect(policy.basis.contains(.freeHolding))
  }

  @Test func `no lead time needs stock for the review alone`() throws {
    var near = item
    near.leadTimeDays = 0
    let plan = try plan(Records.normal(rate: 2, deviation: 0), near, Stock(onHand: 0))
    #expect(plan.policy.reorderPoint == 2)
    #expect(plan.proposals.first?.arrivalDay == asOf)
    #expect(plan.exceptions.isEmpty)
  }

  @Test func `a higher service level never lowers the reorder point`() throws {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let forecast = Records.wild(&random)
      var before = 0.0
      for level in stride(from: 0.5, through: 0.999, by: 0.0083) {
        var settings = PolicySettings()
        settings.serviceLevel = level
        let point = try plan(forecast, item, nil, settings: settings).policy.reorderPoint
        #expect(point >= before, "seed \(seed), level \(level)")
        before = point
      }
    }
  }

  @Test func `a longer lead time never lowers the reorder point`() throws {
    for seed in UInt64(0)..<60 {
      var random = SplitMix64(seed: seed)
      let forecast = Records.wild(&random)
      var before = 0.0
      for days in stride(from: 0, through: 400, by: 7) {
        var slow = item
        slow.leadTimeDays = days
        let point = try plan(forecast, slow, nil).policy.reorderPoint
        #expect(point >= before, "seed \(seed), \(days) days")
        before = point
      }
    }
  }
}
