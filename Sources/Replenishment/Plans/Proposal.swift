public import Demand

/// A purchase that a planner may release.
public struct Proposal: Equatable, Sendable {
  /// Units to order.
  public internal(set) var quantity: Double
  /// The day to order on: the day whose close the stock was counted at.
  public internal(set) var orderDay: Day
  /// The day by whose close the order is received.
  public internal(set) var arrivalDay: Day
  /// What there was when this was proposed: on hand less reserved plus on order.
  public internal(set) var position: Double
  /// What the goods cost.
  public internal(set) var value: Double
  /// What the goods and placing the order cost.
  public internal(set) var cost: Double
}
