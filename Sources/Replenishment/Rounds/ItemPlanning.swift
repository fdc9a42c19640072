import Allocation
public import Demand

/// Plans SKUs one by one under what pricing came to: the same for a unit of a run, a question of
/// today's limits and a plan without a cluster.
public struct ItemPlanning: Sendable {
  /// What pricing came to, or has come to so far.
  public private(set) var plan: PricedPlan
  /// Lots that were moved by packs.
  private var moved: [SKU: [Location: Double]] = [:]

  /// What all SKUs share.
  public private(set) var context: PlanContext
  private let scenario: Scenario?
  private var today: TodayPlanner
  private let places: [Location: Int]

  /// Makes what all SKUs need ready. The document is the real one: a scenario is applied here.
  public init(
    asOf: Day, settings: PolicySettings, document: PlanningDocument, scenario: Scenario? = nil
  ) {
    var settings = settings.clamped()
    if let scenario { settings.leadTimeDays = scenario.leadTime(of: settings.leadTimeDays) }
    let document = scenario?.applied(to: document) ?? document
    self.scenario = scenario
    context = PlanContext(asOf: asOf, settings: settings, document: document)
    today = TodayPlanner(context)
    plan = PricedPlan(context, scenario: scenario?.name ?? "")
    places = Dictionary(
      plan.warehouses.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The same under what pricing came to.
  public func under(_ plan: PricedPlan, moved: [MovedLot]) -> ItemPlanning {
    var planning = self
    planning.context.classBounds = plan.classBounds
    planning.today = TodayPlanner(planning.context)
    planning.plan = plan
    planning.moved = [:]
    for lot in moved { planning.moved[lot.sku, default: [:]][lot.location] = lot.lot }
    return planning
  }

  /// The place of a location in prices: the last one for those that are no warehouse.
  func place(of location: Location) -> Int { places[location] ?? plan.warehouses.count }

  /// How a SKU is to be kept, before prices.
  func policies(of known: ItemCase) -> ItemPolicies { ItemPolicies(whatIf(known), context) }

  /// What a year's demand of a SKU costs to buy.
  func annualValue(of known: ItemCase) -> Double {
    ItemPolicies.annualValue(whatIf(known), context)
  }

  /// The plan of a SKU.
  public func plan(for known: ItemCase) -> ItemPlan {
    let known = whatIf(known)
    let kept = ItemPolicies(known, context)
    var planned = today.plan(
      known, kept, policies: priced(kept, of: known.sku), release: plan.release)
    for limit in plan.unkept {
      guard let need = limit.worst.first(where: { $0.sku == known.sku }) else { continue }
      planned.name(limit, needed: need.needed, warehouses: plan.warehouses)
    }
    return planned
  }

  /// Counts what a SKU has and would release today.
  func count(_ known: ItemCase, into tally: inout ReleaseTally) {
    let known = whatIf(known)
    let kept = ItemPolicies(known, context)
    today.count(known, kept, policies: priced(kept, of: known.sku), into: &tally)
  }

  private func whatIf(_ known: ItemCase) -> ItemCase {
    scenario?.applied(to: known, asOf: context.asOf) ?? known
  }

  private func priced(_ kept: ItemPolicies, of sku: SKU) -> [StockPolicy] {
    kept.priced(plan.prices, warehouse: place(of:), moved: moved[sku] ?? [:])
  }
}

extension ItemPlan {
  /// Names a limit of which this SKU needs among the most, where it is: cash at the first location.
  fileprivate mutating func name(
    _ unkept: UnkeptLimit, needed: Double, warehouses: [Location]
  ) {
    let (limit, place): (SharedLimit, Int?) =
      switch unkept.limit {
      case .space(warehouse: let warehouse): (SharedLimit.space, warehouse)
      case .lines(warehouse: let warehouse): (.lines, warehouse)
      case .cash: (.cash, nil)
      }
    let index = place.flatMap { place in
      warehouses.indices.contains(place) ? locations.firstIndex(of: warehouses[place]) : nil
    }
    guard let index = index ?? (place == nil ? plans.indices.first : nil) else { return }
    let value = plans[index].policy.expectedStock * plans[index].policy.unitCost
    plans[index].add(infeasible: limit, needed: needed, value: value)
  }
}
