public import Demand

/// The forecast of a SKU at a location, as the rows of a file give it.
public struct LongForecast: Equatable, Sendable {
  /// What is sold.
  public var sku: SKU
  /// Where.
  public var location: Location
  /// The line of its first day.
  public var line: Int
  /// The expected demand of each day.
  public var mean: [Double] = []
  /// The quantiles of each day at the reader's `levels`, by day, ascending within a day.
  public var quantiles: [Double] = []
  /// The quantiles of the demand of days 1..t at all levels of `Quantiles.levels`, for each t of
  /// `Quantiles.spans(within:)`; empty where the file has none.
  public var totals: [Double] = []
}
