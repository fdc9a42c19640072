/// The first state of a smoothing model: a plain decomposition of the first days, which the search
/// then improves by least squares.
extension SmoothingState {
  /// The seasons that the decomposition looks at.
  private static let seasonCount = 5

  /// The state before the first day of `history`.
  init(_ history: History, form: SmoothingForm) {
    let length = history.season
    let season =
      form.season == .none
      ? [] : Self.season(history, multiplicative: form.season == .multiplicative)
    let days = min(history.count, max(10, 2 * length))
    // A line through the deseasonalised first days, at day 0 being the one before the first.
    var n = 0.0
    var sumX = 0.0
    var sumY = 0.0
    var sumXX = 0.0
    var sumXY = 0.0
    for day in 0..<days where history.weights[day] > 0 {
      var value = history.values[day]
      if form.season == .additive { value -= season[day % length] }
      if form.season == .multiplicative { value /= max(season[day % length], 0.01) }
      let x = Double(day + 1)
      n += 1
      sumX += x
      sumY += value
      sumXX += x * x
      sumXY += x * value
    }
    let mean = n > 0 ? sumY / n : 0
    let spread = n * sumXX - sumX * sumX
    let slope = spread > 0 ? (n * sumXY - sumX * sumY) / spread : 0
    let hasTrend = form.trend != .none
    self.init(
      level: hasTrend ? mean - slope * (n > 0 ? sumX / n : 0) : mean,
      trend: hasTrend ? slope : 0, season: season)
    // A multiplicative level must be positive.
    if form.season == .multiplicative, level <= 0 {
      level = mean
      trend = 0
    }
  }

  /// The mean departure of each position from its season's mean: a difference or a ratio, and such
  /// that the positions average to nothing (0 or 1).
  private static func season(_ history: History, multiplicative: Bool) -> [Double] {
    let length = history.season
    var sums = [Double](repeating: 0, count: length)
    var counts = [Double](repeating: 0, count: length)
    for block in 0..<min(seasonCount, history.count / length) {
      let days = (block * length)..<((block + 1) * length)
      let observed = days.reduce(0) { $0 + history.weights[$1] }
      guard observed > 0 else { continue }
      let mean = days.reduce(0) { $0 + history.values[$1] } / observed
      for day in days where history.weights[day] > 0 {
        let value = history.values[day]
        if multiplicative {
          guard mean > 0 else { continue }
          sums[day - days.lowerBound] += value / mean
        } else {
          sums[day - days.lowerBound] += value - mean
        }
        counts[day - days.lowerBound] += 1
      }
    }
    let neutral = multiplicative ? 1.0 : 0
    var season = sums.indices.map { counts[$0] > 0 ? sums[$0] / counts[$0] : neutral }
    let mean = season.reduce(0, +) / Double(length)
    for position in season.indices {
      season[position] = multiplicative ? season[position] / mean : season[position] - mean
    }
    return season
  }
}
