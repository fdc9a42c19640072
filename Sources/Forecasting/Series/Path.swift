/// What a model says of the days after an origin, in units of the history's scale: a mean for each
/// day, the variance of each day, and the variance of the sum of days 1...t for each t.
struct Path: Sendable {
  var mean: [Double]
  var variance: [Double]
  var cumulativeVariance: [Double]

  /// Days that vary independently of each other about `mean`.
  init(mean: [Double], independentVariance: Double) {
    self.mean = mean
    variance = [Double](repeating: independentVariance, count: mean.count)
    cumulativeVariance = mean.indices.map { Double($0 + 1) * independentVariance }
  }

  /// Joins the three parts, which are equally long.
  init(mean: [Double], variance: [Double], cumulativeVariance: [Double]) {
    self.mean = mean
    self.variance = variance
    self.cumulativeVariance = cumulativeVariance
  }
}
