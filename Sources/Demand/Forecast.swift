/// A forecast of one series: a distribution per day and of the demand summed from the first day.
///
/// The point forecast is the mean: the median of intermittent demand is 0. Cumulative quantiles are
/// carried because a sum of daily quantiles is not a quantile of the sum.
public struct Forecast: Equatable, Sendable {
  /// The longest forecast, in days.
  public static let maximumHorizon = 1_024

  /// The expected demand of each day, never negative.
  public let mean: [Double]
  /// Daily quantiles, `mean.count` x `Quantiles.levels.count`, by day, ascending within a day.
  public let quantiles: [Double]
  /// Quantiles of the demand over days 1..t for each t of `Quantiles.spans(within: horizon)`,
  /// by span, ascending within a span.
  public let cumulative: [Double]

  /// Joins the three parts; their sizes must agree.
  public init(mean: [Double], quantiles: [Double], cumulative: [Double]) {
    let levels = Quantiles.levels.count
    precondition(quantiles.count == mean.count * levels, "daily quantiles: wrong size")
    precondition(
      cumulative.count == Quantiles.spans(within: mean.count).count * levels,
      "cumulative quantiles: wrong size")
    self.mean = mean
    self.quantiles = quantiles
    self.cumulative = cumulative
  }

  /// The forecast of what nobody asks for.
  public static func nothing(days: Int) -> Forecast {
    let levels = Quantiles.levels.count
    return Forecast(
      mean: Array(repeating: 0, count: days), quantiles: Array(repeating: 0, count: days * levels),
      cumulative: Array(repeating: 0, count: Quantiles.spans(within: days).count * levels))
  }

  /// The number of days.
  public var horizon: Int { mean.count }

  /// The quantile at `level` (an index into `Quantiles.levels`) of the demand of a day (0-based).
  public func quantile(day: Int, level: Int) -> Double {
    quantiles[day * Quantiles.levels.count + level]
  }

  /// The expected demand over the first `days` days. Days past the horizon sell as its last week.
  public func meanDemand(days: Int) -> Double {
    guard days > horizon else { return mean.prefix(max(0, days)).reduce(0, +) }
    let week = mean.suffix(7)
    let rate = week.isEmpty ? 0 : week.reduce(0, +) / Double(week.count)
    return mean.reduce(0, +) + Double(days - horizon) * rate
  }
}
