import Arima
import CommandLineArguments

/// Finds models for the series of a file and forecasts them, one after another on one thread.
struct ArimaSeries: Command {
  static let name = "arima-series"
  static let abstract = "Find ARIMA models for the series of a file."
  static let discussion = "Prints a row of CSV for each, with the columns of the peers' files.\n"

  @Argument("FILE", help: "Series, a row each: id,v1,v2,...") var file: Path
  @Option("POINTS", .within(1...366), help: "Season; 1 for none.") var season = 1
  @Option("POINTS", .within(1...1_024), help: "Points to forecast.") var horizon = 28
  @Option("NUMBER", .within(1...16), help: "Models to average; the library's choice unless given.")
  var averaged: Int?
  @Option("NUMBER", .within(1...1_000), help: "Fits of each series, for its time.") var passes = 1
  @Option("NUMBER", .atLeast(1), help: "Takes each so many-th series.") var every = 1

  func run() throws -> ExitCode {
    var settings = ArimaSettings(seasons: season > 1 ? [season] : [])
    if let averaged { settings.averaged = averaged }
    let output = Terminal.standardOutput
    try output.write(ArimaRow.header(horizon: horizon))
    let rows = try SeriesTable(file).rows
    // Once outside of the times, as the peers do: what is touched first is slower.
    if let first = rows.first { _ = try? ArimaModel.fit(first.values, settings: settings) }
    for (index, series) in rows.enumerated() where index % every == 0 {
      do throws(ArimaError) {
        let row = try ArimaRow(series, settings: settings, horizon: horizon, passes: passes)
        let line = try row.line()
        try? output.write(line)
      } catch {
        try Terminal.standardError.write("\(series.id): \(error)\n")
        try output.write(ArimaRow.refused(series, horizon: horizon))
      }
    }
    return .success
  }
}
