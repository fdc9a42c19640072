import Demand
import Forecasting
import Packing
import Synchronization
import Tables
import Threading

/// Forecasts the series of a table, on several threads, in the order of the table.
///
/// A series' forecast depends on its own values, regressors and id alone, and where a network
/// competes on all series of the table; not on their order, nor on the number of threads.
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

  /// How many series learn side by side: the lanes of the kernels.
  private static let groupSize = 16

  var table: LongTable
  /// What is known beside the table's series.
  var regressors: LongRegressors?
  /// Holidays and promotions.
  var events: LocalEvents?
  /// Words that each of the table's series has in common with others; empty without.
  var traits: [[String]] = []
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
    // The last group may begin within the window and end beyond it.
    let finished = Mailbox<(Int, Outcome)>(limit: window + groupSize)
    var waiting: [Int: Outcome] = [:]
    var submitted = 0
    var done = 0
    while done < table.series.count {
      if isOver() { return false }
      while submitted < table.series.count, submitted - done < window {
        let group = submitted..<min(submitted + groupSize, table.series.count)
        let isTaken = pool.submit {
          // What is queued when an interrupt comes is not worth waiting for.
          guard !isOver() else { return }
          for (index, outcome) in zip(group, outcomes(of: group)) {
            precondition(
              finished.post((index, outcome)), "more series under way than there is room")
          }
        }
        guard isTaken else { break }
        submitted = group.upperBound
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

  /// Series that learn from each other's neighbourhood in lanes are taken together, others alone.
  private var groupSize: Int { settings.network == nil ? 1 : Self.groupSize }

  /// The same with a network that was taught on the table's series, where one competes.
  func taught() -> LocalForecast {
    guard choice.usesNetwork, settings.recurrent.sharing != .none else { return self }
    // By their hashes: neither what is taken of many series nor what is learned may depend on the
    // order of the file.
    let hashes = table.series.map { XXH64.hash(Array($0.id.utf8)) }
    let order = table.series.indices.sorted {
      (hashes[$0], table.series[$0].id) < (hashes[$1], table.series[$1].id)
    }
    let inputs = order.prefix(SharedNetwork.mostSeries).map(input)
    var forecast = self
    forecast.settings.network = SharedNetwork.learned(from: inputs, settings: settings)
    return forecast
  }

  /// A series with what is known beside it.
  private func input(_ index: Int) -> SeriesInput {
    let series = table.series[index]
    let known =
      regressors?.columns(ofSeries: index).map {
        SeriesRegressor(name: $0.name, values: $0.values, beyond: .known)
      } ?? []
    let context = SeriesContext(
      first: table.spacing.position(series), isDaily: table.spacing.isDaily,
      traits: traits.isEmpty ? [] : traits[index])
    let input = SeriesInput(values: series.values, regressors: known, context: context)
    return events?.added(to: input, id: series.id) ?? input
  }

  private func outcomes(of group: Range<Int>) -> [Outcome] {
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    let inputs = group.map(input)
    var settings = settings
    if group.count == 1 { settings.seed = seed(of: group.lowerBound) }
    let models = SeriesModel.fit(inputs, settings: settings)
    let share = Double(clock.nanoseconds - start) / 1e9 / Double(group.count)
    return group.enumerated().map { place, index in
      let begin = clock.nanoseconds
      let values = values(of: index, inputs[place], models[place])
      let seconds = share + Double(clock.nanoseconds - begin) / 1e9
      return Outcome(values: values, model: models[place], seconds: seconds)
    }
  }

  private func seed(of index: Int) -> UInt64 {
    XXH64.hash(Array(table.series[index].id.utf8))
  }

  private func values(of index: Int, _ input: SeriesInput, _ model: SeriesModel) -> Values {
    if let draws { return .paths(paths(of: index, input, model, draws)) }
    return .moments(
      mean: model.forecast(input, horizon: horizon).mean,
      quantiles: levels.isEmpty
        ? [] : model.quantiles(input, horizon: horizon, levels: levels))
  }

  /// Paths by the model's own way, or where it has none, by its days' distributions.
  private func paths(
    of index: Int, _ input: SeriesInput, _ model: SeriesModel, _ draws: Draws
  ) -> [Double] {
    let seed = XXH64.hash(Array(table.series[index].id.utf8), seed: draws.seed)
    if let paths = model.simulate(
      input.values, regressors: input.regressors, context: input.context, horizon: horizon,
      paths: draws.count, seed: seed)
    {
      return paths
    }
    let levels = IndependentDays.levels
    return IndependentDays.paths(
      model.quantiles(input, horizon: horizon, levels: levels), count: draws.count, seed: seed)
  }
}
