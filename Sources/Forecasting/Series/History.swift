/// A series as the models see it: every value finite, missing days marked, and scaled by a power of
/// two into -1...1, so that a model never meets an extreme and scaling back is exact.
struct History: Sendable {
  /// The value of each day over `scale`; 0 where it is missing.
  let values: [Double]
  /// 1 where a value was observed, 0 where it is missing.
  let weights: [Double]
  /// What a value of 1 stands for: a power of two.
  let scale: Double
  /// The number of points in a season; 1 for none.
  let season: Int
  /// The number of days that were observed.
  let observedCount: Int
  /// The number of days with demand.
  let demandCount: Int

  /// What is known beside the demand, from the history's first day on; it may go on beyond its end.
  let regressors: [SeriesRegressor]
  /// When it began, and what it has in common with others.
  let context: SeriesContext

  /// The largest value that is taken for demand; beyond it sums of squares would overflow.
  static let largest = 1e100

  /// Whether `value` is demand: finite, not negative.
  static func isObserved(_ value: Double) -> Bool { value >= 0 && value <= largest }

  /// Cleans `raw`; `scale` is found from it unless one is given.
  init(
    _ raw: [Double], season: Int, scale given: Double? = nil, regressors: [SeriesRegressor] = [],
    context: SeriesContext = SeriesContext()
  ) {
    var values = raw
    var weights = [Double](repeating: 1, count: raw.count)
    var observed = 0
    var demands = 0
    var top = 0.0
    for day in raw.indices {
      let value = raw[day]
      if Self.isObserved(value) {
        observed += 1
        if value > 0 { demands += 1 }
        top = max(top, value)
      } else {
        values[day] = 0
        weights[day] = 0
      }
    }
    let scale = given ?? Self.scale(largest: top)
    let inverse = 1 / scale
    for day in values.indices { values[day] *= inverse }
    self.init(
      values: values, weights: weights, scale: scale, season: season, observedCount: observed,
      demandCount: demands, regressors: regressors, context: context)
  }

  private init(
    values: [Double], weights: [Double], scale: Double, season: Int, observedCount: Int,
    demandCount: Int, regressors: [SeriesRegressor], context: SeriesContext
  ) {
    self.values = values
    self.weights = weights
    self.scale = scale
    self.season = season
    self.observedCount = observedCount
    self.demandCount = demandCount
    self.regressors = regressors
    self.context = context
  }

  /// The smallest power of two that is not below `largest`; 1 for none.
  private static func scale(largest: Double) -> Double {
    guard largest > 0 else { return 1 }
    let exponent = max(-320, min(340, Int(largest.exponent) + 1))
    return Double(sign: .plus, exponent: exponent, significand: 1)
  }

  /// The number of days.
  var count: Int { values.count }

  /// The share of the observed days that have no demand.
  var zeroShare: Double {
    observedCount == 0 ? 1 : 1 - Double(demandCount) / Double(observedCount)
  }

  /// Whether all observed values are whole numbers of units.
  var isCount: Bool {
    values.allSatisfy { value in
      let units = value * scale
      return units < 1e9 && units.rounded() == units
    }
  }

  /// The first `count` days, in the same scale.
  func prefix(_ count: Int) -> History {
    slice(0..<min(count, self.count))
  }

  /// The last `count` days, in the same scale.
  func suffix(_ count: Int) -> History {
    slice(max(0, self.count - count)..<self.count)
  }

  private func slice(_ days: Range<Int>) -> History {
    guard days.count < count else { return self }
    var observed = 0
    var demands = 0
    for day in days where weights[day] > 0 {
      observed += 1
      if values[day] > 0 { demands += 1 }
    }
    return History(
      values: Array(values[days]), weights: Array(weights[days]), scale: scale, season: season,
      observedCount: observed, demandCount: demands,
      regressors: regressors.map { $0.dropping(days.lowerBound) },
      context: context.dropping(days.lowerBound))
  }

  /// The days in units of demand, NaN where one is missing.
  var units: [Double] {
    values.indices.map { weights[$0] > 0 ? values[$0] * scale : .nan }
  }
}
