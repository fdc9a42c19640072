/// A way in which a SKU comes to a location: a row of `suppliers.csv`, or of `distribution.csv`
/// where it comes from another warehouse. Absent values take the item's own, then the defaults.
public struct SupplyOption: Equatable, Sendable {
  /// Where it comes from.
  public var origin: SupplyOrigin
  /// What one unit costs to buy, or to move.
  public var unitCost: Double?
  /// Days from order to receipt.
  public var leadTimeDays: Double?
  /// The standard deviation of these days.
  public var leadTimeDeviation: Double?
  /// The smallest order, in units.
  public var minimumOrder: Double?
  /// Orders are whole multiples of this, in units.
  public var orderMultiple: Double?
  /// The largest order, in units.
  public var maximumOrder: Double?
  /// What placing one order costs.
  public var orderCost: Double?
  /// Lower costs of larger orders, ascending in size.
  public var breaks: [PriceBreak]
  /// Whether a break's cost is that of the units beyond it alone, rather than of all.
  public var isIncremental: Bool
  /// The most units that the origin can deliver of an order round, over all locations.
  public var available: Double?

  /// Makes an option of which nothing but the origin is known.
  public init(
    origin: SupplyOrigin, unitCost: Double? = nil, leadTimeDays: Double? = nil,
    leadTimeDeviation: Double? = nil, minimumOrder: Double? = nil, orderMultiple: Double? = nil,
    maximumOrder: Double? = nil, orderCost: Double? = nil, breaks: [PriceBreak] = [],
    isIncremental: Bool = false, available: Double? = nil
  ) {
    self.origin = origin
    self.unitCost = unitCost
    self.leadTimeDays = leadTimeDays
    self.leadTimeDeviation = leadTimeDeviation
    self.minimumOrder = minimumOrder
    self.orderMultiple = orderMultiple
    self.maximumOrder = maximumOrder
    self.orderCost = orderCost
    self.breaks = breaks
    self.isIncremental = isIncremental
    self.available = available
  }
}

/// Where a SKU comes from.
public enum SupplyOrigin: Hashable, Sendable {
  /// A supplier, by name.
  case supplier(String)
  /// Another warehouse.
  case warehouse(Location)
}

/// A lower cost of orders from a size on.
public struct PriceBreak: Equatable, Sendable {
  /// The smallest order that it counts for.
  public var from: Double
  /// What a unit costs then.
  public var unitCost: Double

  /// Makes a break.
  public init(from: Double, unitCost: Double) {
    self.from = from
    self.unitCost = unitCost
  }
}
