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
  /// What was planned for each day, past or to come, before it came: by how much it differs from
  /// what `beyond` says of it. Empty where nothing is planned; 0 beyond its end.
  public var plan: [Double]

  /// Joins the four.
  public init(name: String, values: [Double], beyond: Beyond, plan: [Double] = []) {
    self.name = name
    self.values = values
    self.beyond = beyond
    self.plan = plan
  }

  /// The values without the first `days`.
  func dropping(_ days: Int) -> SeriesRegressor {
    guard days > 0 else { return self }
    return SeriesRegressor(
      name: name, values: Array(values.dropFirst(days)), beyond: beyond,
      plan: Array(plan.dropFirst(days)))
  }

  /// The values as a forecast made after `origin` days has them, `horizon` days far: what came
  /// later is seen by those alone whose future is known.
  func known(at origin: Int, horizon: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(origin + horizon)
    var last = 0.0
    var regular = RegularValue()
    for day in 0..<(origin + horizon) {
      if day < origin || beyond == .known {
        if day < values.count, values[day].isFinite { last = values[day] }
        if day < origin { regular.take(last, planned: planned(day)) }
        result.append(last)
      } else {
        result.append((beyond == .last ? regular.value : 0) + planned(day))
      }
    }
    return result
  }

  /// What was planned for a day.
  func planned(_ day: Int) -> Double { plan.indices.contains(day) ? plan[day] : 0 }
}

/// What a column is on days for which nothing is planned: its last value on such a day; before
/// there was one, the last value without what was planned.
struct RegularValue {
  private(set) var value = 0.0
  private var isSeen = false

  mutating func take(_ next: Double, planned: Double) {
    if planned == 0 {
      value = next
      isSeen = true
    } else if !isSeen {
      value = next - planned
    }
  }
}
