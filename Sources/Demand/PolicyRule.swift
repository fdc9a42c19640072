/// How well to serve, or what it costs not to.
public enum ServiceType: UInt8, Sendable, CaseIterable {
  /// The probability that no unit is missing in an order cycle.
  case cycle = 0
  /// The share of demand that is met from stock.
  case fill = 1
  /// Whatever costs least at the cost of a missing unit.
  case cost = 2

  /// The word in tables.
  public var name: String { "\(self)" }
}

/// Classes by the value of a year's demand: the first 80 % of it, the next 15 %, the last 5 %.
public enum ValueClass: UInt8, Sendable, CaseIterable, Comparable {
  case a = 0
  case b = 1
  case c = 2

  /// The letter in tables.
  public var letter: String { ["A", "B", "C"][Int(rawValue)] }

  /// A comes first.
  public static func < (left: ValueClass, right: ValueClass) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Classes by how much demand varies from week to week, as a share of its mean.
public enum VariabilityClass: UInt8, Sendable, CaseIterable {
  case x = 0
  case y = 1
  case z = 2

  /// The letter in tables.
  public var letter: String { ["X", "Y", "Z"][Int(rawValue)] }
}

/// What a rule is about: everything that fits all that it names.
///
/// Written `*`, or words joined by spaces: `sku=A-1`, `category=toys`, `location=north`,
/// `supplier=acme`, `class=AX` (or `A`, or `X`), `lifecycle=new`.
public struct PolicyScope: Hashable, Sendable {
  /// This SKU alone.
  public var sku: SKU?
  /// Items of a category.
  public var category: String?
  /// What is kept at a location.
  public var location: Location?
  /// What is bought from a supplier.
  public var supplier: String?
  /// SKUs whose demand is worth so much.
  public var valueClass: ValueClass?
  /// SKUs whose demand varies so much.
  public var variabilityClass: VariabilityClass?
  /// Items at a stage of their life.
  public var lifecycle: Lifecycle?

  /// Everything.
  public init() {}
}

/// A planner's rule: a row of `policy.csv`. What is absent is left to wider rules and, last, to the
/// settings; of two rules that say different things the one of the narrower scope wins, and of two
/// as narrow the later one.
public struct PolicyRule: Equatable, Sendable {
  /// What it is about.
  public var scope: PolicyScope
  /// How service is measured.
  public var serviceType: ServiceType?
  /// Its level: a probability, a share or, for `cost`, nothing.
  public var serviceLevel: Double?
  /// What holding costs a year, as a share of the unit cost.
  public var holdingRate: Double?
  /// What a missing unit costs.
  public var stockoutCost: Double?
  /// What a unit that waits for a year costs: orders may wait on purpose then.
  public var backorderCost: Double?
  /// A lot lasts at least so many days.
  public var minimumCoverDays: Double?
  /// A lot lasts at most so many days.
  public var maximumCoverDays: Double?
  /// Never stocked here: no lot, nothing is ordered.
  public var doNotStock: Bool?
  /// What is ordered at a time, whatever is best.
  public var fixedLot: Double?

  /// A rule that says nothing yet.
  public init(scope: PolicyScope) { self.scope = scope }
}
