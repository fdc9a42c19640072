/// What all SKUs share beside their warehouses: a row each of `limits.csv`.
public struct PlanLimits: Equatable, Sendable {
  /// Cash tied up in stock.
  public var cash: Double?
  /// What may be ordered for today.
  public var cashToday: Double?

  /// No limits.
  public init() {}
}

/// A lane of `distribution.csv` that any SKU may take.
public struct Lane: Equatable, Sendable {
  /// The warehouse that gives.
  public var origin: Location
  /// The warehouse that gets.
  public var destination: Location
  /// Days on the way.
  public var leadTimeDays: Double
  /// What moving one unit costs.
  public var unitCost: Double

  /// Makes a lane.
  public init(origin: Location, destination: Location, leadTimeDays: Double, unitCost: Double) {
    self.origin = origin
    self.destination = destination
    self.leadTimeDays = leadTimeDays
    self.unitCost = unitCost
  }
}

/// What every worker holds whole to forecast and plan by: warehouses, planners' rules, limits,
/// lanes, events. One document with a version; each of its tables is taken in and replaced as a
/// whole.
public struct PlanningDocument: Equatable, Sendable {
  /// Places that hold stock.
  public var warehouses = WarehouseList()
  /// Planners' rules in the order of their file.
  public var rules: [PolicyRule] = []
  /// What all SKUs share beside their warehouses.
  public var limits = PlanLimits()
  /// Lanes that any SKU may take.
  public var lanes: [Lane] = []
  /// Holidays and promotions, past and to come, in the order of their file.
  public var events: [Event] = []

  /// Nothing.
  public init() {}
}
