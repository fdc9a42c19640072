/// Something beside the demand that is known by day: a price, a promotion, the weather.
public struct SeriesRegressor: Equatable, Sendable {
  /// What is known of it in days that have not come yet.
  public enum Beyond: Equatable, Sendable {
    /// Its values, which reach to the end of every forecast; where they do not, the last one holds.
    case known
    /// It holds its last value.
    case last
    /// It is 0.
    case zero
  }

  /// What it is called in explanations and errors.
  public var name: String
  /// Its value by day from the series' first day on; it may reach beyond the series' end.
  public var values: [Double]
  /// What a forecast takes after the last day of the series.
  public var beyond: Beyond

  /// Joins the three.
  public init(name: String, values: [Double], beyond: Beyond) {
    self.name = name
    self.values = values
    self.beyond = beyond
  }

  /// The values without the first `days`.
  func dropping(_ days: Int) -> SeriesRegressor {
    guard days > 0 else { return self }
    return SeriesRegressor(name: name, values: Array(values.dropFirst(days)), beyond: beyond)
  }

  /// The values as a forecast made after `origin` days has them, `horizon` days far: what came
  /// later is seen by those alone whose future is known.
  func known(at origin: Int, horizon: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(origin + horizon)
    var last = 0.0
    for day in 0..<(origin + horizon) {
      let isSeen = day < values.count && (day < origin || beyond == .known)
      if isSeen, values[day].isFinite {
        last = values[day]
      } else if day >= origin, beyond == .zero {
        last = 0
      }
      result.append(last)
    }
    return result
  }
}
