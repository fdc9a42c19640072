public import Demand

/// A purchase that a planner may release.
public struct Proposal: Equatable, Sendable {
  /// Units to order.
  public internal(set) var quantity: Double
  /// The day to order on: the day whose close the stock was counted at.
  public internal(set) var orderDay: Day
  /// The day by whose close the order is received.
  public internal(set) var arrivalDay: Day
  /// What there was when this was proposed: on hand less reserved plus what is coming, transfers
  /// that are proposed beside it included.
  public internal(set) var position: Double
  /// What the goods cost.
  public internal(set) var value: Double
  /// What the goods and placing the order cost.
  public internal(set) var cost: Double
  /// What would be ordered if nothing cut it.
  public internal(set) var wanted: Double
  /// What cut it.
  public internal(set) var cut: ProposalCut?
  /// Its number and its history.
  public internal(set) var identity: ProposalIdentity
  /// What is lost on average if it waits until the next review.
  public internal(set) var benefit = 0.0
  /// The limit of today that holds it back; nothing where it may be released.
  public internal(set) var heldBy: TodayLimit?

  /// Whether it may be released today.
  public var isReleasable: Bool { heldBy == nil }
  /// What a unit of it costs, at the price breaks that this order reaches.
  public var unitCost: Double { quantity > 0 ? value / quantity : 0 }
}

/// What makes a purchase smaller than it was wanted.
public enum ProposalCut: UInt8, CaseIterable, Sendable {
  /// The supplier's largest order.
  case maximumOrder = 0
  /// What the supplier has, shared with other locations.
  case supply = 1
  /// What sells before it spoils.
  case shelfLife = 2

  /// The name in exports.
  public var name: String {
    switch self {
    case .maximumOrder: "maximum-order"
    case .supply: "supply"
    case .shelfLife: "shelf-life"
    }
  }
}

/// How a proposal is known from one plan to the next.
public struct ProposalIdentity: Equatable, Sendable {
  /// The same for the same SKU, way, first day and what is incoming then, wherever it is worked
  /// out.
  public internal(set) var number: UInt64
  /// The day on which it was proposed for the first time.
  public internal(set) var firstProposed: Day
  /// Whether the plan before this one did not propose it.
  public internal(set) var isNew: Bool
}

/// A limit on what may be released today.
public enum TodayLimit: UInt8, CaseIterable, Sendable {
  /// The lines that the warehouse can receive on the day of arrival.
  case slots = 0
  /// The space of the warehouse on the day of arrival and after it.
  case space = 1
  /// The cash that may be tied up in stock.
  case cash = 2
  /// What may be ordered for today.
  case cashToday = 3

  /// The name in exports.
  public var name: String {
    switch self {
    case .slots: "receiving-lines"
    case .space: "space"
    case .cash: "cash"
    case .cashToday: "cash-today"
    }
  }
}
