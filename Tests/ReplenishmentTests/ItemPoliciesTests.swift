import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

/// A SKU at one location, unless a test says more.
struct Kept {
  var item = Item(
    category: "toys", unitCost: 10, price: 16, volumeCubicMetres: 0.01, leadTimeDays: 11,
    orderCost: 4)
  var forecast = Records.poisson(rate: 2)
  var options: [SupplyOption] = []
  var settings = PolicySettings()
  var document = PlanningDocument()
  var classBounds: ClassBounds?
  var previous: LocationPlan?
  var locations = ["Lyon"]

  func policies() throws -> ItemPolicies {
    var context = PlanContext(asOf: asOf, settings: settings, document: document)
    context.classBounds = classBounds
    let places = try locations.map { name in
      LocationCase(
        location: try Location(name), forecast: forecast, options: options, previous: previous)
    }
    return ItemPolicies(ItemCase(sku: try SKU("A"), item: item, locations: places), context)
  }

  func policy() throws -> StockPolicy { try policies().policies[0] }

  mutating func rule(_ scope: String = "*", _ change: (inout PolicyRule) -> Void) throws {
    var rule = PolicyRule(scope: try PolicyScope(text: scope))
    change(&rule)
    document.rules.append(rule)
  }
}

@Suite struct ItemPoliciesTests {
  @Test func `a plain policy is the closed form of its parts`() throws {
    let policy = try Kept().policy()
    #expect(near(policy.annualDemand, 730) && policy.holdingCost == 2.5)
    #expect(near(policy.economicLot, (2 * 730 * 4 / 2.5).squareRoot()))
    #expect(policy.lot == 48 && policy.lotBeforePrices == 48)
    #expect(policy.serviceType == .cycle && policy.supplier == "")
    #expect(policy.stockoutCost == 6)
    #expect(policy.expectedFill > 0.99 && policy.expectedFill < 1)
  }

