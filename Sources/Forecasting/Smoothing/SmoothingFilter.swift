/// The recursions of one parameter set, day by day: how forecasts are made, and the oracle of
/// `SmoothingLanes`.
struct SmoothingFilter: Sendable {
  /// A multiplicative season or level below this divides as this.
  static let smallest = 1e-9

  let form: SmoothingForm
  let weights: SmoothingWeights
  private(set) var level: Double
  private(set) var trend: Double
  /// One factor or summand a position, by position; neutral without a season.
  private(set) var season: [Double]
  /// The position of the next day in the season.
  private(set) var position = 0

  init(form: SmoothingForm, weights: SmoothingWeights, state: SmoothingState) {
    self.form = form
    self.weights = weights
    level = state.level
    trend = state.trend
    season = state.season.isEmpty ? [form.season == .multiplicative ? 1 : 0] : state.season
  }

  /// The state now, its season turned so that the next day comes first.
  var state: SmoothingState {
    let turned = season[position...] + season[..<position]
    return SmoothingState(
      level: level, trend: trend, season: form.season == .none ? [] : Array(turned))
  }

  /// Takes the next day and returns its one-step error; a missing day (weight 0) has none.
  mutating func step(_ value: Double, weight: Double) -> Double {
    let base = level + weights.phi * trend
    let seasonal = season[position]
    let error: Double
    if form.season == .multiplicative {
      error = weight * (value - base * seasonal)
      let perLevel = error / max(seasonal, Self.smallest)
      level = base + weights.alpha * perLevel
      trend = weights.phi * trend + weights.beta * perLevel
      season[position] = seasonal + weights.gamma * (error / max(base, Self.smallest))
    } else {
      error = weight * (value - (base + seasonal))
      level = base + weights.alpha * error
      trend = weights.phi * trend + weights.beta * error
      season[position] = seasonal + weights.gamma * error
    }
    position += 1
    if position == season.count { position = 0 }
    return error
  }

  /// The means of the next days.
  func means(horizon: Int) -> [Double] {
    var base = level
    var slope = trend
    return (0..<horizon).map { ahead in
      slope *= weights.phi
      base += slope
      let seasonal = season[(position + ahead) % season.count]
      return form.season == .multiplicative ? base * seasonal : base + seasonal
    }
  }
}
