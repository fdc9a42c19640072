/// One line of sales: what was sold of a SKU at a location on a day.
public struct SalesRow: Equatable, Sendable {
  /// The most units that a row may carry, sold or returned; more is a fault in the data.
  public static let maximumUnits = 1e9

  /// What was sold.
  public var sku: SKU
  /// Where.
  public var location: Location
  /// When.
  public var day: Day
  /// How many: finite, at most `maximumUnits`; below 0 where they came back.
  public var units: Double
  /// The price of one, where it is known.
  public var price: Float?
  /// Whether a promotion ran.
  public var promotion: Bool
  /// Whether the shelf was empty for all or part of the day, so that more may have been wanted.
  public var outOfStock: Bool

  /// Makes a row.
  public init(
    sku: SKU, location: Location, day: Day, units: Double, price: Float? = nil,
    promotion: Bool = false, outOfStock: Bool = false
  ) {
    self.sku = sku
    self.location = location
    self.day = day
    self.units = units
    self.price = price
    self.promotion = promotion
    self.outOfStock = outOfStock
  }
}
