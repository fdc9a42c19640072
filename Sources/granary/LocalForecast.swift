import Demand
import Forecasting
import Packing
import Synchronization
import Tables
import Threading

/// Forecasts the series of a table, on several threads, in the order of the table.
///
/// A series' forecast depends on its own values and id alone, so it is the same whatever the number
/// of threads.
struct LocalForecast {
  /// How many finished series may wait for one before them: bounds memory, keeps all threads busy.
  private static let windowPerThread = 128
  /// How often an interrupt is looked for while nothing is finished.
  private static let turnMilliseconds: Int64 = 200

  /// What became of a series.
  struct Outcome: Sendable {
    var mean: [Double]
    /// By step, each with the levels in ascending order.
    var quantiles: [Double]
    var model: SeriesModel
    var seconds: Double
  }

  var table: LongTable
  var choice: ModelChoice
  var season: Int
  var horizon: Int
  /// Ascending.
  var levels: [Double]
  var threads: Int

  /// Hands each series with its outcome to `each`, in the order of the table. False when `isOver`
  /// said so before the last one.
  func run(
    until isOver: @escaping @Sendable () -> Bool,
    each: (LongSeries, Outcome) throws -> Void
  ) throws -> Bool {
    let window = Self.windowPerThread * threads
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
          if !isOver() { _ = finished.post((index, outcome(of: table.series[index]))) }
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

  private func outcome(of series: LongSeries) -> Outcome {
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let settings = FitSettings(
      season: season, horizon: horizon, candidates: choice.candidates,
      seed: XXH64.hash(Array(series.id.utf8)))
    let model = SeriesModel.fit(series.values, settings: settings)
    let mean = model.forecast(series.values, horizon: horizon).mean
    let quantiles =
      levels.isEmpty ? [] : model.quantiles(series.values, horizon: horizon, levels: levels)
    return Outcome(
      mean: mean, quantiles: quantiles, model: model,
      seconds: Double(clock.nanoseconds - start) / 1e9)
  }
}
