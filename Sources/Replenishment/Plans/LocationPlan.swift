public import Demand

/// What one SKU at one location is planned by.
public struct PlanningCase: Sendable {
  /// What is sold.
  public var sku: SKU
  /// Where it is kept.
  public var location: Location
  /// The demand to come, from the day after the plan's `asOf` day.
  public var forecast: Forecast
  /// What is known of the item; without it the settings' defaults stand in.
  public var item: Item?
  /// What there is at the close of the plan's `asOf` day; without it nothing is proposed.
  public var stock: Stock?
  /// What a cubic metre costs a year at the location.
  public var storageCostPerCubicMetreYear: Double

  /// Makes a case.
  public init(
    sku: SKU, location: Location, forecast: Forecast, item: Item? = nil, stock: Stock? = nil,
    storageCostPerCubicMetreYear: Double = 0
  ) {
    self.sku = sku
    self.location = location
    self.forecast = forecast
    self.item = item
    self.stock = stock
    self.storageCostPerCubicMetreYear = storageCostPerCubicMetreYear
  }
}

/// The plan of one SKU at one location: how to keep it, what to order and to move there today, and
/// what to look at.
public struct LocationPlan: Equatable, Sendable {
  /// How the SKU is kept.
  public internal(set) var policy: StockPolicy
  /// The stock that the plan counted on, with impossible figures brought back to their bounds.
  public internal(set) var stock: Stock?
  /// What to order today.
  public internal(set) var proposals: [Proposal] = []
  /// What to move here today.
  public internal(set) var transfers: [Transfer] = []
  /// Units that transfers to other locations take from here.
  public internal(set) var leaving = 0.0
  /// What needs a planner's eye, the most at risk first.
  public internal(set) var exceptions: [PlanException] = []

  init(policy: StockPolicy, stock: Stock? = nil) {
    self.policy = policy
    self.stock = stock
  }
}

/// The plan of one SKU at all its locations.
public struct ItemPlan: Equatable, Sendable {
  /// What is sold.
  public internal(set) var sku: SKU
  /// Its locations, in the order of the case.
  public internal(set) var locations: [Location]
  /// The plan of each location.
  public internal(set) var plans: [LocationPlan]
}
