/// Which parts a smoothing model has. Errors are additive always: demand may be zero.
struct SmoothingForm: Equatable, Sendable {
  enum Trend: UInt8, Sendable, CaseIterable { case none, additive, damped }
  enum Season: UInt8, Sendable, CaseIterable { case none, additive, multiplicative }

  var trend: Trend
  var season: Season

  /// The number of smoothing parameters: of level, trend, damping and season.
  var smoothingCount: Int {
    let trends = [Trend.none: 0, .additive: 1, .damped: 2]
    return 1 + (trends[trend] ?? 0) + (season == .none ? 0 : 1)
  }

  /// The number of free values of the first state: a season's sum is fixed.
  func stateCount(season length: Int) -> Int {
    1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : length - 1)
  }

  /// The number of parameters that the likelihood pays for, the variance among them.
  func parameterCount(season length: Int) -> Int {
    smoothingCount + stateCount(season: length) + 1
  }

  /// The name in Hyndman's notation.
  var description: String {
    let trends = [Trend.none: "N", .additive: "A", .damped: "Ad"]
    let seasons = [Season.none: "N", .additive: "A", .multiplicative: "M"]
    return "ETS(A,\(trends[trend] ?? ""),\(seasons[season] ?? ""))"
  }
}

/// The smoothing parameters in the form of the recursions (Hyndman et al. 2008, table 2.2):
/// level, trend and season move by alpha, beta and gamma times the error.
struct SmoothingWeights: Equatable, Sendable {
  var alpha: Double
  var beta = 0.0
  var gamma = 0.0
  var phi = 0.0
}

/// The state after some day: `season[k]` belongs to the day `k` after it, modulo the season.
struct SmoothingState: Equatable, Sendable {
  var level: Double
  var trend: Double
  /// Empty without a season.
  var season: [Double]

  /// Every number as a `Float` and back: what is packed is what is used.
  var rounded: SmoothingState {
    SmoothingState(
      level: Double(Float(level)), trend: Double(Float(trend)),
      season: season.map { Double(Float($0)) })
  }
}
