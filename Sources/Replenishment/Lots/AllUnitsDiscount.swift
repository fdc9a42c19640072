/// A price list in which an order of at least `from` units costs `unitCost` for each of its units.
public struct AllUnitsDiscount: Equatable, Sendable {
  /// One line of the list.
  public struct Break: Equatable, Sendable {
    /// The smallest order at this price.
    public var from: Double
    /// The price of every unit of such an order.
    public var unitCost: Double

    /// Makes a line.
    public init(from: Double, unitCost: Double) {
      self.from = from
      self.unitCost = unitCost
    }
  }

  /// The lines, by ascending `from`.
  public let breaks: [Break]

  /// Takes the lines in any order.
  public init(_ breaks: [Break]) {
    self.breaks = breaks.sorted { $0.from < $1.from }
  }

  /// The lot that costs least in a year, purchases included, or nothing when the list is empty.
  ///
  /// At each price the best lot within its range is the free optimum, or the nearer end of the
  /// range; the cheapest of these is the answer (Snyder and Shen, 3.4).
  public func bestLot(
    annualDemand: Double, orderCost: Double, holdingRate: Double
  ) -> (lot: Double, unitCost: Double, cost: Double)? {
    var best: (lot: Double, unitCost: Double, cost: Double)?
    for (index, line) in breaks.enumerated() {
      let economics = EOQ(
        annualDemand: annualDemand, orderCost: orderCost, holdingCost: holdingRate * line.unitCost)
      let end = index + 1 < breaks.count ? breaks[index + 1].from : .infinity
      // A free optimum past the range belongs to a lower price, which does better there.
      guard economics.lot < end else { continue }
      let lot = max(economics.lot, line.from)
      guard lot > 0 else { continue }
      let cost = line.unitCost * annualDemand + economics.cost(lot: lot)
      if cost < best?.cost ?? .infinity { best = (lot, line.unitCost, cost) }
    }
    return best
  }
}
