/// A plan whose lots are packs: those that are best at the prices, but for some.
public struct PackPlan: Equatable, Sendable {
  /// The prices.
  public let prices: Prices
  /// The lots that are others, by place.
  public let changes: [PairPlace: Double]
  /// What it costs a year.
  public let cost: Double
  /// Whether it keeps all limits.
  public let isFeasible: Bool
  /// No plan of packs costs less.
  public let bound: Double
  /// Passes over the pairs: for prices, and for moves.
  public let passes: Int, rounds: Int

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
      prices: plan.prices, changes: [:], cost: plan.cost, isFeasible: plan.cost < .infinity,
      bound: plan.bound, passes: plan.passes, rounds: 0)
  }
}
