public import Demand

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