  @Test func `a lead time that varies raises the reorder point by its variance`() throws {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 20, deviation: 6)
    kept.options = [
      SupplyOption(origin: .supplier("acme"), leadTimeDays: 9, leadTimeDeviation: 3)
    ]
    let policy = try kept.policy()
    let deviation = (10.0 * 36 + 400 * 9).squareRoot()
    let exact = 200 + deviation * Oracles.normalQuantile(0.95)
    #expect(policy.reorderPoint == exact.rounded(.up))
    #expect(policy.supplier == "acme" && policy.leadTimeDeviation == 3)
  }

  @Test func `a fill rate is met with the lot that goes with it, on less stock than a cycle's`()
    throws
  {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 20, deviation: 15)
    kept.settings.serviceLevel = 0.98
    let cycle = try kept.policy()
    kept.settings.serviceType = .fill
    let fill = try kept.policy()
    #expect(fill.expectedFill >= 0.98 && fill.expectedFill < 0.99)
    #expect(fill.reorderPoint < cycle.reorderPoint)
    let curve = LeadTimeDemand(kept.forecast).curve(days: 12)
    let least = ReorderPoints.fillRate(0.98, lot: fill.lot, curve)
    #expect(fill.reorderPoint >= least - 1e-6 && fill.reorderPoint < least + 1)
  }

  @Test func `service at the cost of a missing unit is that of the closed form`() throws {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 20, deviation: 15)
    kept.settings.serviceType = .cost
    kept.item.orderMultiple = 0.001
    let policy = try kept.policy()
    let best = ReorderPoints.leastCost(
      annualDemand: policy.annualDemand, orderCost: 4, holdingCost: 2.5, stockoutCost: 6,
      LeadTimeDemand(kept.forecast).curve(days: 12))
    #expect(near(policy.lot, best.lot, 1e-4))
    #expect(near(policy.reorderPoint, best.reorderPoint, 1e-4))
  }

  @Test func `a missing unit costs its share of the price where the settings say one`() throws {
    var kept = Kept()
    kept.settings.stockoutShare = 0.5
    #expect(try kept.policy().stockoutCost == 8)
    try kept.rule { $0.stockoutCost = 3 }
    #expect(try kept.policy().stockoutCost == 3)
  }

  @Test func `with service as the objective, cash buys service where it does most`() throws {
    var kept = Kept()
    kept.settings.objective = .service
    let policies = try kept.policies()
    var prices = Prices(warehouseCount: 1)
    prices.cash = 0.25
    let (free, priced) = (policies.policies[0], policies.priced(prices) { _ in 0 }[0])
    #expect(free.serviceType == .cost && free.expectedFill > 0.99999)
    #expect(free.lotDays <= 180)
    #expect(priced.reorderPoint < free.reorderPoint && priced.lot < free.lot)
    #expect(priced.cashPrice == 2.5)
  }

  @Test func `rules bound the cover of a lot, fix it, or forbid it, and are named`() throws {
    var kept = Kept()
    try kept.rule("category=toys") { $0.maximumCoverDays = 10 }
    let capped = try kept.policy()
    #expect(capped.lot == 20 && capped.maximumCoverDays == 10)
    #expect(capped.rules == ["category=toys: cover at most 10 days"])
    try kept.rule("category=toys") { $0.maximumCoverDays = 90 }
    try kept.rule("category=toys") { $0.minimumCoverDays = 60 }
    #expect(try kept.policy().lot == 120)
    try kept.rule("sku=A") { $0.fixedLot = 7 }
    let fixed = try kept.policy()
    #expect(fixed.lot == 7 && fixed.rules.contains("sku=A: lot of 7"))
    try kept.rule("location=Lyon") { $0.doNotStock = true }
    let policies = try kept.policies()
    #expect(policies.policies[0].lot == 0 && policies.policies[0].reorderPoint == 0)
    #expect(policies.policies[0].basis.contains(.notOrdered))
    #expect(policies.problem(number: 1) { _ in 0 }.isEmpty)
  }

  @Test func `the supplier's minimum wins over the longest cover`() throws {
    var kept = Kept()
    try kept.rule { $0.maximumCoverDays = 10 }
    kept.item.minimumOrder = 50
    kept.item.orderMultiple = 12
    #expect(try kept.policy().lot == 60)
  }

  @Test func `a lot is sold, after the safety stock, while it keeps`() throws {
    var kept = Kept()
    kept.item.shelfLifeDays = 14
    let policy = try kept.policy()
    #expect(policy.basis.contains(.shelfLife))
    #expect(policy.lot > 0 && policy.lot + policy.safetyStock <= 28)
    #expect(policy.lot + policy.safetyStock > 26)
    kept.item.shelfLifeDays = 1_000
    #expect(try kept.policy().lot == 48)
  }

  @Test func `what is run down has no lot, and what is bought last is a newsvendor's`() throws {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 2, deviation: 1)
    kept.item.lifecycle = .runDown
    #expect(try kept.policy().basis.contains(.notOrdered))
    kept.item.lifecycle = .lastBuy
    let policy = try kept.policy()
    let level = 6 / (6 + 10 + 2.5 * 112 / 365)
    let wanted = LeadTimeDemand(kept.forecast).quantile(days: 112, level: level)
    #expect(policy.basis.contains(.lastBuy) && policy.lot == 0)
    #expect(policy.reorderPoint == wanted.rounded(.up))
  }

  @Test func `a year's demand stays while it changes by less than the hysteresis`() throws {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 2, deviation: 1)
    let before = try kept.policy()
    kept.previous = LocationPlan(policy: before)
    kept.forecast = Records.normal(rate: 2.09, deviation: 1)
    #expect(try kept.policy().annualDemand == before.annualDemand)
    #expect(try kept.policy().lot == before.lot)
    kept.forecast = Records.normal(rate: 2.11, deviation: 1)
    #expect(near(try kept.policy().annualDemand, 365 * 2.11))
  }

  @Test func `classes give the service level, and rules of a class win over it`() throws {
    var kept = Kept()
    kept.settings.usesClasses = true
    kept.classBounds = ClassBounds(a: 7_000, b: 1_000)
    let policy = try kept.policy()
    #expect(policy.valueClass == .a && policy.variabilityClass == .x)
    #expect(policy.serviceLevel == 0.98)
    kept.classBounds = ClassBounds(a: 70_000, b: 10_000)
    #expect(try kept.policy().serviceLevel == 0.9)
    kept.forecast = Records.poisson(rate: 0.1)
    #expect(try kept.policy().variabilityClass == .z)
    #expect(near(try kept.policy().serviceLevel, 0.87))
    try kept.rule("class=CZ") { $0.serviceLevel = 0.7 }
    #expect(try kept.policy().serviceLevel == 0.7)
  }

  @Test func `demand that changes from week to week is flagged, and level demand is not`() throws {
    var kept = Kept()
    #expect(try !kept.policy().isSeasonal)
    let level = Records.normal(rate: 2, deviation: 1)
    kept.forecast = Forecast(
      mean: (0..<112).map { $0 < 56 ? 1 : 9 }, quantiles: level.quantiles,
      cumulative: level.cumulative)
    #expect(try kept.policy().isSeasonal)
  }

  @Test func `an all-units break is taken where it pays`() throws {
    var kept = Kept()
    kept.item.orderMultiple = 0.001
    kept.options = [
      SupplyOption(
        origin: .supplier("acme"), unitCost: 0.75, leadTimeDays: 7, orderCost: 8,
        breaks: [PriceBreak(from: 400, unitCost: 0.72), PriceBreak(from: 800, unitCost: 0.68)])
    ]
    kept.settings.holdingRate = 0.3
    kept.forecast = Records.make(rate: 1300.0 / 365) { days, _ in
      1300.0 / 365 * Double(days)
    }
    let policy = try kept.policy()
    #expect(near(policy.lot, 800, 1e-9) && policy.unitCost == 0.68)
    #expect(near(policy.holdingCost, 0.3 * 0.68))
  }

  @Test func `locations of one supplier share what it has`() throws {
    var kept = Kept()
    kept.locations = ["A", "B", "C"]
    kept.options = [SupplyOption(origin: .supplier("acme"), available: 100)]
    let policies = try kept.policies()
    let problem = policies.problem(number: 3) { _ in 0 }
    #expect(problem.plain.isEmpty && problem.coupledPlaces == [[0, 1, 2]])
    let lots = policies.policies.map(\.lot)
    #expect(lots.reduce(0, +) <= 100 && lots.reduce(0, +) >= 98)
  }

  @Test func `a moved lot is the policy's, and says so`() throws {
    let policies = try Kept().policies()
    let moved = policies.priced(nil, warehouse: { _ in 0 }, moved: [try Location("Lyon"): 40])[0]
    #expect(moved.lot == 40 && moved.isMoved && moved.lotBeforePrices == 48)
  }

  @Test func `planned backorders lower the reorder point by what may wait`() throws {
    var kept = Kept()
    kept.forecast = Records.normal(rate: 40, deviation: 6)
    let without = try kept.policy()
    try kept.rule { $0.backorderCost = 20 }
    let policy = try kept.policy()
    let waiting = policy.lot * 2.5 / 22.5
    #expect(policy.lot > without.lot)
    #expect(abs(policy.reorderPoint - (without.reorderPoint - waiting)) <= 1)
  }
}

