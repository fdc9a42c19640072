import Allocation
public import Demand

/// The demand of the first days of a forecast, summed: its mean and its quantiles for any whole
/// number of days.
///
/// The record carries quantiles at a few spans and levels. Between them
/// - levels are interpolated linearly in their normal scores: exact for normal demand, and past the
///   last level the tail goes on as it was;
/// - spans are interpolated in the growth of the mean: what the quantile gains with the mean
///   follows the mean, and what it gains beyond that follows the mean's square root, as a spread
///   does. A promotion in the middle of the gap is thus taken where it happens;
/// - past the last span the excess over the mean grows with the square root of the mean.
///
/// For a record whose quantiles ascend, the answer ascends in the level and in the days.
public struct LeadTimeDemand: Sendable {
  /// The expected demand of the first d days, for d in 0...horizon.
  private let meanToDay: [Double]
  /// The expected demand of a day past the horizon.
  private let dailyMeanBeyond: Double
  private let cumulative: [Double]
  private let spans: ArraySlice<Int>

  /// Sums a forecast. What is not a number or is negative counts as 0.
  public init(_ forecast: Forecast) {
    var sums = [Double]()
    sums.reserveCapacity(forecast.horizon + 1)
    var sum = 0.0
    sums.append(0)
    for mean in forecast.mean {
      sum = min(sum + Bounds.amount(mean), Bounds.units)
      sums.append(sum)
    }
    meanToDay = sums
    let week = min(7, forecast.horizon)
    dailyMeanBeyond =
      week == 0 ? 0 : (sum - sums[forecast.horizon - week]) / Double(week)
    cumulative = forecast.cumulative
    spans = Quantiles.spans(within: forecast.horizon)
  }

  /// The number of days that the forecast's cumulative quantiles reach.
  public var lastSpan: Int { spans.last ?? 0 }

  /// How many days the forecast has.
  var horizon: Int { meanToDay.count - 1 }

  /// The expected demand of the first `days` days; past the horizon they sell as its last week.
  public func mean(days: Int) -> Double {
    if days <= horizon { return meanToDay[max(0, days)] }
    return min(
      Bounds.units, meanToDay[horizon] + Double(days - horizon) * dailyMeanBeyond)
  }

  /// The demand of the first `days` days that is not exceeded with probability `level`.
  public func quantile(days: Int, level: Double) -> Double {
    guard days > 0, let last = spans.last else { return 0 }
    let bracket = LevelBracket(level)
    var before = (span: 0, quantile: 0.0)
    for (index, span) in spans.enumerated() {
      // A longer span never sells less, wherever the tail of a level was carried on.
      let here = max(before.quantile, quantile(ofSpan: index, bracket))
      if span == days { return here }
      if span > days { return between(before, (span, here), days: days) }
      before = (span, here)
    }
    let atLast = mean(days: last)
    let now = mean(days: days)
    let growth = atLast > 0 ? min(now / atLast, 1e12) : Double(days) / Double(last)
    return Bounds.amount(now + (before.quantile - atLast) * growth.squareRoot())
  }

  /// The first day, counted from 1 and at most `days`, by whose end more than `units` are expected
  /// to be sold.
  func firstDay(sellingMoreThan units: Double, within days: Int) -> Int? {
    guard days > 0, mean(days: days) > units else { return nil }
    var low = 1
    var high = days
    while low < high {
      let middle = (low + high) / 2
      if mean(days: middle) > units { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// How many days the expected demand takes to use up `units`, at most `Bounds.coverDays`.
  func daysCovered(by units: Double) -> Double {
    guard units > 0 else { return 0 }
    if let day = firstDay(sellingMoreThan: units, within: horizon) {
      let sold = mean(days: day - 1)
      return Double(day - 1) + (units - sold) / (mean(days: day) - sold)
    }
    guard dailyMeanBeyond > 0 else { return Bounds.coverDays }
    return min(Bounds.coverDays, Double(horizon) + (units - meanToDay[horizon]) / dailyMeanBeyond)
  }

  private func quantile(ofSpan index: Int, _ bracket: LevelBracket) -> Double {
    let offset = index * Quantiles.levels.count + bracket.lower
    let low = Bounds.amount(cumulative[offset])
    let high = max(low, Bounds.amount(cumulative[offset + 1]))
    return Bounds.amount(low + bracket.weight * (high - low))
  }

  private func between(
    _ left: (span: Int, quantile: Double), _ right: (span: Int, quantile: Double), days: Int
  ) -> Double {
    let (first, last) = (mean(days: left.span), mean(days: right.span))
    let (gain, meanGain) = (right.quantile - left.quantile, last - first)
    guard meanGain > 0 else {
      let (from, to) = (Double(left.span).squareRoot(), Double(right.span).squareRoot())
      return left.quantile + gain * (Double(days).squareRoot() - from) / (to - from)
    }
    let now = mean(days: days)
    let byMean = (now - first) / meanGain
    guard gain > meanGain else { return left.quantile + gain * byMean }
    let (from, to) = (first.squareRoot(), last.squareRoot())
    let byRoot = to > from ? (now.squareRoot() - from) / (to - from) : byMean
    return left.quantile + meanGain * byMean + (gain - meanGain) * byRoot
  }
}

/// Where a level lies among those of the record: two neighbours and the weight of the upper one,
/// which lies outside 0...1 when the level does.
private struct LevelBracket {
  private static let scores = Quantiles.levels.map(NormalDistribution.quantile)

  let lower: Int
  let weight: Double

  init(_ level: Double) {
    let levels = Quantiles.levels
    var index = 0
    while index < levels.count - 2, levels[index + 1] <= level { index += 1 }
    lower = index
    if level == levels[index] {
      weight = 0
    } else if level == levels[index + 1] {
      weight = 1
    } else {
      let scores = Self.scores
      weight =
        (NormalDistribution.quantile(level) - scores[index]) / (scores[index + 1] - scores[index])
    }
  }
}
