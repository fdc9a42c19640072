public import Demand

/// Turns a forecast, an item and its stock into a policy, a proposal and exceptions.
///
/// The day's order: sales of `asOf` are in, stock is counted, orders are placed; an order with a
/// lead time of L days is received by the close of `asOf + L`, so the demand of the L days between
/// must come from what there is.
public enum Planner {
  /// The plan of one case. Whatever the input, every figure of the answer is finite.
  public static func plan(
    _ case: PlanningCase, settings: PolicySettings, asOf: Day
  ) -> LocationPlan {
    let item = `case`.item
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(
        location: `case`.location,
        storageCostPerCubicMetreYear: `case`.storageCostPerCubicMetreYear)
    ])
    let whole = ItemCase(
      sku: `case`.sku, item: item,
      locations: [LocationCase(location: `case`.location, forecast: `case`.forecast)])
    let kept = ItemPolicies(
      whole, PlanContext(asOf: asOf, settings: settings, document: document))
    let demand = LeadTimeDemand(`case`.forecast)
    var faults = kept.faults[0]
    var policy = kept.policies[0]
    guard let given = `case`.stock else {
      policy.basis.insert(.noStock)
      var plan = LocationPlan(policy: policy)
      plan.add(forcedCover(policy))
      // Gaps in the item matter once it is ordered; an impossible value is wrong in any case.
      plan.add(fault(faults.intersection(.impossibleItemValue), of: plan))
      return plan
    }
    let stock = counted(given, faults: &faults)
    var plan = LocationPlan(policy: policy, stock: stock)
    if let proposal = purchase(policy, position: stock.position, asOf: asOf) {
      plan.proposals.append(proposal)
    }
    let price = item?.price.map { Bounds.amount($0, limit: Bounds.money) } ?? policy.unitCost
    plan.add(
      stockOut(policy, demand, position: stock.position, price: price, asOf: asOf))
    plan.add(overstock(policy, demand, position: stock.position))
    plan.add(forcedCover(policy))
    plan.add(fault(faults, of: plan))
    return plan
  }

  /// The purchase that lifts the position above the reorder point in whole lots, when one is due.
  private static func purchase(_ policy: StockPolicy, position: Double, asOf: Day) -> Proposal? {
    guard policy.lot > 0, position <= policy.reorderPoint else { return nil }
    let lots = ((policy.reorderPoint - position) / policy.lot).rounded(.down) + 1
    var quantity = lots * policy.lot
    // Division may round up to a whole number of lots that do not quite reach.
    if position + quantity <= policy.reorderPoint { quantity += policy.lot }
    let value = quantity * policy.unitCost
    return Proposal(
      quantity: quantity, orderDay: asOf, arrivalDay: day(asOf, plus: policy.leadTimeDays),
      position: position, value: value, cost: value + policy.orderCost)
  }

  /// Demand before an order placed now can arrive that what there is does not meet.
  private static func stockOut(
    _ policy: StockPolicy, _ demand: LeadTimeDemand, position: Double, price: Double, asOf: Day
  ) -> PlanException? {
    let missing = demand.mean(days: policy.leadTimeDays) - position
    guard missing > Bounds.slack(position) else { return nil }
    let first = demand.firstDay(sellingMoreThan: position, within: policy.leadTimeDays) ?? 1
    return .stockOut(
      position: position, day: day(asOf, plus: first), units: missing, value: missing * price)
  }

  /// Stock beyond the longest cover. What the policy itself would order is never too much: it
  /// carries the flag `longLot` instead of an exception on the day it arrives.
  private static func overstock(
    _ policy: StockPolicy, _ demand: LeadTimeDemand, position: Double
  ) -> PlanException? {
    let allowed = demand.mean(days: policy.maximumCoverDays)
    let threshold = max(allowed, policy.reorderPoint + policy.lot)
    guard position > threshold + Bounds.slack(threshold) else { return nil }
    let excess = position - allowed
    return .overstock(
      position: position, coverDays: demand.daysCovered(by: position), units: excess,
      value: excess * policy.unitCost)
  }

  /// A minimum or a pack that makes the lot last longer than stock should.
  private static func forcedCover(_ policy: StockPolicy) -> PlanException? {
    let smallest = policy.smallestOrder
    let free = max(policy.economicLot, policy.unit)
    guard policy.basis.contains(.longLot), policy.lot == smallest, smallest > free else {
      return nil
    }
    let excess = policy.lot - free
    return .minimumForcesCover(
      coverDays: policy.lotDays, units: excess, value: excess * policy.unitCost)
  }

  private static func fault(_ faults: DataFaults, of plan: LocationPlan) -> PlanException? {
    guard !faults.isEmpty else { return nil }
    return .dataFault(faults, value: plan.proposals.reduce(0) { $0 + $1.value })
  }

  /// The stock as it counts: what is negative or no number is 0.
  private static func counted(_ stock: Stock, faults: inout DataFaults) -> Stock {
    func figure(_ value: Double, limit: Double, _ negative: DataFaults) -> Double {
      if value < 0 {
        faults.insert(negative)
      } else if !(value <= limit) {
        faults.insert(.impossibleStock)
      }
      return Bounds.amount(value, limit: limit)
    }
    return Stock(
      onHand: figure(stock.onHand, limit: Bounds.stockedUnits, .negativeOnHand),
      reserved: figure(stock.reserved, limit: Bounds.units, .negativeReserved),
      onOrder: figure(stock.onOrder, limit: Bounds.stockedUnits, .negativeOnOrder))
  }

  private static func day(_ day: Day, plus days: Int) -> Day {
    Day(number: Int32(clamping: Int(day.number) + days))
  }
}

extension LocationPlan {
  fileprivate mutating func add(_ exception: PlanException?) {
    if let exception { exceptions.append(exception) }
  }
}