@Suite struct DynamicOrderTests {
  /// Weeks of so many units a day, after the twelve days of lead time and review.
  func kept(_ rates: [Double]) -> Kept {
    var kept = Kept()
    let level = Records.normal(rate: 2, deviation: 1)
    let days =
      [Double](repeating: 2, count: 12) + rates.flatMap { [Double](repeating: $0, count: 7) }
    kept.forecast = Forecast(
      mean: (0..<112).map { $0 < days.count ? days[$0] : 0 }, quantiles: level.quantiles,
      cumulative: level.cumulative)
    kept.item.orderCost = 50
    return kept
  }

  @Test func `an order reaches over the weeks that it is cheapest to buy together`() throws {
    // Holding costs 2.50 a year: 0.048 a unit and week. A gap of ten weeks before 700 units is
    // dearer to bridge than an order.
    var kept = kept([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 100])
    let policy = try kept.policy()
    #expect(policy.isSeasonal)
    let demand = LeadTimeDemand(kept.forecast)
    let order = policy.dynamicOrder(demand, position: policy.reorderPoint)
    #expect(order == 15)
    // Free holding buys it all at once.
    kept.settings.holdingRate = 0
    #expect(try kept.policy().dynamicOrder(demand, position: policy.reorderPoint) == 715)
    #expect(policy.dynamicOrder(demand, position: policy.reorderPoint - 40) == 55)
  }

  @Test func `an order lifts the position above the reorder point whatever its bounds`() throws {
    for seed in UInt64(0)..<200 {
      var random = SplitMix64(seed: seed)
      var kept = kept((0..<14).map { _ in 20 * random.uniform() * random.uniform() })
      kept.item.orderMultiple = Double(1 + random.next() % 30)
      kept.item.minimumOrder = Double(random.next() % 50)
      let policy = try kept.policy()
      let position = policy.reorderPoint - Double(random.next() % 60)
      let order = policy.dynamicOrder(
        LeadTimeDemand(kept.forecast), position: position)
      #expect(position + order > policy.reorderPoint, "seed \(seed)")
      #expect(order >= policy.minimumOrder, "seed \(seed)")
      #expect(order.remainder(dividingBy: policy.orderMultiple) == 0, "seed \(seed)")
    }
  }
}
