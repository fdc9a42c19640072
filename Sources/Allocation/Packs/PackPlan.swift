/// A plan whose lots are packs: those that are best at the prices, but for some.
public struct PackPlan: Equatable, Sendable {
  /// The prices.
  public let prices: Prices
  /// The lots that are others, by place.
  public let changes: [PairPlace: Double]
  /// What it costs a year.
  public let cost: Double
  /// How it ended.
  public let ending: Ending
  /// No plan of packs costs less.
  public let bound: Double
  /// Passes over the pairs: for prices, and for moves.
  public let passes: Int, rounds: Int

  /// How a plan ended, and if it keeps no limits, why nothing better is known. Then it is undecided
  /// whether any lots keep them: no price says so, nor do the moves.
  public enum Ending: UInt8, Sendable {
    /// It keeps all limits.
    case kept
    /// No lot can be moved any more.
    case withoutMoves
    /// Rounds no longer lessened what is exceeded: most likely packs or smallest lots alone make it
    /// impossible.
    case stuck
    /// Rounds ran out while each still lessened it.
    case withoutRounds
  }

  /// Whether it keeps all limits.
  public var isFeasible: Bool { ending == .kept }

  /// By how much the plan may be too dear, as a share of the bound.
  public var gap: Double {
    guard isFeasible else { return .infinity }
    return max(0, cost - bound) / max(abs(bound), .leastNormalMagnitude)
  }
}

extension PackPlan {
  /// A plan that prices alone make.
  public init(_ plan: PricePlan) {
    self.init(
      prices: plan.prices, changes: [:], cost: plan.cost,
      ending: plan.cost < .infinity ? .kept : .withoutMoves,
      bound: plan.bound, passes: plan.passes, rounds: 0)
  }
}
