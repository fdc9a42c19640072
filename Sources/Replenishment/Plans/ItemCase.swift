public import Demand

/// All that one SKU is planned by, at all its locations.
public struct ItemCase: Sendable {
  /// What is sold.
  public var sku: SKU
  /// What is known of it; without it the settings' defaults stand in.
  public var item: Item?
  /// Its locations, ascending.
  public var locations: [LocationCase]

  /// Makes a case.
  public init(sku: SKU, item: Item?, locations: [LocationCase]) {
    self.sku = sku
    self.item = item
    self.locations = locations
  }
}

/// A SKU at one of its locations.
public struct LocationCase: Sendable {
  /// Where it is kept.
  public var location: Location
  /// The demand to come, from the day after the plan's `asOf` day.
  public var forecast: Forecast
  /// What there is at the close of the plan's `asOf` day; without it nothing is proposed.
  public var stock: Stock?
  /// Ways in which it comes here, the SKU's own; lanes for all SKUs are in the document.
  public var options: [SupplyOption]
  /// What was planned before, for what is to stay as it was.
  public var previous: LocationPlan?

  /// Makes a case.
  public init(
    location: Location, forecast: Forecast, stock: Stock? = nil, options: [SupplyOption] = [],
    previous: LocationPlan? = nil
  ) {
    self.location = location
    self.forecast = forecast
    self.stock = stock
    self.options = options
    self.previous = previous
  }
}

/// What all SKUs of a plan share.
public struct PlanContext: Sendable {
  /// The day to stand on.
  public var asOf: Day
  /// The planner's settings.
  public var settings: PolicySettings
  /// Warehouses, rules, limits, lanes.
  public var document: PlanningDocument
  /// From which value of a year's demand on a SKU is of class A, and of class B; nothing where
  /// classes decide nothing.
  public var classBounds: (a: Double, b: Double)?
  /// A proposal stays as it was while what is needed differs by at most this share of it.
  public var hysteresis = 0.05
  /// How scarce supply is shared among locations.
  public var scarceSplit = ScarceSplit.benefit

  /// Makes a context.
  public init(asOf: Day, settings: PolicySettings, document: PlanningDocument) {
    self.asOf = asOf
    self.settings = settings
    self.document = document
  }
}
