/// A price list in which units beyond a break cost less, and those before it what they did.
public struct IncrementalDiscount: Equatable, Sendable {
  /// The lines, by ascending `from`.
  public let breaks: [AllUnitsDiscount.Break]

  /// Takes the lines in any order.
  public init(_ breaks: [AllUnitsDiscount.Break]) {
    self.breaks = breaks.sorted { $0.from < $1.from }
  }

  /// What an order of so many units costs to buy.
  public func purchase(of lot: Double) -> Double {
    var paid = 0.0
    for (index, line) in breaks.enumerated() where lot > line.from {
      let end = index + 1 < breaks.count ? breaks[index + 1].from : .infinity
      paid += line.unitCost * (min(lot, end) - max(0, line.from))
    }
    return paid
  }

  /// The lot that costs least in a year, purchases included, or nothing when the list is empty.
  /// Units are held at what they cost on average.
  ///
  /// Within a range the dearer units below it are a fixed cost of the order: with F their excess, a
  /// year costs `c D + (K + F) D / Q + i (c Q + F) / 2`, and the best lot is
  /// `sqrt(2 (K + F) D / (i c))` (Snyder and Shen, 3.4.2). The best of all lies within its range.
  public func bestLot(
    annualDemand: Double, orderCost: Double, holdingRate: Double
  ) -> (lot: Double, unitCost: Double, cost: Double)? {
    var best: (lot: Double, unitCost: Double, cost: Double)?
    for (index, line) in breaks.enumerated() {
      let excess = purchase(of: line.from) - line.unitCost * max(0, line.from)
      let economics = EOQ(
        annualDemand: annualDemand, orderCost: orderCost + excess,
        holdingCost: holdingRate * line.unitCost)
      let end = index + 1 < breaks.count ? breaks[index + 1].from : .infinity
      let lot = min(max(economics.lot, line.from), end)
      guard lot > 0, lot < .infinity else { continue }
      let cost =
        line.unitCost * annualDemand + economics.cost(lot: lot) + holdingRate * excess / 2
      if cost < best?.cost ?? .infinity { best = (lot, purchase(of: lot) / lot, cost) }
    }
    return best
  }
}
