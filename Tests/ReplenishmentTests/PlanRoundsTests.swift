import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct PlanRoundsTests {
  /// A catalogue whose limits are all tight.
  static func tight(seed: UInt64 = 1, skus: Int = 600) throws -> MixedCatalogue {
    var catalogue = try MixedCatalogue(seed: seed, skus: skus)
    catalogue.settings.usesClasses = true
    try catalogue.limit(space: 0.85, lines: 1.4, cash: 0.8)
    return catalogue
  }

  @Test func `the plan is the same to the byte whoever is asked first and whoever forgets`() throws
  {
    let catalogue = try Self.tight()
    let first = try catalogue.price()
    for manner in [MixedCatalogue.Manner.backwards, .forgetful] {
      let again = try catalogue.price(manner)
      #expect(again.plan.packed() == first.plan.packed())
      #expect(again.questions == first.questions)
      #expect(again.moved.mapValues(MovedLot.packed) == first.moved.mapValues(MovedLot.packed))
    }
    #expect(first.plan.certificate.moved == first.moved.values.reduce(0) { $0 + $1.count })
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `limits of all kinds are kept by the plans, with a proof of how good they are`(
    seed: UInt64
  ) throws {
    var catalogue = try MixedCatalogue(seed: seed)
    // What reorder points of fill rates come to is shown where they are chosen.
    catalogue.document.rules.removeAll { $0.serviceType == .fill }
    try catalogue.limit(space: 0.85, lines: 1.4, cash: 0.8)
    let outcome = try catalogue.price()
    let plan = outcome.plan
    #expect(plan.certificate.verdict == .kept && plan.unkept.isEmpty)
    #expect(plan.certificate.gap < 0.01, "gap \(plan.certificate.gap)")
    #expect(try #require(plan.prices).cash > 0)
    let totals = try catalogue.planned(outcome).totals
    let cash = try #require(catalogue.document.limits.cash)
    #expect(totals.all.expectedStockValue <= cash * (1 + 1e-6))
    #expect(totals.all.expectedStockValue > cash * 0.97)
    for warehouse in catalogue.document.warehouses.warehouses {
      let here = try #require(totals.here[warehouse.location])
      let space = try #require(warehouse.capacityCubicMetres)
      let lines = try #require(warehouse.receivingLinesPerDay)
      #expect(here.expectedStockCubicMetres <= space * (1 + 1e-6), "\(warehouse.location)")
      #expect(here.linesPerYear / 365 <= lines * (1 + 1e-6), "\(warehouse.location)")
    }
  }

  @Test func `where nothing is limited nobody is asked`() throws {
    let outcome = try MixedCatalogue(seed: 4, skus: 40).price()
    #expect(outcome.questions.isEmpty && outcome.moved.isEmpty)
    #expect(outcome.plan.certificate.verdict == .free && outcome.plan.prices == nil)
  }

  @Test func `classes are found in one question, and hold the first 80 and 95 percent`() throws {
    var catalogue = try MixedCatalogue(seed: 5)
    catalogue.settings.usesClasses = true
    let outcome = try catalogue.price()
    #expect(outcome.questions.count == 1)
    let planning = catalogue.planning
    let values = catalogue.cases.map { planning.annualValue(of: $0) }
    let bounds = try #require(outcome.plan.classBounds)
    #expect(bounds.a > bounds.b && bounds.b > 0)
    let all = values.reduce(0, +)
    // A bin is a sixteenth of an octave wide, and belongs to the class in which it begins.
    let shareOfA = values.filter { $0 >= bounds.a }.reduce(0, +) / all
    let shareOfAB = values.filter { $0 >= bounds.b }.reduce(0, +) / all
    #expect(shareOfA >= 0.8 && shareOfA < 0.87)
    #expect(shareOfAB >= 0.95 && shareOfAB < 0.98)
    let plans = try catalogue.planned(outcome).plans
    for (value, item) in zip(values, plans) {
      let expected: ValueClass = value >= bounds.a ? .a : value >= bounds.b ? .b : .c
      #expect(item.plans.allSatisfy { $0.policy.valueClass == expected }, "\(item.sku)")
    }
  }

  // MARK: Limits that nothing keeps

  @Test func `a limit that least lots break alone is named with those who need most of it`() throws
  {
    var catalogue = try MixedCatalogue(seed: 6)
    catalogue.document.rules.removeAll { $0.serviceType == .fill }
    catalogue.document.warehouses.warehouses[1].capacityCubicMetres = 0.5
    let outcome = try catalogue.price()
    let unkept = try #require(outcome.plan.unkept.first)
    #expect(outcome.plan.unkept.count == 1)
    #expect(unkept.limit == .space(warehouse: 1) && !unkept.isJoint)
    #expect(unkept.available == 0.5 && unkept.needed > 0.5)
    #expect(unkept.worst.count == 10)
    for (one, next) in zip(unkept.worst, unkept.worst.dropFirst()) {
      #expect(one.needed >= next.needed)
    }
    #expect(outcome.plan.certificate.verdict == .kept)
    let planned = try catalogue.planned(outcome)
    let here = catalogue.document.warehouses.warehouses[1].location
    let used = try #require(planned.totals.here[here]).expectedStockCubicMetres
    #expect(used <= unkept.needed * 1.0011)
    // Those who need most say so in their plans, and nobody else does.
    let named = planned.plans.filter { item in
      item.plans.contains { plan in
        plan.exceptions.contains { if case .infeasibleLimit = $0 { true } else { false } }
      }
    }
    #expect(Set(named.map(\.sku)) == Set(unkept.worst.map(\.sku)))
  }

  @Test func `a warehouse without space in which nothing is keeps nobody from a plan`() throws {
    var catalogue = try MixedCatalogue(seed: 9, skus: 60)
    catalogue.document.warehouses.warehouses.append(
      Warehouse(location: try Location("Zlin"), capacityCubicMetres: 0, receivingLinesPerDay: 0))
    // The dearer the lots, the more a unit of a limit counts beside them.
    for index in catalogue.cases.indices { catalogue.cases[index].item?.orderCost = 1e9 }
    try catalogue.limit(space: 0.85, lines: nil, cash: nil)
    #expect(try #require(catalogue.document.warehouses.warehouses.last).capacityCubicMetres == 0)
    let outcome = try catalogue.price()
    #expect(outcome.plan.certificate.verdict == .kept && outcome.plan.unkept.isEmpty)
  }

  @Test func `dust in the data and limits of nothing keep nobody from a plan`() throws {
    for dust in [1e-300, 1e-30, 1e-12] {
      var catalogue = try MixedCatalogue(seed: 10, skus: 60)
      for index in catalogue.document.warehouses.warehouses.indices {
        catalogue.document.warehouses.warehouses[index].capacityCubicMetres = 0
        catalogue.document.warehouses.warehouses[index].receivingLinesPerDay = 0
      }
      catalogue.document.limits.cash = 0
      for index in catalogue.cases.indices {
        catalogue.cases[index].item?.volumeCubicMetres = dust
        catalogue.cases[index].item?.unitCost = dust
        for place in catalogue.cases[index].locations.indices {
          let forecast = catalogue.cases[index].locations[place].forecast
          catalogue.cases[index].locations[place].forecast = forecast.multiplied(
            by: Array(repeating: dust, count: forecast.horizon))
        }
      }
      _ = try catalogue.price()
    }
  }

  @Test func `no question of today's limits carries the names behind broken ones`() throws {
    var catalogue = try MixedCatalogue(seed: 6)
    catalogue.document.warehouses.warehouses[1].capacityCubicMetres = 0.5
    let outcome = try catalogue.price()
    #expect(outcome.plan.unkept.contains { !$0.worst.isEmpty })
    var asked = 0
    for question in outcome.questions {
      guard case .releases(let plan, _, _) = try PlanQuestion(packed: question).ask else {
        continue
      }
      asked += 1
      #expect(plan.unkept.isEmpty && plan.prices == outcome.plan.prices)
    }
    #expect(asked > 0)
  }

  @Test func `limits that break together are widened by what is missing, and named so`() throws {
    var catalogue = try MixedCatalogue(seed: 7)
    // Little space asks for small lots, few lines for large ones.
    try catalogue.limit(space: 0.75, lines: 0.6, cash: nil)
    let outcome = try catalogue.price()
    let unkept = outcome.plan.unkept
    #expect(!unkept.isEmpty && unkept.allSatisfy { $0.isJoint && $0.needed > $0.available })
    // Packs may not fit what is proven to be needed to the last unit.
    #expect([.kept, .undecided].contains(outcome.plan.certificate.verdict))
    let totals = try catalogue.planned(outcome).totals
    for (place, warehouse) in catalogue.document.warehouses.warehouses.enumerated() {
      func most(_ limit: Limit, _ given: Double) -> Double {
        unkept.first { $0.limit == limit }?.needed ?? given
      }
      let here = try #require(totals.here[warehouse.location])
      let space = most(
        .space(warehouse: place), try #require(warehouse.capacityCubicMetres))
      let lines = most(
        .lines(warehouse: place), try #require(warehouse.receivingLinesPerDay))
      #expect(here.expectedStockCubicMetres <= space * 1.005)
      #expect(here.linesPerYear / 365 <= lines * 1.005)
      // What is named is short indeed.
      for limit in unkept where limit.limit == .space(warehouse: place) {
        #expect(here.expectedStockCubicMetres > 0.9 * limit.needed, "\(warehouse.location)")
      }
    }
  }

  @Test func `limits of nothing at all still end in a plan or a reason`() throws {
    for (space, lines, cash) in [(0.0, nil, nil), (nil, 0.0, nil), (nil, nil, 0.0), (0, 0, 0)]
      as [(Double?, Double?, Double?)]
    {
      var catalogue = try MixedCatalogue(seed: 8, skus: 60)
      try catalogue.limit(space: space, lines: lines, cash: cash)
      do {
        let plan = try catalogue.price().plan
        #expect(!plan.unkept.isEmpty)
        #expect(plan.unkept.allSatisfy { $0.available == 0 && $0.needed > 0 })
      } catch let failed as MixedCatalogue.Failed {
        #expect(failed.reason.contains("limits"))
      }
    }
  }

  // MARK: Today

  @Test func `what arrives today keeps the slots and cash of today`() throws {
    var catalogue = try MixedCatalogue(seed: 9)
    catalogue.document.limits.cashToday = 9_000
    for index in catalogue.document.warehouses.warehouses.indices {
      catalogue.document.warehouses.warehouses[index].receivingLinesPerDay = 40
    }
    let outcome = try catalogue.price()
    let plans = try catalogue.planned(outcome).plans
    let released = plans.flatMap { $0.plans.flatMap(\.proposals) }.filter(\.isReleasable)
    let held = plans.flatMap { $0.plans.flatMap(\.proposals) }.filter { !$0.isReleasable }
    #expect(!released.isEmpty && !held.isEmpty)
    #expect(released.reduce(0) { $0 + $1.value } <= 9_000)
    var slots: [String: Int] = [:]
    for item in plans {
      for (location, plan) in zip(item.locations, item.plans) {
        for proposal in plan.proposals where proposal.isReleasable {
          slots["\(location) \(proposal.arrivalDay)", default: 0] += 1
        }
        for transfer in plan.transfers where transfer.isReleasable {
          slots["\(location) \(transfer.arrivalDay)", default: 0] += 1
        }
      }
    }
    #expect(slots.allSatisfy { $0.key.hasPrefix("Oporto") || $0.value <= 40 }, "\(slots)")
  }

  @Test func `a scenario is priced as if it were so, under its name`() throws {
    var catalogue = try MixedCatalogue(seed: 10, skus: 200)
    try catalogue.limit(space: nil, lines: nil, cash: 0.9)
    let real = try catalogue.price().plan
    var half = Scenario(name: "half the cash")
    half.cashFactor = 0.85
    catalogue.scenario = half
    let supposed = try catalogue.price().plan
    #expect(supposed.scenario == "half the cash" && real.scenario.isEmpty)
    #expect(supposed.limits.cash == real.limits.cash * 0.85)
    #expect(try #require(supposed.prices).cash > #require(real.prices).cash)
  }
}
