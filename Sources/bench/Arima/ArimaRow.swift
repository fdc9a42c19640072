import Arima
import Threading

/// A row of results, with the columns of the peers' files, and behind them what only Granary has.
struct ArimaRow {
  /// Days that measure the price of an update.
  private static let updates = 64

  static func header(horizon: Int) -> String {
    let steps = 1...horizon
    let columns =
      ["id", "n", "p", "d", "q", "P", "D", "Q", "constant", "aicc", "loglik", "sigma2"]
      + ["seconds", "cpu_seconds"] + steps.map { "f\($0)" } + steps.map { "v\($0)" }
      + ["models", "tried", "refused", "moves", "exhausted", "bytes", "steady"]
      + ["update_microseconds"]
    return columns.joined(separator: ",") + "\n"
  }

  let series: SeriesTable.Row
  let model: ArimaModel
  let forecast: ArimaForecast
  let seconds: Double
  let processorSeconds: Double

  /// Fits and forecasts `passes` times; the times are the means.
  init(
    _ series: SeriesTable.Row, settings: ArimaSettings, horizon: Int, passes: Int
  ) throws(ArimaError) {
    let clock = MonotonicClock()
    let wall = clock.nanoseconds
    let processor = ProcessorTime.nanoseconds
    var last: (model: ArimaModel, forecast: ArimaForecast)
    var pass = 0
    repeat {
      let model = try ArimaModel.fit(series.values, settings: settings)
      last = (model, try model.forecast(horizon: horizon))
      pass += 1
    } while pass < passes
    processorSeconds = ProcessorTime.seconds(since: processor) / Double(pass)
    seconds = Double(clock.nanoseconds - wall) / 1e9 / Double(pass)
    self.series = series
    (model, forecast) = last
  }

  /// `none`, `mean` or `drift`, as the peers' files say it.
  private var constant: String {
    let title = model.shares[0].title
    return title.contains("drift") ? "drift" : title.contains("mean") ? "mean" : "none"
  }

  /// What a new day costs, in microseconds: the last days go through the filter once more.
  private func updateMicroseconds() throws(ArimaError) -> Double {
    var updated = model
    let days = series.values.suffix(Self.updates)
    let start = ProcessorTime.nanoseconds
    for day in days { try updated.update(with: [day]) }
    return ProcessorTime.seconds(since: start) * 1e6 / Double(max(1, days.count))
  }

  func line() throws(ArimaError) -> String {
    let order = model.order
    let best = model.shares[0]
    let effort = model.effort
    let counts = [
      series.values.count, order.p, order.d, order.q, order.seasonalP, order.seasonalD,
      order.seasonalQ,
    ]
    let deviation = model.errorDeviation
    let measures = [best.criterion, best.logLikelihood, deviation * deviation]
    var cells = [series.id] + counts.map(String.init) + [constant]
    cells += (measures + [seconds, processorSeconds]).map { "\($0)" }
    cells += (forecast.mean + forecast.variance).map { "\($0)" }
    cells += [model.shares.count, effort.tried, effort.refused, effort.moves].map(String.init)
    cells += [effort.isExhausted ? "1" : "0", String(model.packed().count)]
    cells += [model.isSteady ? "1" : "0", "\(try updateMicroseconds())"]
    return cells.joined(separator: ",") + "\n"
  }

  /// A series that is refused has no cells behind its length, as with the peers.
  static func refused(_ series: SeriesTable.Row, horizon: Int) -> String {
    let missing = header(horizon: horizon).count { $0 == "," } - 1
    return "\(series.id),\(series.values.count)" + String(repeating: ",", count: missing) + "\n"
  }
}
