import Demand

/// Which of its suppliers a SKU comes from: the one with whom a year costs least: purchases,
/// orders, stock on the shelf and the safety stock of the lead time together.
enum SupplyChoice {
  /// The cheapest terms and the rules that hold under them. Of equally cheap suppliers the first by
  /// name; one that has nothing to deliver is taken only where no other can.
  static func best(
    of options: [SupplyOption], item: Item?, demand: LeadTimeDemand, annualDemand: Double,
    settings: PolicySettings, storageCost: Double, rules: (String) -> ResolvedRules
  ) -> (terms: OrderTerms, rules: ResolvedRules) {
    var best: (terms: OrderTerms, rules: ResolvedRules)?
    var bestRank = (isEmpty: true, cost: Double.infinity, supplier: "")
    var suppliers = 0
    for option in options where option.isPurchase { suppliers += 1 }
    for option in options where option.isPurchase {
      let terms = OrderTerms(item, option: option, settings: settings)
      let rules = rules(terms.supplier)
      guard suppliers > 1 else { return (terms, rules) }
      let rate = rules.holdingRate ?? settings.holdingRate
      let cost = yearlyCost(
        terms, demand: demand, annualDemand: annualDemand,
        level: rules.serviceLevel ?? settings.serviceLevel, reviewDays: settings.reviewDays,
        holdingRate: rate, storageCost: storageCost * terms.volume)
      let rank = (terms.available == 0, cost, terms.supplier)
      if best == nil || isBefore(rank, bestRank) { (best, bestRank) = ((terms, rules), rank) }
    }
    return best ?? (OrderTerms(item, settings: settings), rules(""))
  }

  private typealias Rank = (isEmpty: Bool, cost: Double, supplier: String)

  private static func isBefore(_ left: Rank, _ right: Rank) -> Bool {
    if left.isEmpty != right.isEmpty { return right.isEmpty }
    if left.cost != right.cost { return left.cost < right.cost }
    return left.supplier.utf8.lexicographicallyPrecedes(right.supplier.utf8)
  }

  private static func yearlyCost(
    _ terms: OrderTerms, demand: LeadTimeDemand, annualDemand: Double, level: Double,
    reviewDays: Int, holdingRate: Double, storageCost: Double
  ) -> Double {
    let days = terms.leadTimeDays + reviewDays
    let reorder = demand.quantile(
      days: days, level: level, leadTimeDeviation: terms.leadTimeDeviation)
    let safety = max(0, reorder - demand.mean(days: days))
    let range = LotRange(
      pack: terms.orderMultiple, minimum: terms.minimumOrder, wish: 0,
      most: min(terms.maximumOrder, Bounds.units))
    /// What a year costs when a unit costs so much in lots of at least `from`, each of which costs
    /// `extra` beside.
    func cost(unitCost: Double, from: Double, extra: Double) -> Double {
      let holding = holdingRate * unitCost + storageCost
      let economics = EOQ(
        annualDemand: annualDemand, orderCost: terms.orderCost + extra, holdingCost: holding)
      let lot = economics.bestLot(
        minimum: max(range.smallest, from), maximum: range.largest, multiple: terms.orderMultiple)
      guard lot >= from, lot <= range.largest else { return .infinity }
      return unitCost * annualDemand + economics.cost(lot: lot) + holding * safety
    }
    var least = cost(unitCost: terms.unitCost, from: 0, extra: 0)
    var (extra, before) = (0.0, terms.unitCost)
    for line in terms.breaks {
      // What the dearer units below the break cost more is paid once an order.
      if terms.isIncremental { extra += (before - line.unitCost) * line.from }
      before = line.unitCost
      least = min(least, cost(unitCost: line.unitCost, from: line.from, extra: extra))
    }
    return least
  }
}

extension SupplyOption {
  /// Whether it is bought, rather than moved from another warehouse.
  fileprivate var isPurchase: Bool {
    if case .supplier = origin { true } else { false }
  }
}
