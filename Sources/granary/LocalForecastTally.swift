import CommandLineArguments
import Forecasting
import Tables
import Threading

/// Counts what a local forecast did, for the line at its end.
struct LocalForecastTally {
  private let clock = MonotonicClock()
  private let start = MonotonicClock().nanoseconds
  private var series = 0
  private var fallenBack = 0
  private var negatives = 0
  /// By column: in how many series it was dropped, and why in the first of them.
  private var dropped: [(name: String, series: Int, reason: String)]
  /// By long season: the series that are too short to show it.
  private let short: [Int]

  init(_ forecast: LocalForecast) {
    let usesLong = forecast.choice.usesArima
    short = forecast.settings.longSeasons.map { season in
      usesLong ? forecast.table.series.count { $0.values.count <= 2 * season } : 0
    }
    dropped = (forecast.regressors?.names ?? []).map { ($0, 0, "") }
  }

  mutating func count(
    _ series: LongSeries, _ outcome: LocalForecast.Outcome, _ choice: ModelChoice
  ) {
    self.series += 1
    if !choice.isMet(by: outcome.model.name) { fallenBack += 1 }
    for value in series.values where value < 0 { negatives += 1 }
    for warning in outcome.model.details?.warnings ?? [] { drop(warning) }
  }

  /// Counts a warning, `NAME: REASON`, for its column; names may hold colons too.
  private mutating func drop(_ warning: String) {
    let found = dropped.indices.filter { warning.hasPrefix(dropped[$0].name + ": ") }
    guard let column = found.max(by: { dropped[$0].name.count < dropped[$1].name.count }) else {
      return
    }
    if dropped[column].series == 0 {
      dropped[column].reason = String(warning.dropFirst(dropped[column].name.count + 2))
    }
    dropped[column].series += 1
  }

  /// What was done, how fast, and what a reader of the file should know.
  func report(_ forecast: LocalForecast, traced: Bool) -> String {
    let seconds = max(Double(clock.nanoseconds - start) / 1e9, 1e-9)
    let settings = forecast.settings
    let seasons = ([settings.season] + settings.longSeasons).map(String.init)
    var text = """
      \(Readable.grouped(series)) series, season \(seasons.joined(separator: ",")), \
      \(Readable.grouped(forecast.horizon, "step", "steps")): \
      \(Readable.count(Int(Double(series) / seconds))) series/s, threads \(forecast.threads)

      """
    if let network = settings.network { text += network.verdict + "\n" }
    if fallenBack > 0 {
      text +=
        "\(Readable.grouped(fallenBack)) series could not be fitted by \(forecast.choice) and "
      text += "were forecast by the robust mean"
      text += traced ? "; the trace says why\n" : "; --trace FILE says which and why\n"
    }
    for column in dropped where column.series > 0 {
      text +=
        "regressor \"\(column.name)\" was dropped in \(Readable.grouped(column.series)) series "
        + "(in the first: \(column.reason)); "
      text += traced ? "the trace says why in each\n" : "--trace FILE says why in each\n"
    }
    for (season, count) in zip(settings.longSeasons, short) where count > 0 {
      text +=
        "season \(season) was left out of \(Readable.grouped(count)) series, which are not longer "
        + "than two of it\n"
    }
    if negatives > 0 {
      text += "\(Readable.grouped(negatives)) values below 0 were taken as missing\n"
    }
    return text
  }
}
