import CommandLineArguments
import Tables

/// Writes forecasts as rows: id, time, mean and the quantiles that were asked for; or id, time, the
/// path's number and its value.
struct LocalForecastFile: ~Copyable {
  /// Enough for demand; smaller numbers are written with all their digits.
  private static let decimals = 6
  private static let leastWithDecimals = 0.01

  private var writer: DelimitedWriter
  private let spacing: Spacing
  private let horizon: Int
  private let levelCount: Int

  /// Opens the file and writes the column names.
  init(path: String, _ forecast: LocalForecast) throws(TableError) {
    let model = forecast.choice.description
    var writer = try DelimitedWriter(path: path)
    let columns =
      forecast.draws == nil
      ? [model] + forecast.levels.map { "\(model)-q\(Readable.shortest($0))" } : ["path", model]
    try writer.row(["unique_id", "ds"] + columns)
    self.writer = writer
    spacing = forecast.table.spacing
    horizon = forecast.horizon
    levelCount = forecast.levels.count
  }

  mutating func append(
    _ series: LongSeries, _ outcome: LocalForecast.Outcome
  ) throws(TableError) {
    switch outcome.values {
    case .moments(let mean, let quantiles):
      for step in mean.indices {
        try writer.field(series.id)
        try writer.field(spacing.future(series, step + 1))
        try number(mean[step])
        for level in 0..<levelCount { try number(quantiles[step * levelCount + level]) }
        try writer.endRow()
      }
    case .paths(let paths):
      let times = (0..<horizon).map { spacing.future(series, $0 + 1) }
      for (place, value) in paths.enumerated() {
        let (path, step) = place.quotientAndRemainder(dividingBy: horizon)
        try writer.field(series.id)
        try writer.field(times[step])
        try writer.field(path + 1)
        try number(value)
        try writer.endRow()
      }
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
