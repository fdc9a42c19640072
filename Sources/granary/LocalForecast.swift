import Demand
import Forecasting
import Packing
import Synchronization
import Tables
import Threading

/// Forecasts the series of a table, on several threads, in the order of the table.
///
/// A series' forecast depends on its own values, regressors and id alone, so it is the same
/// whatever the number of threads.
struct LocalForecast {
  /// How many finished series may wait for one before them: a hard one must not idle the others.
  private static let windowPerThread = 512
  /// What finished series may hold while they wait: paths are many numbers.
  private static let windowBytes = 1 << 28
  /// How often an interrupt is looked for while nothing is finished.
  private static let turnMilliseconds: Int64 = 200

  /// What is drawn instead of means and quantiles.
  struct Draws: Sendable {
    /// Paths a series.
    var count: Int
    var seed: UInt64
  }

  /// What is written of a series.
  enum Values: Sendable {
    /// Quantiles by step, each with the levels in ascending order.
    case moments(mean: [Double], quantiles: [Double])
    /// One path after another.
    case paths([Double])
  }

  /// What became of a series.
  struct Outcome: Sendable {
    var values: Values
    var model: SeriesModel
    var seconds: Double
  }

  var table: LongTable
  /// What is known beside the table's series.
  var regressors: LongRegressors?
  var choice: ModelChoice
  /// Of every series, but for the seed.
  var settings: FitSettings
  /// Ascending.
  var levels: [Double]
  /// Nothing to write means and quantiles.
  var draws: Draws?
  var threads: Int

  var horizon: Int { settings.horizon }

  /// Hands each series with its outcome to `each`, in the order of the table. False when `isOver`
  /// said so before the last one.
  func run(
    until isOver: @escaping @Sendable () -> Bool,
    each: (LongSeries, Outcome) throws -> Void
  ) throws -> Bool {
    let window = self.window
    let pool = try ComputePool(name: "forecast", threadCount: threads, queueLimit: window)
    defer { pool.stop() }
    let finished = Mailbox<(Int, Outcome)>(limit: window)
    var waiting: [Int: Outcome] = [:]
    var submitted = 0
    var done = 0
    while done < table.series.count {
      if isOver() { return false }
      while submitted < table.series.count, submitted - done < window {
        let index = submitted
        let isTaken = pool.submit {
          // What is queued when an interrupt comes is not worth waiting for.
          if !isOver() { _ = finished.post((index, outcome(of: index))) }
        }
        guard isTaken else { break }
        submitted += 1
      }
      for (index, outcome) in finished.take(timeoutMilliseconds: Self.turnMilliseconds) {
        waiting[index] = outcome
      }
      while let outcome = waiting.removeValue(forKey: done) {
        try each(table.series[done], outcome)
        done += 1
      }
    }
    return true
  }

  /// How many series may be under way or wait: two a thread at least.
  private var window: Int {
    let numbers = horizon * (draws?.count ?? 1 + levels.count)
    let room = Self.windowBytes / (numbers * MemoryLayout<Double>.stride)
    return max(2, min(room / threads, Self.windowPerThread)) * threads
  }

  private func outcome(of index: Int) -> Outcome {
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let series = table.series[index]
    let known =
      regressors?.columns(ofSeries: index).map {
        SeriesRegressor(name: $0.name, values: $0.values, beyond: .known)
      } ?? []
    var settings = settings
    settings.seed = XXH64.hash(Array(series.id.utf8))
    let model = SeriesModel.fit(series.values, regressors: known, settings: settings)
    let values: Values
    if let draws {
      values = .paths(paths(of: series, known, model, draws))
    } else {
      let mean = model.forecast(series.values, regressors: known, horizon: horizon).mean
      let quantiles =
        levels.isEmpty
        ? []
        : model.quantiles(series.values, regressors: known, horizon: horizon, levels: levels)
      values = .moments(mean: mean, quantiles: quantiles)
    }
    return Outcome(
      values: values, model: model, seconds: Double(clock.nanoseconds - start) / 1e9)
  }

  /// Paths by the model's own way, or where it has none, by its days' distributions.
  private func paths(
    of series: LongSeries, _ known: [SeriesRegressor], _ model: SeriesModel, _ draws: Draws
  ) -> [Double] {
    let seed = XXH64.hash(Array(series.id.utf8), seed: draws.seed)
    if let paths = model.simulate(
      series.values, regressors: known, horizon: horizon, paths: draws.count, seed: seed)
    {
      return paths
    }
    let levels = IndependentDays.levels
    return IndependentDays.paths(
      model.quantiles(series.values, regressors: known, horizon: horizon, levels: levels),
      count: draws.count, seed: seed)
  }
}
