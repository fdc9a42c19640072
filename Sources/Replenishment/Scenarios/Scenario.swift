public import Demand

/// What if: changes to demand, warehouses, limits and lead times under which a plan is made beside
/// the real one.
public struct Scenario: Equatable, Sendable {
  /// Demand that is more or less than forecast.
  public struct DemandChange: Equatable, Sendable {
    /// Whose: everything that is not named counts.
    public var category: String?
    /// Of one location.
    public var location: Location?
    /// Of one SKU.
    public var sku: SKU?
    /// From which day on; from the first unless given.
    public var from: Day?
    /// To which day, with it; to the last unless given.
    public var to: Day?
    /// By which it is multiplied, 0 to 1,000.
    public var factor: Double

    /// Makes a change.
    public init(factor: Double) { self.factor = factor }
  }

  /// A closed warehouse: its demand goes to another one or is lost.
  public struct Closure: Equatable, Sendable {
    /// Which.
    public var location: Location
    /// Where its demand goes; lost where nothing is said.
    public var demandTo: Location?

    /// Closes a warehouse.
    public init(location: Location, demandTo: Location? = nil) {
      self.location = location
      self.demandTo = demandTo
    }
  }

  /// The largest factor.
  public static let largestFactor = 1_000.0
  /// The most changes.
  public static let changeLimit = 256

  /// What it is called in reports.
  public var name: String
  /// In their order; what several name is multiplied by all.
  public var demand: [DemandChange] = []
  /// Warehouses in which nothing is kept.
  public var closed: [Closure] = []
  /// By which cash is multiplied.
  public var cashFactor = 1.0
  /// By which the space of every warehouse is multiplied.
  public var spaceFactor = 1.0
  /// By which the receiving lines of every warehouse are multiplied.
  public var linesFactor = 1.0
  /// By which lead times are multiplied.
  public var leadTimeFactor = 1.0

  /// A scenario in which nothing is different.
  public init(name: String) { self.name = name }
}
