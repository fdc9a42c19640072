/// A series as it is handed to a model: values by day, and what is known beside them.
public struct SeriesInput: Equatable, Sendable {
  /// Demand by day; what is not demand is missing.
  public var values: [Double]
  /// What is known beside it, by day.
  public var regressors: [SeriesRegressor]
  /// Where it stands in time, and what it has in common with others.
  public var context: SeriesContext

  /// Joins the three.
  public init(
    values: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext()
  ) {
    self.values = values
    self.regressors = regressors
    self.context = context
  }

  /// The history of these values, in a scale of its own or in that of an earlier one.
  func history(season: Int, scale: Double? = nil) -> History {
    History(values, season: season, scale: scale, regressors: regressors, context: context)
  }
}
