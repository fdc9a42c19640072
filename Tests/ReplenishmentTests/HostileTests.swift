import Demand
import Packing
import TestSupport
import Testing

@testable import Replenishment

/// Values that no catalogue should hold, from seeds.
@Suite struct HostileTests {
  static let odd: [Double] = [
    0, -0.0, 1, 0.5, 12, 1e-300, .leastNonzeroMagnitude, 0.001, 1e12, 1e15, 1e300, -1, -1e15, .nan,
    .infinity,
    -.infinity, .greatestFiniteMagnitude, 3.3, 100,
  ]

  static func value(_ random: inout SplitMix64) -> Double {
    odd[Int(random.next() % UInt64(odd.count))]
  }

  static func maybe(_ random: inout SplitMix64) -> Double? {
    random.uniform() < 0.2 ? nil : value(&random)
  }

  static func someCase(_ random: inout SplitMix64) throws -> PlanningCase {
    let (sku, location) = try name("hostile")
    let horizon = [0, 1, 7, 28, 112][Int(random.next() % 5)]
    let spans = Quantiles.spans(within: horizon).count
    let tame = random.uniform() < 0.4
    func draw(_ random: inout SplitMix64) -> Double {
      tame ? 10 * random.uniform() : value(&random)
    }
    let forecast = Forecast(
      mean: (0..<horizon).map { _ in draw(&random) },
      quantiles: [Double](repeating: .nan, count: horizon * 9),
      cumulative: (0..<(spans * 9)).map { _ in draw(&random) })
    let item = Item(
      unitCost: maybe(&random), price: maybe(&random), volumeCubicMetres: maybe(&random),
      leadTimeDays: [nil, 0, 1, 14, 400, -3, .max, .min][Int(random.next() % 8)],
      orderCost: maybe(&random), minimumOrder: maybe(&random), orderMultiple: maybe(&random))
    let stock = Stock(
      onHand: value(&random), reserved: value(&random), onOrder: value(&random))
    return PlanningCase(
      sku: sku, location: location, forecast: forecast,
      item: random.uniform() < 0.1 ? nil : item, stock: random.uniform() < 0.1 ? nil : stock,
      storageCostPerCubicMetreYear: value(&random))
  }

  static func someSettings(_ random: inout SplitMix64) -> PolicySettings {
    var settings = PolicySettings()
    guard random.uniform() < 0.5 else { return settings }
    settings.serviceLevel = value(&random)
    settings.holdingRate = value(&random)
    settings.unitCost = value(&random)
    settings.orderCost = value(&random)
    settings.volumeCubicMetres = value(&random)
    settings.leadTimeDays = [.min, 0, 30, .max][Int(random.next() % 4)]
    settings.reviewDays = [.min, 0, 30, .max][Int(random.next() % 4)]
    settings.policyHorizonDays = [.min, 0, 30, .max][Int(random.next() % 4)]
    settings.maximumCoverDays = [.min, 0, 30, .max][Int(random.next() % 4)]
    return settings
  }

  static func figures(_ plan: LocationPlan) -> [Double] {
    let policy = plan.policy
    var all = [
      policy.annualDemand, policy.economicLot, policy.lot, policy.reorderPoint,
      policy.safetyStock, policy.leadTimeMean, policy.serviceLevel, policy.unitCost,
      policy.volumeCubicMetres, policy.orderCost, policy.holdingCost, policy.minimumOrder,
      policy.orderMultiple, policy.orderCostPerYear, policy.holdingCostPerYear,
      policy.expectedStock, policy.lotDays,
    ]
    for proposal in plan.proposals {
      all += [proposal.quantity, proposal.value, proposal.cost, abs(proposal.position)]
      all += [proposal.wanted, proposal.benefit]
    }
    for transfer in plan.transfers {
      all += [transfer.quantity, transfer.value, transfer.cost, transfer.saving]
      all += [transfer.savedUnits, transfer.benefit, abs(transfer.originPosition)]
    }
    for exception in plan.exceptions {
      all += [exception.valueAtRisk, exception.units, exception.coverDays ?? 0]
    }
    return all
  }

  @Test func `every figure is finite and not negative, and the bytes come back`() throws {
    for seed in UInt64(0)..<4_000 {
      var random = SplitMix64(seed: seed)
      let hostile = try Self.someCase(&random)
      let plan = Planner.plan(hostile, settings: Self.someSettings(&random), asOf: asOf)
      for figure in Self.figures(plan) {
        #expect(figure.isFinite && figure >= 0, "seed \(seed)")
      }
      #expect(try LocationPlan(packed: plan.packed()) == plan, "seed \(seed)")
      for row in plan.exceptionRows(sku: hostile.sku, location: hostile.location) {
        #expect(!row.fields.contains { $0.contains("nan") || $0 == "inf" }, "seed \(seed)")
      }
    }
  }

  @Test func `a released plan proposes nothing new`() throws {
    var released = 0
    for seed in UInt64(0)..<4_000 {
      var random = SplitMix64(seed: seed)
      var hostile = try Self.someCase(&random)
      let settings = Self.someSettings(&random)
      let plan = Planner.plan(hostile, settings: settings, asOf: asOf)
      guard let proposal = plan.proposals.first else { continue }
      released += 1
      hostile.stock?.onOrder = (plan.stock?.onOrder ?? 0) + proposal.quantity
      let again = Planner.plan(hostile, settings: settings, asOf: asOf)
      #expect(again.proposals.isEmpty, "seed \(seed)")
      #expect(again.policy == plan.policy, "seed \(seed)")
    }
    #expect(released > 400)
  }

  @Test func `several hostile locations with lanes are planned, and released once`() throws {
    var transfers = 0
    for seed in UInt64(0)..<1_500 {
      var random = SplitMix64(seed: seed)
      var today = Today()
      for name in ["A", "B", "C"] {
        let hostile = try Self.someCase(&random)
        if let item = hostile.item { today.item = item }
        var stock = hostile.stock
        for _ in 0..<(random.next() % 3) {
          stock?.inTransit.append(
            Receipt(
              units: Self.value(&random),
              day: Day(number: [.min, asOf.number + 3, .max][Int(random.next() % 3)])))
        }
        today.places.append(.init(name: name, forecast: hostile.forecast, stock: stock))
        for other in ["A", "B", "C"] where other != name {
          try today.lane(
            other, name, days: Self.value(&random), cost: Self.value(&random))
        }
      }
      today.settings = Self.someSettings(&random)
      let plan = try today.plan()
      for place in plan.plans {
        transfers += place.transfers.count
        for figure in Self.figures(place) {
          #expect(figure.isFinite && figure >= 0, "seed \(seed)")
        }
        #expect(try LocationPlan(packed: place.packed()) == place, "seed \(seed)")
      }
    }
    #expect(transfers > 20)
  }

  @Test func `days at the ends of the calendar do not trap`() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let hostile = try Self.someCase(&random)
      for day in [Day(number: .max), Day(number: .min)] {
        let plan = Planner.plan(hostile, settings: PolicySettings(), asOf: day)
        #expect(try LocationPlan(packed: plan.packed()) == plan)
      }
    }
  }
}
