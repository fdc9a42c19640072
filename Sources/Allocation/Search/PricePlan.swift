/// What a search came to: prices, whose lots are the plan, and the certificate.
public struct PricePlan: Equatable, Sendable {
  /// The prices whose lots keep all limits at `cost`; of the last pass while none do.
  public internal(set) var prices: Prices
  /// What these lots cost; infinite while no pass kept the limits.
  public internal(set) var cost = Double.infinity
  /// The prices of the best bound.
  public internal(set) var boundPrices: Prices
  /// No plan costs less.
  public internal(set) var bound = -Double.infinity
  /// Passes over the pairs.
  public internal(set) var passes = 0

  init(prices: Prices) {
    self.prices = prices
    boundPrices = prices
  }

  /// By how much the plan may be too dear, as a share of the bound.
  public var gap: Double {
    guard cost < .infinity, bound > -.infinity else { return .infinity }
    return cost <= bound ? 0 : (cost - bound) / max(abs(bound), .leastNormalMagnitude)
  }

  mutating func take(_ standing: Standing) {
    if standing.dual > bound { (bound, boundPrices) = (standing.dual, standing.prices) }
    if standing.isFeasible {
      if standing.cost < cost { (cost, prices) = (standing.cost, standing.prices) }
    } else if cost == .infinity {
      prices = standing.prices
    }
  }
}
