public import Allocation
public import Demand

/// What pricing came to: everything beside a SKU's own data that its plan follows from, the same
/// for all units of a run, and what is to be said about it.
public struct PricedPlan: Equatable, Sendable {
  /// The warehouses in the order of the document; prices have one more place, for all others.
  public internal(set) var warehouses: [Location]
  /// From which value of a year's demand on a SKU is of class A, and of class B, where they count.
  public internal(set) var classBounds: ClassBounds?
  /// What shared limits cost; nothing where there are none.
  public internal(set) var prices: Prices?
  /// The scenario that it was made under; empty for the real one.
  public internal(set) var scenario: String
  /// The limits as they are given, and the share of a lot that space is kept for.
  public internal(set) var limits: Limits
  /// How good it is.
  public internal(set) var certificate = Certificate()
  /// Limits that could not be kept.
  public internal(set) var unkept: [UnkeptLimit] = []
  /// What limits of the day hold back; nothing where they hold back nothing.
  public internal(set) var release: ReleaseThresholds?

  /// Before anything was asked.
  init(_ context: PlanContext, scenario: String) {
    warehouses = context.document.warehouses.warehouses.map(\.location)
    self.scenario = scenario
    limits = Limits(context.document, kappa: context.settings.spaceShare)
  }
}

/// The proof that comes with the prices.
public struct Certificate: Equatable, Sendable {
  /// How the search ended.
  public enum Verdict: UInt8, CaseIterable, Sendable {
    /// Nothing is limited.
    case free = 0
    /// The lots keep all limits.
    case kept = 1
    /// Passes ran out: the lots exceed some limit by a little, and whether others would not is not
    /// known.
    case undecided = 2
  }

  /// How the search ended.
  public internal(set) var verdict = Verdict.free
  /// What the lots cost a year, and what no lots cost less than.
  public internal(set) var cost = 0.0, bound = 0.0
  /// Passes over the pairs for prices, and for moves of packs.
  public internal(set) var passes = 0, repairRounds = 0
  /// Lots that were moved by packs.
  public internal(set) var moved = 0

  /// By how much the plan may be too dear, as a share of the bound.
  public var gap: Double {
    verdict == .free ? 0 : max(0, cost - bound) / max(abs(bound), .leastNormalMagnitude)
  }
}

/// A limit that no lots keep, and what was planned with instead.
public struct UnkeptLimit: Equatable, Sendable {
  /// Which.
  public let limit: Limit
  /// What lots need at the least, alone or together with other limits, and what there is.
  public let needed: Double, available: Double
  /// Whether it breaks only together with others.
  public let isJoint: Bool
  /// The SKUs that need most of it.
  public internal(set) var worst: [Need] = []

  /// What a SKU needs.
  public struct Need: Equatable, Sendable {
    public let sku: SKU
    public let needed: Double
  }
}

/// A lot that was moved by packs after the prices.
public struct MovedLot: Equatable, Sendable {
  /// Whose.
  public let sku: SKU
  public let location: Location
  /// What it is now.
  public let lot: Double
}
