import CommandLineArguments
import Tables

/// Writes forecasts as rows: id, time, mean and the quantiles that were asked for.
struct LocalForecastFile: ~Copyable {
  /// Enough for demand; smaller numbers are written with all their digits.
  private static let decimals = 6
  private static let leastWithDecimals = 0.01

  private var writer: DelimitedWriter
  private let spacing: Spacing
  private let levelCount: Int

  /// Opens the file and writes the column names.
  init(path: String, _ forecast: LocalForecast) throws(TableError) {
    let model = forecast.choice.description
    var writer = try DelimitedWriter(path: path)
    try writer.row(
      ["unique_id", "ds", model] + forecast.levels.map { "\(model)-q\(Readable.shortest($0))" })
    self.writer = writer
    spacing = forecast.table.spacing
    levelCount = forecast.levels.count
  }

  mutating func append(
    _ series: LongSeries, _ outcome: LocalForecast.Outcome
  ) throws(TableError) {
    for step in outcome.mean.indices {
      try writer.field(series.id)
      try writer.field(spacing.future(series, step + 1))
      try number(outcome.mean[step])
      for level in 0..<levelCount { try number(outcome.quantiles[step * levelCount + level]) }
      try writer.endRow()
    }
  }

  /// Puts the file in its place.
  mutating func finish() throws(TableError) { try writer.finish() }

  private mutating func number(_ value: Double) throws(TableError) {
    if value == 0 || value >= Self.leastWithDecimals {
      try writer.field(value, decimals: Self.decimals)
    } else {
      try writer.field(Readable.shortest(value))
    }
  }
}
