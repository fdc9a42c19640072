/// One line of sales: what was sold of a SKU at a location on a day.
public struct SalesRow: Equatable, Sendable {
  /// The most units that a row may carry; more is a fault in the data.
  public static let maximumUnits = 1e9

  /// What was sold.
  public var sku: SKU
  /// Where.
  public var location: Location
  /// When.
  public var day: Day
  /// How many: finite, not negative, at most `maximumUnits`.
  public var units: Double
  /// The price of one, where it is known.
  public var price: Float?
  /// Whether a promotion ran.
  public var promotion: Bool

  /// Makes a row.
  public init(
    sku: SKU, location: Location, day: Day, units: Double, price: Float? = nil,
    promotion: Bool = false
  ) {
    self.sku = sku
    self.location = location
    self.day = day
    self.units = units
    self.price = price
    self.promotion = promotion
  }
}
