import Demand
import TestSupport
import Testing

@testable import Replenishment

/// A made-up SKU at several locations, and its plan.
struct Today {
  var item = Item(
    unitCost: 10, price: 16, volumeCubicMetres: 0.01, leadTimeDays: 11, orderCost: 4)
  var settings = PolicySettings()
  var document = PlanningDocument()
  var day = asOf
  var places: [Place] = []

  struct Place {
    var name: String
    var forecast: Forecast
    var stock: Stock?
    var options: [SupplyOption] = []
    var previous: LocationPlan?
  }

  func planCase() throws -> ItemCase {
    ItemCase(
      sku: try SKU("A-1"), item: item,
      locations: try places.map { place in
        LocationCase(
          location: try Location(place.name), forecast: place.forecast, stock: place.stock,
          options: place.options, previous: place.previous)
      })
  }

  func context() -> PlanContext {
    PlanContext(asOf: day, settings: settings, document: document)
  }

  func policies() throws -> [StockPolicy] { ItemPolicies(try planCase(), context()).policies }

  func plan(release: ReleaseThresholds? = nil) throws -> ItemPlan {
    TodayPlanner.plan(
      try planCase(), policies: try policies(), context: context(), release: release)
  }

  /// The same SKU after this plan was stored, and what of it was released.
  func after(_ plan: ItemPlan, released: Bool, days: Int = 0) -> Today {
    var later = self
    later.day = day + days
    for index in places.indices {
      later.places[index].previous = plan.plans[index]
      guard released else { continue }
      for proposal in plan.plans[index].proposals {
        later.places[index].stock?.onOrder += proposal.quantity
      }
      later.places[index].stock?.onHand -= plan.plans[index].leaving
      for transfer in plan.plans[index].transfers {
        later.places[index].stock?.inTransit.append(
          Receipt(units: transfer.quantity, day: transfer.arrivalDay))
      }
    }
    return later
  }

  mutating func lane(_ origin: String, _ destination: String, days: Double, cost: Double) throws {
    document.lanes.append(
      Lane(
        origin: try Location(origin), destination: try Location(destination),
        leadTimeDays: days, unitCost: cost))
  }
}

@Suite struct TodayPlannerTests {
  func single(_ stock: Stock, rate: Double = 2) -> Today {
    Today(places: [.init(name: "Lyon", forecast: Records.poisson(rate: rate), stock: stock)])
  }

  @Test func `an order that comes too late is said with the stock-out`() throws {
    let late = single(Stock(onHand: 7).with(Receipt(units: 50, day: asOf + 9)))
    let exception = try #require(try late.plan().plans[0].exceptions.first)
    // Seven units last three days; on days 4 to 9 eleven are missing, and then 50 arrive.
    guard case .stockOut(_, let day, let units, _, let late) = exception else {
      Issue.record("\(exception)")
      return
    }
    #expect(day == asOf + 4 && near(units, 11) && late == 50)
  }

  @Test func `what arrives in time is no stock-out`() throws {
    let today = single(Stock(onHand: 7).with(Receipt(units: 50, day: asOf + 3)))
    #expect(try today.plan().plans[0].exceptions.isEmpty)
  }

  @Test func `what was ordered without a day counts as ordered now`() throws {
    let today = single(Stock(onHand: 7, onOrder: 60))
    let plan = try today.plan().plans[0]
    #expect(plan.proposals.isEmpty)
    #expect(plan.exceptions.map(\.kind) == [.stockOut])
  }

