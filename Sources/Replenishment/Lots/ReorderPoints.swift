public import Allocation

/// Reorder points of a service that depends on the lot, and lots that depend on the reorder point:
/// demand of the lead time as a curve.
public enum ReorderPoints {
  /// The least reorder point at which the share `fillRate` of demand is met from stock with lots
  /// of this size: a cycle is short of at most `(1 - fillRate) lot` units (Nahmias and Olsen,
  /// "Production and Operations Analysis", 5.5).
  public static func fillRate(
    _ fillRate: Double, lot: Double, _ curve: ServiceCurve
  ) -> Double {
    let allowed = max(0, 1 - fillRate) * Bounds.amount(lot)
    if curve.shortage(above: 0) <= allowed { return 0 }
    var (low, high) = (0.0, max(curve.mean, curve.quantiles.last ?? 0, Bounds.step))
    while curve.shortage(above: high) > allowed, high < Bounds.stockedUnits { high *= 2 }
    var point = min(max(curve.mean, low), high)
    // Shortage falls and is convex: Newton's steps, halving where they leave the bracket.
    for _ in 0..<200 {
      let excess = curve.shortage(above: point) - allowed
      if excess > 0 { low = point } else { high = point }
      let slope = 1 - curve.probability(atMost: point)
      let newton = slope > 0 ? point + excess / slope : .infinity
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if abs(next - point) <= 1e-13 * max(1, high) { break }
      point = next
    }
    return point
  }

  /// Lot and reorder point that cost least together when a missing unit costs `stockoutCost`: with
  /// n(r) the units missing in a cycle, `Q = sqrt(2 D (K + p n(r)) / h)` and
  /// `1 - F(r) = Q h / (p D)` in turn until neither moves, the approximation by the expected
  /// inventory level (Hadley and Whitin 1963; Snyder and Shen, 5.2).
  public static func leastCost(
    annualDemand: Double, orderCost: Double, holdingCost: Double, stockoutCost: Double,
    _ curve: ServiceCurve
  ) -> (reorderPoint: Double, lot: Double, cost: Double) {
    let economics = EOQ(
      annualDemand: annualDemand, orderCost: orderCost, holdingCost: holdingCost)
    let (demand, holding) = (economics.annualDemand, economics.holdingCost)
    let penalty = Bounds.amount(stockoutCost, limit: Bounds.money)
    var (lot, point, missing) = (economics.lot, 0.0, 0.0)
    for _ in 0..<500 {
      let beyond = lot * holding / (penalty * demand)
      // A lot this large is cheaper than any safety stock: stock may run out in every cycle.
      point = beyond < 1 ? curve.quantile(level: 1 - beyond) : 0
      missing = curve.shortage(above: point)
      let next = EOQ(
        annualDemand: demand, orderCost: economics.orderCost + penalty * missing,
        holdingCost: holding
      ).lot
      if abs(next - lot) <= 1e-14 * next { break }
      lot = next
    }
    let year = EOQ(
      annualDemand: demand, orderCost: economics.orderCost + penalty * missing,
      holdingCost: holding)
    let cost = lot > 0 ? year.cost(lot: lot) + holding * (point - curve.mean) : 0
    return (point, lot, cost)
  }
}
