/// The demand of a lead time as its quantiles, joined linearly in their normal scores: exact where
/// demand is normal, and every expectation of it has a closed form.
public struct ServiceCurve: Equatable, Sendable {
  /// The expected demand.
  public let mean: Double
  /// Normal scores, ascending, at least two.
  public let scores: [Double]
  /// The quantile at each score, ascending.
  public let quantiles: [Double]

  /// Makes a curve. Beyond the first and the last score it goes on as between its neighbours; below
  /// 0 it is 0.
  public init(mean: Double, scores: [Double], quantiles: [Double]) {
    precondition(scores.count == quantiles.count && scores.count >= 2, "a curve needs two points")
    self.mean = mean
    self.scores = scores
    self.quantiles = quantiles
  }
}
