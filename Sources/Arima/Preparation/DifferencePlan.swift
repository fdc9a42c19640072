/// How often a series is differenced before an ARMA model is sought, by the rules of Hyndman and
/// Khandakar (2008, J. of Statistical Software 27(3)) in R's present form: a seasonal difference
/// where the season is strong, then daily ones until the level is stationary.
struct DifferencePlan: Equatable, Sendable {
  /// Differences over a season: 0 or 1, unless an order was asked for.
  var seasonal: Int
  /// Differences over a day: 0, 1 or 2, unless an order was asked for.
  var daily: Int

  /// - Parameters:
  ///   - values: the series, NaN where missing, free of the effects of regressors.
  ///   - season: the points in a season; 1 for none. Two periods or less have no season.
  init(_ values: [Double], season: Int) {
    precondition(season >= 1, "a season has points")
    seasonal = 0
    daily = 0
    // What is missing at the ends is no part of the series.
    guard let first = values.firstIndex(where: { !$0.isNaN }),
      let last = values.lastIndex(where: { !$0.isNaN })
    else { return }
    var rest = Array(values[first...last])
    if let strength = SeasonalStrength(rest, season: season), strength.callsForDifference {
      let differenced = zip(rest.dropFirst(season), rest).map { $0 - $1 }
      // Gaps may leave no two points a season apart: then nothing can be differenced.
      if differenced.contains(where: { !$0.isNaN }) {
        seasonal = 1
        rest = differenced
      }
    }
    daily = UnitRootTest.differences(rest)
  }
}
