import CommandLineArguments
import Demand
import FoundationEssentials
import Forecasting

/// Forecasts as rows of 32-bit floats, for ops/benches/lstm-accuracy/score.py.
///
/// A row is the series' index, the model, whether a network has own weights, bytes of state; the
/// mean of each day; by day the quantiles at 0.025 and the record's levels; by span the cumulative
/// quantiles at the record's levels. What a forecast does not say is NaN.
struct ForecastRows {
  static let horizon = 28
  private static let levels = [0.025] + Quantiles.levels
  private static let spans = Quantiles.spans(within: horizon).count

  private var numbers: [Float] = []

  mutating func append(_ index: Int, _ model: SeriesModel, _ input: SeriesInput, bytes: Int) {
    let record = model.forecast(input, horizon: Self.horizon)
    let isOwn = model.recurrent?.own?.isUsed ?? false
    numbers += [Float(index), Float(model.name.rawValue), isOwn ? 1 : 0, Float(bytes)]
    numbers += record.mean.map(Float.init)
    let quantiles = model.quantiles(input, horizon: Self.horizon, levels: Self.levels)
    numbers += quantiles.map(Float.init)
    numbers += record.cumulative.map(Float.init)
  }

  /// Means alone.
  mutating func append(_ index: Int, mean: [Float]) {
    let missing = Self.horizon * Self.levels.count + Self.spans * Quantiles.levels.count
    numbers += [Float(index), 0, 0, 0] + mean
    numbers += [Float](repeating: .nan, count: missing)
  }

  func write(to path: CommandLineArguments.Path) throws {
    let data = unsafe numbers.withUnsafeBytes { unsafe Data($0) }
    try data.write(to: URL(filePath: path.description))
  }
}