  @Test func `planned twice, the same proposal comes again and is not new`() throws {
    let today = single(Stock(onHand: 20))
    let first = try #require(try today.plan().plans[0].proposals.first)
    #expect(first.identity.isNew && first.identity.firstProposed == asOf)
    let again = try #require(
      try today.after(try today.plan(), released: false, days: 2).plan().plans[0].proposals.first)
    #expect(!again.identity.isNew)
    #expect(again.identity.number == first.identity.number && again.quantity == first.quantity)
    #expect(again.identity.firstProposed == asOf && again.orderDay == asOf + 2)
    #expect(again.reason(under: try today.policies()[0]).contains("proposed since 2026-11-20"))
  }

  @Test func `a proposal that was released does not come again`() throws {
    let today = single(Stock(onHand: 20))
    let released = today.after(try today.plan(), released: true, days: 1)
    #expect(try released.plan().plans[0].proposals.isEmpty)
  }

  @Test func `a proposal after one that was released is a new one`() throws {
    let today = single(Stock(onHand: 20))
    var later = today.after(try today.plan(), released: true, days: 1)
    later.places[0].stock?.onHand = 0
    later.places[0].stock?.reserved = 40
    let next = try #require(try later.plan().plans[0].proposals.first)
    #expect(next.identity.isNew && next.identity.firstProposed == asOf + 1)
  }

  @Test func `a small change of the need changes nothing and a large one does`() throws {
    var today = single(Stock(onHand: 20))
    let before = try today.plan()
    let lot = before.plans[0].proposals[0].quantity
    var policies = try today.policies()
    today = today.after(before, released: false, days: 1)
    func quantity(_ policies: [StockPolicy]) throws -> (Double?, Bool?) {
      let plan = TodayPlanner.plan(
        try today.planCase(), policies: policies, context: today.context())
      let proposal = plan.plans[0].proposals.first
      return (proposal?.quantity, proposal?.identity.isNew)
    }
    policies[0].lot = lot + 1
    #expect(try quantity(policies) == (lot, false))
    policies[0].lot = lot + 10
    #expect(try quantity(policies) == (lot + 10, true))
    // Barely above the reorder point the need is still about the same.
    policies[0].lot = lot
    policies[0].reorderPoint = 19.5
    #expect(try quantity(policies) == (lot, false))
    policies[0].reorderPoint = 18
    #expect(try quantity(policies).0 == nil)
  }

  @Test func `numbers tell SKU, location and first day apart`() throws {
    var numbers: Set<UInt64> = []
    for name in ["Lyon", "Brno"] {
      for day in [asOf, asOf + 1] {
        var today = single(Stock(onHand: 2))
        today.places[0].name = name
        today.day = day
        numbers.insert(try today.plan().plans[0].proposals[0].identity.number)
      }
    }
    #expect(numbers.count == 4)
  }

  @Test func `what is proposed after a release on the same day has a number of its own`() throws {
    var today = single(Stock(onHand: 0, reserved: 200))
    today.places[0].options = [SupplyOption(origin: .supplier("Acme"), maximumOrder: 40)]
    let first = try #require(try today.plan().plans[0].proposals.first)
    // Released, it is on order, and the largest order left the need where it was.
    let next = try #require(
      try today.after(try today.plan(), released: true).plan().plans[0].proposals.first)
    #expect(next.identity.isNew && next.identity.firstProposed == first.identity.firstProposed)
    #expect(next.identity.number != first.identity.number)
    let same = try #require(
      try today.after(try today.plan(), released: false).plan().plans[0].proposals.first)
    #expect(same.identity.number == first.identity.number && !same.identity.isNew)
  }

  @Test func `a proposal that is no whole packs any more does not stay`() throws {
    for (packs, later) in [(12.0, 10.0), (10, 12), (7, 8), (9, 7)] {
      for minimum in [0.0, 58] {
        var today = single(Stock(onHand: 0, reserved: 30))
        today.settings.hysteresis = 0.3
        today.places[0].options = [SupplyOption(origin: .supplier("Acme"), orderMultiple: packs)]
        let plan = try today.plan()
        today.places[0].options = [
          SupplyOption(
            origin: .supplier("Acme"), minimumOrder: minimum, orderMultiple: later)
        ]
        let proposal = try #require(
          try today.after(plan, released: false, days: 1).plan().plans[0].proposals.first)
        let count = proposal.quantity / later
        #expect(count == count.rounded() && proposal.quantity >= minimum, "\(packs) \(later)")
      }
    }
  }

  @Test func `an order below a price break costs what its size costs`() throws {
    for isIncremental in [false, true] {
      var today = single(Stock(onHand: 0, reserved: 20))
      today.places[0].options = [
        SupplyOption(
          origin: .supplier("Acme"), unitCost: 10,
          breaks: [PriceBreak(from: 30, unitCost: 9.5), PriceBreak(from: 200, unitCost: 5)],
          isIncremental: isIncremental)
      ]
      var policies = try today.policies()
      #expect(policies[0].lot >= 200 && policies[0].unitCost < 9)
      // As a season, scarce supply or a review make it.
      policies[0].lot = 50
      let plan = TodayPlanner.plan(
        try today.planCase(), policies: policies, context: today.context()
      ).plans[0]
      let proposal = try #require(plan.proposals.first)
      try #require(proposal.quantity == 50 || proposal.quantity == 100)
      let first = isIncremental ? 30 * 0.5 : 0
      #expect(near(proposal.value, first + 9.5 * proposal.quantity))
      #expect(near(proposal.cost, proposal.value + plan.policy.orderCost))
      #expect(near(proposal.unitCost, proposal.value / proposal.quantity))
    }
  }

  @Test func `a supplier's largest order cuts the purchase in whole packs`() throws {
    var today = single(Stock(onHand: 0, reserved: 100))
    today.places[0].options = [
      SupplyOption(origin: .supplier("Acme"), orderMultiple: 12, maximumOrder: 70)
    ]
    let proposal = try #require(try today.plan().plans[0].proposals.first)
    #expect(proposal.quantity == 60 && proposal.cut == .maximumOrder && proposal.wanted > 60)
    #expect(
      proposal.reason(under: try today.policies()[0]).contains(
        "to the supplier's largest order; from Acme"))
  }

  @Test func `what spoils is not ordered beyond what sells in time`() throws {
    var today = single(Stock(onHand: 0, reserved: 30))
    today.item.shelfLifeDays = 20
    let proposal = try #require(try today.plan().plans[0].proposals.first)
    let policy = try today.policies()[0]
    #expect(-30 + proposal.quantity <= 2 * 31 || proposal.quantity == policy.lot)
  }

  @Test func `scarce supply goes where it sells, and says so`() throws {
    var today = Today(
      places: ["Brno", "Lyon", "Oslo"].map {
        .init(
          name: $0, forecast: Records.poisson(rate: $0 == "Lyon" ? 4 : 1), stock: Stock(onHand: 3),
          options: [SupplyOption(origin: .supplier("Acme"), available: 40)])
      })
    let policies = try today.policies()
    func quantities() throws -> [Double] {
      TodayPlanner.plan(try today.planCase(), policies: policies, context: today.context())
        .plans.map { $0.proposals.first?.quantity ?? 0 }
    }
    let shared = try quantities()
    #expect(shared.reduce(0, +) == 40 && shared[1] > 2 * shared[0])
    #expect(abs(shared[0] - shared[2]) <= 1)
    today.settings.scarceSplit = .days
    let days = try quantities()
    #expect(days.reduce(0, +) <= 40 && days[1] > 2 * days[0])
    let proposal = try #require(try today.plan().plans[1].proposals.first)
    #expect(proposal.cut == .supply)
  }

  @Test func `stock without demand is dead, and of what is not bought any more it is run down`()
    throws
  {
    var today = Today(
      places: [.init(name: "Lyon", forecast: Records.zero(), stock: Stock(onHand: 9))])
    #expect(try today.plan().plans[0].exceptions == [.deadStock(units: 9, value: 90)])
    today.places[0].forecast = Records.normal(rate: 0.01, deviation: 0)
    today.item.lifecycle = .runDown
    let plan = try today.plan().plans[0]
    #expect(plan.proposals.isEmpty && plan.exceptions.map(\.kind) == [.runDown])
  }

  @Test func `the last buy fills up to what the season is worth, once`() throws {
    var today = single(Stock(onHand: 20))
    today.item.lifecycle = .lastBuy
    let policy = try today.policies()[0]
    let plan = try today.plan()
    let proposal = try #require(plan.plans[0].proposals.first)
    #expect(proposal.quantity == policy.reorderPoint - 20)
    #expect(try today.after(plan, released: true).plan().plans[0].proposals.isEmpty)
  }

  @Test func `seasonal lots follow the weeks to come`() throws {
    // Two units a day for a month, then next to nothing: the lot of the year's mean is too much.
    var mean = [Double](repeating: 2, count: 112)
    for day in 30..<112 { mean[day] = 0.05 }
    let steady = Records.normal(rate: 2, deviation: 0)
    let forecast = Forecast(
      mean: mean, quantiles: steady.quantiles,
      cumulative: Quantiles.spans.flatMap { span in
        Quantiles.levels.map { _ in mean.prefix(span).reduce(0, +) }
      })
    var today = single(Stock(onHand: 20))
    today.places[0].forecast = forecast
    let policy = try today.policies()[0]
    #expect(policy.isSeasonal)
    let plan = try today.plan()
    let proposal = try #require(plan.plans[0].proposals.first)
    // 24 sell until the order after this one, 36 until the end of the month, and 9 in the rest of
    // the half year that a lot may cover.
    #expect(proposal.quantity >= 45 && proposal.quantity <= 50)
    #expect(proposal.reason(under: policy).contains("follow the weeks to come"))
    #expect(try today.after(plan, released: true).plan().plans[0].proposals.isEmpty)
  }

  @Test func `exceptions are ranked by what is at risk`() throws {
    var today = single(Stock(onHand: -4, reserved: 1))
    today.item.unitCost = nil
    let exceptions = try today.plan().plans[0].exceptions
    #expect(exceptions.count >= 2)
    for (left, right) in zip(exceptions, exceptions.dropFirst()) {
      #expect(left.valueAtRisk >= right.valueAtRisk)
    }
  }

  @Test func `waiting costs what the days of a review sell of an empty shelf`() throws {
    let proposal = try #require(try single(Stock(onHand: 0)).plan().plans[0].proposals.first)
    // Two units a day with a margin of 6.
    #expect(near(proposal.benefit, 12, 1e-6))
    let full = try #require(try single(Stock(onHand: 32)).plan().plans[0].proposals.first)
    #expect(full.benefit < 1)
  }

  @Test func `what a limit holds back stays in the plan and says so`() throws {
    var today = single(Stock(onHand: 3))
    today.document.warehouses = WarehouseList([
      Warehouse(location: try Location("Lyon"), receivingLinesPerDay: 0)
    ])
    let planner = TodayPlanner(today.context())
    let planCase = try today.planCase()
    let kept = ItemPolicies(planCase, today.context())
    var tally = planner.tally
    planner.count(planCase, kept, policies: kept.policies, into: &tally)
    #expect(tally.count == 1)
    var selection = ReleaseSelection(today.document)
    var step = selection.begin()
    while case .ask(let question) = step { step = try selection.step([tally.answer(question)]) }
    guard case .settled(let thresholds) = step else { return }
    let plan = try today.plan(release: thresholds).plans[0]
    let proposal = try #require(plan.proposals.first)
    #expect(proposal.heldBy == .slots && !proposal.isReleasable)
    #expect(plan.exceptions.contains { $0.kind == .heldBack && $0.limitName == "receiving-lines" })
    #expect(proposal.reason(under: plan.policy).contains("held back: the receiving lines"))
    var totals = PlanTotals()
    totals.add(plan)
    #expect(totals.heldBack == 1 && totals.heldValue == proposal.value)
  }

  @Test func `the EOQ of the explanation is what its formula gives`() throws {
    let acme = SupplyOption(
      origin: .supplier("Acme"), unitCost: 10,
      breaks: [PriceBreak(from: 100, unitCost: 6), PriceBreak(from: 300, unitCost: 5)])
    for lifecycle in Lifecycle.allCases {
      for (rate, options) in [(0.25, [acme]), (0.25, []), (0, []), (0.9, [acme])] {
        var today = single(Stock(onHand: 3), rate: 5)
        today.item.lifecycle = lifecycle
        today.settings.holdingRate = rate
        today.places[0].options = options
        let plan = try today.plan()
        let lines = plan.plans[0].explanation(sku: plan.sku, location: plan.locations[0]).lines
        let words = lines.first { $0.label == "EOQ" }?.formula.split { "( )".contains($0) } ?? []
        guard words.first == "sqrt" else { continue }
        let terms = words.compactMap { Double($0) }
        try #require(terms.count == 4, "\(words)")
        let lot = (terms[0] * terms[1] * terms[2] / terms[3]).squareRoot()
        #expect(near(lines.first { $0.label == "EOQ" }?.result ?? 0, lot), "\(words)")
      }
    }
  }

  @Test func `the explanation shows the arithmetic`() throws {
    let plan = try single(Stock(onHand: 3)).plan()
    let text = plan.plans[0].explanation(sku: plan.sku, location: plan.locations[0]).text
    #expect(text.contains("sqrt(2 x 730 x 4 / 2.5)"))
    #expect(text.contains("on hand 3 - reserved 0 + on order 0 + in transit 0"))
    #expect(text.contains("stock-out"))
  }
}
