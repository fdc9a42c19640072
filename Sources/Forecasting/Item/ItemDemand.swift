public import Demand

/// What is known of a SKU when its models are fitted.
public struct ItemDemand: Equatable, Sendable {
  /// Which SKU; its digest is the seed of whatever is random in its fit.
  public var sku: SKU
  /// What sold where.
  public var demand: [LocationDemand]
  /// Its category; empty where there is none.
  public var category: String
  /// Holidays and promotions that concern it, past and to come.
  public var events: [Event]

  /// Joins the four.
  public init(
    sku: SKU, demand: [LocationDemand], category: String = "", events: [Event] = []
  ) {
    self.sku = sku
    self.demand = demand
    self.category = category
    self.events = events
  }
}
