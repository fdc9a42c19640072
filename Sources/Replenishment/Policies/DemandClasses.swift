import Demand

/// How demand varies, as its forecast has it.
enum DemandClasses {
  /// Weekly deviations from which demand is of class Y, and of class Z, as shares of its mean.
  private static let (fromY, fromZ) = (0.5, 1.0)
  /// The squared coefficient of variation of expected demand from which lots of a fixed size lose
  /// to lots that follow it (Silver, Pyke and Thomas, "Inventory and Production Management in
  /// Supply Chains", 5.2).
  private static let seasonal = 0.2

  /// The class by the spread of a week's demand: the deviation that a normal variable with the same
  /// tenth and ninetieth percentile has.
  static func variability(of forecast: Forecast) -> VariabilityClass? {
    guard let week = Quantiles.spans(within: forecast.horizon).firstIndex(of: 7),
      let low = Quantiles.levels.firstIndex(of: 0.1),
      let high = Quantiles.levels.firstIndex(of: 0.9)
    else { return nil }
    var mean = 0.0
    for day in 0..<7 { mean += Bounds.amount(forecast.mean[day]) }
    guard mean > 0 else { return nil }
    let start = week * Quantiles.levels.count
    let spread =
      Bounds.amount(forecast.cumulative[start + high])
      - Bounds.amount(forecast.cumulative[start + low])
    let share = spread / (2 * 1.2815515655446004) / mean
    return share < fromY ? .x : share < fromZ ? .y : .z
  }

  /// Whether expected demand changes so much from week to week that lots should follow it.
  static func isSeasonal(_ demand: LeadTimeDemand) -> Bool {
    let weeks = demand.horizon / 7
    guard weeks >= 2 else { return false }
    let mean = demand.mean(days: 7 * weeks) / Double(weeks)
    guard mean > 0 else { return false }
    var squares = 0.0
    for week in 0..<weeks {
      let units = demand.mean(days: 7 * week + 7) - demand.mean(days: 7 * week)
      squares += (units - mean) * (units - mean)
    }
    return squares / Double(weeks) > seasonal * (mean * mean)
  }
}
