import Demand

/// The spread of a distribution of which some quantiles are known.
enum QuantileSpread {
  private static let levels = Quantiles.levels
  /// What each quantile stands for: half the way to its neighbours, to the end for the outer ones.
  private static let shares = levels.indices.map { index in
    let below = index > 0 ? (levels[index - 1] + levels[index]) / 2 : 0
    let above = index + 1 < levels.count ? (levels[index] + levels[index + 1]) / 2 : 1
    return above - below
  }

  static func variance(of quantiles: [Double], about center: Double) -> Double {
    zip(quantiles, shares).reduce(0) { sum, entry in
      let distance = max(0, entry.0) - center
      return sum + entry.1 * distance * distance
    }
  }
}
