/// What pairs take of the limits whatever the prices: with safety stocks, and with the smallest and
/// the largest lots.
public struct BlockExtremes: Equatable, Sendable {
  /// Space and cash of the safety stocks.
  public var safetyVolume = 0.0, safetyCash = 0.0
  /// Volume, cash and orders a year of the smallest lots: the least space and cash, in full lots.
  public var leastVolume = 0.0, leastCash = 0.0, mostOrders = 0.0
  /// Orders a year of the largest lots: the fewest.
  public var leastOrders = 0.0
  /// The least space and cash of coupled pairs, safety stocks included, in the limits' units: each
  /// pair's own least, which no lots of all reach together.
  public var coupledSpace = 0.0, coupledCash = 0.0
  /// What the dearer of both costs: no plan costs more, because cost is convex in the lot. Of coupled
  /// pairs, more than any choice costs.
  public var mostCost = 0.0

  /// Nothing.
  public init() {}

  mutating func add(_ pair: Pair) {
    safetyVolume += pair.volume * pair.safetyStock
    safetyCash += pair.unitCost * pair.safetyStock
    leastVolume += pair.volume * pair.smallestLot
    leastCash += pair.unitCost * pair.smallestLot
    mostOrders += pair.demand / pair.smallestLot
    leastOrders += pair.demand / pair.largestLot
    mostCost += max(pair.cost(pair.smallestLot), pair.cost(pair.largestLot))
  }

  /// Adds those of others. To be done in the order of blocks and shards.
  public static func += (sum: inout BlockExtremes, other: BlockExtremes) {
    sum.safetyVolume += other.safetyVolume
    sum.safetyCash += other.safetyCash
    sum.leastVolume += other.leastVolume
    sum.leastCash += other.leastCash
    sum.mostOrders += other.mostOrders
    sum.leastOrders += other.leastOrders
    sum.coupledSpace += other.coupledSpace
    sum.coupledCash += other.coupledCash
    sum.mostCost += other.mostCost
  }
}

extension Pair {
  /// What a year of ordering and holding costs with this lot (Harris 1913). Safety stock is held at
  /// a cost that no lot changes and that is left out.
  public func cost(_ lot: Double) -> Double { orderCost * demand / lot + holdingCost * lot / 2 }
}
