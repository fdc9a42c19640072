/// A series as the sum of trend, season and remainder: seasonal-trend decomposition by loess (STL,
/// Cleveland, Cleveland, McRae and Terpenning 1990, J. of Official Statistics 6, 3-73), not
/// robust, with the windows that R's `mstl` gives a single season.
struct SeasonalTrendSplit {
  /// The slow part.
  private(set) var trend: [Double]
  /// The part that repeats and changes slowly.
  private(set) var seasonal: [Double]
  /// What is left.
  private(set) var remainder: [Double]

  /// How many years, or weeks, the seasonal smoother spans.
  static let seasonalWindow = 11
  /// How often season and trend are corrected by each other.
  static let innerPasses = 2

  /// Whether a series has the periods that a season needs: more than two.
  static func hasSeason(count: Int, season: Int) -> Bool { season > 1 && count > 2 * season }

  /// Splits a series without missing values; nil where it has no season.
  init?(_ values: [Double], season: Int) {
    guard Self.hasSeason(count: values.count, season: season) else { return nil }
    let count = values.count
    trend = [Double](repeating: 0, count: count)
    seasonal = trend
    remainder = trend
    let smoothers = Smoothers(count: count, season: season)
    var scratch = Scratch(count: count, season: season)
    for _ in 0..<Self.innerPasses {
      for index in 0..<count { scratch.free[index] = values[index] - trend[index] }
      smoothers.smoothCycles(&scratch)
      smoothers.passLow(&scratch)
      for index in 0..<count {
        seasonal[index] = scratch.cycles[season + index] - scratch.low[index]
        scratch.free[index] = values[index] - seasonal[index]
      }
      smoothers.trend.smooth(scratch.free, into: &trend)
    }
    for index in 0..<count { remainder[index] = values[index] - trend[index] - seasonal[index] }
  }

  /// What the passes write to; made once a split.
  private struct Scratch {
    /// The series freed of its trend, then of its season.
    var free: [Double]
    /// The smoothed subseries, put together, one period longer at both ends.
    var cycles: [Double]
    /// The slow part of `cycles`.
    var low: [Double]
    var moving: [Double]
    /// One subseries, and its curve with a point more at both ends.
    var cycle: [Double]
    var curve: [Double]

    init(count: Int, season: Int) {
      free = [Double](repeating: 0, count: count)
      cycles = [Double](repeating: 0, count: count + 2 * season)
      low = cycles
      moving = cycles
      cycle = [Double](repeating: 0, count: count / season + 1)
      curve = [Double](repeating: 0, count: count / season + 3)
    }
  }

  /// The loess curves of one series' shape.
  private struct Smoothers {
    let count: Int
    let season: Int
    let trend: LocalRegression
    private let lowPass: LocalRegression
    /// Of the subseries that have a point fewer, and one more.
    private let short: LocalRegression
    private let long: LocalRegression

    init(count: Int, season: Int) {
      self.count = count
      self.season = season
      // Section 3.4 of the paper: 1.5 m / (1 - 1.5 / window) is the least that keeps the season
      // from leaking into the trend; the curves are evaluated at each tenth of their window.
      let least =
        1.5 * Double(season) / (1 - 1.5 / Double(SeasonalTrendSplit.seasonalWindow))
      let trendWindow = Self.nextOdd(Int(least.rounded(.up)))
      trend = LocalRegression(
        count: count, window: trendWindow, degree: .line, jump: Self.tenth(trendWindow))
      let lowWindow = Self.nextOdd(season)
      lowPass = LocalRegression(
        count: count, window: lowWindow, degree: .line, jump: Self.tenth(lowWindow))
      func cycle(_ points: Int) -> LocalRegression {
        LocalRegression(
          count: points, window: seasonalWindow, degree: .constant,
          jump: Self.tenth(seasonalWindow),
          extended: true)
      }
      short = cycle(count / season)
      long = cycle(count / season + 1)
    }

    private static func nextOdd(_ number: Int) -> Int { number % 2 == 0 ? number + 1 : number }
    private static func tenth(_ window: Int) -> Int { (window + 9) / 10 }

    /// Smooths each subseries (all Mondays, all Tuesdays, ...) of `free` into `cycles`.
    func smoothCycles(_ scratch: inout Scratch) {
      for phase in 0..<season {
        let smoother = phase < count % season ? long : short
        var source = phase
        for index in 0..<smoother.count {
          scratch.cycle[index] = scratch.free[source]
          source += season
        }
        smoother.smooth(scratch.cycle, into: &scratch.curve)
        var target = phase
        for index in 0..<(smoother.count + 2) {
          scratch.cycles[target] = scratch.curve[index]
          target += season
        }
      }
    }

    /// Moving averages of a period, a period and 3 points, then loess: `cycles` into `low`.
    func passLow(_ scratch: inout Scratch) {
      Self.average(scratch.cycles, count + 2 * season, over: season, into: &scratch.moving)
      Self.average(scratch.moving, count + season + 1, over: season, into: &scratch.low)
      Self.average(scratch.low, count + 2, over: 3, into: &scratch.moving)
      lowPass.smooth(scratch.moving, into: &scratch.low)
    }

    /// The means of each `length` points of the source's first `count`.
    private static func average(
      _ source: [Double], _ count: Int, over length: Int, into target: inout [Double]
    ) {
      var sum = 0.0
      for index in 0..<length { sum += source[index] }
      target[0] = sum / Double(length)
      for index in length..<max(count, length) {
        sum += source[index] - source[index - length]
        target[index - length + 1] = sum / Double(length)
      }
    }
  }
}
