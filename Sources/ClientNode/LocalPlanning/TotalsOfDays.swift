import Demand
import Glibc

/// Quantiles of the demand over several days for forecasts that say nothing of it, made of their
/// days. The days are taken as independent, so that means and variances add: where a good week
/// follows a good week, totals vary more than that, and a forecast that carries its own totals
/// (`granary export forecasts --cumulative`) plans better.
///
/// The sum is taken as gamma distributed, by the cube root of Wilson and Hilferty (1931): near
/// normal for what sells a lot, skewed for what does not, never negative.
enum TotalsOfDays {
  /// The normal scores of `Quantiles.levels`.
  private static let scores = [
    -1.644_853_626_951_472_2, -1.281_551_565_544_600_4, -0.674_489_750_196_081_7, 0,
    0.674_489_750_196_081_7, 1.281_551_565_544_600_4, 1.644_853_626_951_472_2,
    1.959_963_984_540_054, 2.326_347_874_040_840_8,
  ]
  /// Up to this mean Poisson quantiles are counted out, above it they are nearly those of a gamma
  /// distribution.
  private static let largestCountedMean = 200.0

  /// The totals of a forecast with daily quantiles at `levels`, which are indices of
  /// `Quantiles.levels`. Without any the days are taken as Poisson distributed.
  static func totals(mean: [Double], quantiles: [Double], levels: [Int]) -> [Double] {
    let variances = levels.isEmpty ? nil : variances(mean, quantiles, levels)
    var totals: [Double] = []
    var (day, sum, variance) = (0, 0.0, 0.0)
    var before = Array(repeating: 0.0, count: Quantiles.levels.count)
    for span in Quantiles.spans(within: mean.count) {
      while day < span {
        sum += mean[day]
        variance += variances?[day] ?? mean[day]
        day += 1
      }
      for level in Quantiles.levels.indices {
        let value =
          variances == nil && sum <= largestCountedMean
          ? poisson(sum, Quantiles.levels[level]) : gamma(sum, variance, scores[level])
        // A longer span never sells less.
        before[level] = max(before[level], value)
      }
      totals += before
    }
    return totals
  }

  /// The variance of each day: the square of the slope of its quantiles over the normal scores, by
  /// least squares. One level alone is taken with the mean as the median.
  private static func variances(
    _ mean: [Double], _ quantiles: [Double], _ levels: [Int]
  ) -> [Double]? {
    let scores = levels.map { Self.scores[$0] }
    let isAlone = levels.count == 1
    // The median alone tells nothing of the spread.
    guard !isAlone || scores[0] != 0 else { return nil }
    let centre = isAlone ? 0 : scores.reduce(0, +) / Double(levels.count)
    let spread = scores.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return mean.indices.map { day in
      let values = quantiles[day * levels.count..<(day + 1) * levels.count]
      let middle = isAlone ? mean[day] : values.reduce(0, +) / Double(levels.count)
      var slope = 0.0
      for (score, value) in zip(scores, values) { slope += (score - centre) * (value - middle) }
      slope /= spread
      return slope * slope
    }
  }

  private static func gamma(_ mean: Double, _ variance: Double, _ score: Double) -> Double {
    guard mean > 0, variance > 0 else { return mean }
    let part = variance / (9 * mean * mean)
    let root = 1 - part + score * part.squareRoot()
    return root > 0 ? mean * root * root * root : 0
  }

  /// The least count that is not exceeded with this probability.
  private static func poisson(_ mean: Double, _ level: Double) -> Double {
    var probability = exp(-mean)
    var sum = probability
    var count = 0.0
    while sum < level, probability > 0 || count < mean {
      count += 1
      probability *= mean / count
      sum += probability
    }
    return count
  }
}
