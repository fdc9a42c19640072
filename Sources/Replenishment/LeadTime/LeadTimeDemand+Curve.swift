public import Allocation
import Demand

extension LeadTimeDemand {
  /// The distribution of the first `days` days' demand, where these days may be more or less by a
  /// standard deviation of `leadTimeDeviation`.
  public func curve(days: Int, leadTimeDeviation: Double = 0) -> ServiceCurve {
    let mean = mean(days: days)
    let spread = leadTimeSpread(days: days, deviation: leadTimeDeviation)
    var quantiles: [Double] = []
    quantiles.reserveCapacity(Quantiles.levels.count)
    for (level, score) in zip(Quantiles.levels, Self.scores) {
      let quantile = Self.widened(
        quantile(days: days, level: level), mean: mean, by: score * spread)
      quantiles.append(max(quantile, quantiles.last ?? 0))
    }
    return ServiceCurve(mean: mean, scores: Self.scores, quantiles: quantiles)
  }

  /// The demand of the first `days` days that is not exceeded with probability `level`, where the
  /// days themselves vary.
  ///
  /// Variances add: that of the demand of fixed days, and the square of a day's mean demand times
  /// the variance of the days (Silver, Pyke and Thomas, 7.10; Snyder and Shen, 4.3.3.1). Where
  /// demand is no normal variable, its excess over the mean stands for its deviation at that level.
  public func quantile(days: Int, level: Double, leadTimeDeviation: Double) -> Double {
    let fixed = quantile(days: days, level: level)
    let spread = leadTimeSpread(days: days, deviation: leadTimeDeviation)
    guard spread > 0 else { return fixed }
    return Self.widened(
      fixed, mean: mean(days: days), by: NormalDistribution.quantile(level) * spread)
  }

  private static let scores = Quantiles.levels.map(NormalDistribution.quantile)

  private func leadTimeSpread(days: Int, deviation: Double) -> Double {
    days > 0 ? mean(days: days) / Double(days) * deviation : 0
  }

  private static func widened(_ quantile: Double, mean: Double, by spread: Double) -> Double {
    guard spread != 0 else { return quantile }
    // Squares are added with their signs, so that quantiles still ascend where demand is skewed.
    let excess = quantile - mean
    let square = excess * abs(excess) + spread * abs(spread)
    return Bounds.amount(mean + (square < 0 ? -(-square).squareRoot() : square.squareRoot()))
  }
}
