public import Demand

/// A move of stock from one warehouse to another that a planner may release. It belongs to the plan
/// of where it goes.
public struct Transfer: Equatable, Sendable {
  /// Where it comes from.
  public internal(set) var origin: Location
  /// Units to move.
  public internal(set) var quantity: Double
  /// The day on which it leaves.
  public internal(set) var orderDay: Day
  /// The day by whose close it is received.
  public internal(set) var arrivalDay: Day
  /// What there was where it goes, and where it comes from.
  public internal(set) var position: Double, originPosition: Double
  /// Below this the origin is never taken.
  public internal(set) var originReorderPoint: Double
  /// What the goods cost once.
  public internal(set) var value: Double
  /// What moving them costs.
  public internal(set) var cost: Double
  /// Units that sell because this arrives before an order would, on average.
  public internal(set) var savedUnits: Double
  /// What it saves on the whole, its cost taken off: missing units, holding and ordering.
  public internal(set) var saving: Double
  /// Its number and its history.
  public internal(set) var identity: ProposalIdentity
  /// What is lost on average if it waits until the next review.
  public internal(set) var benefit = 0.0
  /// The limit of today that holds it back; nothing where it may be released.
  public internal(set) var heldBy: TodayLimit?

  /// Whether it may be released today.
  public var isReleasable: Bool { heldBy == nil }
}
