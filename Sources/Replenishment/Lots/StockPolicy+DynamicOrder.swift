extension StockPolicy {
  /// The most weeks that an order looks ahead. Beyond the forecast weeks sell as its last one.
  private static let mostWeeks = 52

  /// What to order now, at a position at or below the reorder point, where expected demand changes
  /// too much for lots of one size: the first of the lots that cost least over the weeks to come,
  /// at the prices of shared limits (Wagner and Whitin; `DynamicLots`).
  ///
  /// Each week's need is what is sold after the days that the reorder point covers, the first one's
  /// with what is missing to it. The order lifts the position above the reorder point, by whole
  /// packs and by at least the supplier's minimum.
  func dynamicOrder(_ demand: LeadTimeDemand, position: Double) -> Double {
    let weeks = min(Self.mostWeeks, max(1, maximumCoverDays / 7))
    let missing = max(0, reorderPoint - position) + unit
    var needs: [Double] = []
    needs.reserveCapacity(weeks)
    for week in 0..<weeks {
      let start = protectionDays + 7 * week
      needs.append(demand.mean(days: start + 7) - demand.mean(days: start))
    }
    needs[0] += missing
    let week = 7.0 / 365
    let plan = DynamicLots(
      orderCost: orderCost + linePrice,
      holdingCost: (holdingCost + spacePrice + cashPrice) * week, pack: orderMultiple
    ).plan(needs)
    let least = max(Bounds.roundedUp(missing / orderMultiple) * orderMultiple, smallestOrder)
    let order = max(plan.lots[0], least)
    // Rounding forgives what a large pack lacks, and that may be a unit.
    return position + order > reorderPoint ? order : order + orderMultiple
  }
}
