/// The probabilities and spans that every forecast record carries.
public enum Quantiles {
  /// The quantile levels of a record, ascending.
  public static let levels: [Double] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99]

  /// The spans, in days, over which cumulative demand is forecast, ascending.
  public static let spans: [Int] = [1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 56, 84, 112]

  /// The spans that a forecast of `horizon` days can carry.
  public static func spans(within horizon: Int) -> ArraySlice<Int> {
    spans.prefix { $0 <= horizon }
  }
}
