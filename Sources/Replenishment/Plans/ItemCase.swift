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
  public let settings: PolicySettings
  /// Warehouses, rules, limits, lanes.
  public let document: PlanningDocument
  /// From which value of a year's demand on a SKU is of class A, and of class B; nothing where
  /// classes decide nothing.
  public var classBounds: ClassBounds?
  /// Settings and document as they are looked up.
  let planning: PlanningIndex

  /// Whether classes by value decide anything: then `classBounds` has to be found first.
  public var usesValueClasses: Bool {
    settings.usesClasses || planning.rules.namesValueClasses
  }

  /// Makes a context.
  public init(asOf: Day, settings: PolicySettings, document: PlanningDocument) {
    self.asOf = asOf
    self.settings = settings
    self.document = document
    planning = PlanningIndex(settings: settings, document: document)
  }
}
