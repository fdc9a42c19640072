/// How strong a series' season is, which decides on a seasonal difference (Wang, Smith and
/// Hyndman 2006; Hyndman and Athanasopoulos, Forecasting: principles and practice, 3rd edition,
/// section 4.3).
struct SeasonalStrength {
  /// A season stronger than this is differenced away.
  static let threshold = 0.64

  /// `max(0, min(1, 1 - Var(remainder) / Var(remainder + season)))`.
  let value: Double

  /// Splits the series and compares variances over its observed points. Nil where there is no
  /// season to measure: at most two periods, or a constant series.
  init?(_ values: [Double], season: Int) {
    guard SeasonalTrendSplit.hasSeason(count: values.count, season: season),
      !Constancy.holds(values.filter { !$0.isNaN }),
      let split = Self.split(values, season: season)
    else { return nil }
    var remainder: [Double] = []
    var detrended: [Double] = []
    for index in values.indices where !values[index].isNaN {
      remainder.append(split.remainder[index])
      detrended.append(split.remainder[index] + split.seasonal[index])
    }
    let ratio = Self.squares(remainder) / Self.squares(detrended)
    guard ratio.isFinite else { return nil }
    value = max(0, min(1, 1 - ratio))
  }

  /// Whether a seasonal difference is due.
  var callsForDifference: Bool { value > Self.threshold }

  private static func split(_ values: [Double], season: Int) -> SeasonalTrendSplit? {
    SeasonalTrendSplit(filled(values, season: season), season: season)
  }

  /// The series with its gaps filled. A straight line has no season and makes it look weaker than
  /// it is, so a first split gives the gaps theirs, where enough was observed.
  static func filled(_ values: [Double], season: Int) -> [Double] {
    var filled = interpolated(values)
    let observed = values.reduce(0) { $1.isNaN ? $0 : $0 + 1 }
    guard observed < values.count,
      SeasonalTrendSplit.hasSeason(count: observed, season: season),
      let first = SeasonalTrendSplit(filled, season: season)
    else { return filled }
    let adjusted = interpolated(zip(values, first.seasonal).map { $0 - $1 })
    for index in values.indices where values[index].isNaN {
      filled[index] = adjusted[index] + first.seasonal[index]
    }
    return filled
  }

  /// Straight lines over the gaps; before the first and after the last observed value, that value.
  static func interpolated(_ values: [Double]) -> [Double] {
    guard let first = values.firstIndex(where: { !$0.isNaN }) else { return values }
    var result = values
    for index in 0..<first { result[index] = values[first] }
    var last = first
    for index in first..<values.count where !values[index].isNaN {
      let step = (values[index] - values[last]) / Double(max(index - last, 1))
      for gap in (last + 1)..<max(index, last + 1) {
        result[gap] = values[last] + step * Double(gap - last)
      }
      last = index
    }
    for index in (last + 1)..<max(values.count, last + 1) { result[index] = values[last] }
    return result
  }

  /// The sum of squared distances from the mean.
  private static func squares(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}
