/// A pair whose subproblem is more than a square root: its unit cost falls with the lot, orders may
/// wait, or its safety stock depends on its lot.
public struct CoupledPair: Equatable, Sendable {
  /// The pair. Its holding and unit cost are those of the dearest unit; its safety stock counts
  /// where `service` is `fixed`. Unlike with a plain pair, holding it is part of the cost.
  public var pair: Pair
  /// What decides about the safety stock.
  public var service = Service.fixed
  /// Reorder points are multiples of it where `service` decides about them, the mean demand of the
  /// curve plus the safety stock; 0 where any will do.
  public var reorderUnit = 0.0
  /// Lower costs of larger lots, ascending in size.
  public var breaks: [Break] = []
  /// Whether a break's cost is that of the units beyond it alone.
  public var isIncremental = false
  /// The part of the holding cost that is a share of the unit cost: it falls with breaks.
  public var holdingRate = 0.0
  /// What a unit that waits for a year costs; nothing where none waits on purpose. For a `fixed`
  /// service, without incremental breaks.
  public var backorderCost: Double?

  /// Lower costs from a size on.
  public struct Break: Equatable, Sendable {
    /// The smallest lot with it.
    public var from: Double
    /// What a unit costs then.
    public var unitCost: Double

    /// Makes a break.
    public init(from: Double, unitCost: Double) {
      self.from = from
      self.unitCost = unitCost
    }
  }

  /// What decides about the safety stock.
  public enum Service: Equatable, Sendable {
    /// The pair's own, whatever the lot.
    case fixed
    /// The share of demand that is met: shortages of a cycle are at most (1 - target) lots.
    case fill(target: Double, curve: ServiceCurve)
    /// Whatever is cheapest at the cost of a missing unit.
    case cost(perUnit: Double, curve: ServiceCurve)
  }

  /// A pair that is no more than one, to begin with.
  public init(_ pair: Pair) { self.pair = pair }
}

/// The pairs of one SKU that are chosen together: each may be coupled in itself, and all share the
/// supply.
public struct CoupledItem: Equatable, Sendable {
  /// Its pairs.
  public var pairs: [CoupledPair]
  /// The most that the lots may be in sum.
  public var supply: Double?

  /// Makes an item.
  public init(pairs: [CoupledPair], supply: Double? = nil) {
    self.pairs = pairs
    self.supply = supply
  }
}

/// What becomes of a pair at given prices.
public struct ChosenLot: Equatable, Sendable {
  /// What is ordered at a time.
  public var lot: Double
  /// What lies there beside it, and the point at which to order.
  public var safetyStock: Double
  /// What a unit of that lot costs.
  public var unitCost: Double
  /// What ordering, holding lot and safety stock and, where they count, missing units, those that
  /// wait and purchases dearer than the cheapest cost a year, without prices.
  public var cost: Double
  /// Units that are let wait at most in a cycle.
  public var backordered = 0.0
  /// What a unit more of the item's supply is worth.
  public var supplyPrice = 0.0

  /// Makes one.
  public init(lot: Double, safetyStock: Double, unitCost: Double, cost: Double) {
    self.lot = lot
    self.safetyStock = safetyStock
    self.unitCost = unitCost
    self.cost = cost
  }
}
