/// What a series or its regressors cannot be used for, and the way out.
public enum ArimaError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A regressor has not one value for each point of the series.
  case regressorLength(column: String, has: Int, needs: Int)
  /// A regressor's value is not a finite number; points count from 0.
  case regressorNotFinite(column: String, point: Int)
  /// Two regressors have one name.
  case regressorTwice(column: String)
  /// A regressor that the model uses does not reach to the end of the forecast.
  case futureMissing(column: String, has: Int, needs: Int)
  /// A Box-Cox lambda outside -1...2.
  case lambdaOutOfRange(Double)
  /// A Box-Cox lambda that needs larger values than the series has; points count from 0.
  case lambdaRefused(Double, point: Int, value: Double)
  /// The series has too few observed points for any model.
  case tooFewPoints(has: Int, needs: Int)
  /// A season that is no number of points.
  case seasonOutOfRange(Int)
  /// The order that was asked for has no likelihood on the series.
  case orderRefused(ArimaOrder, points: Int)

  /// The error in words.
  public var description: String {
    switch self {
    case .regressorLength(let column, let has, let needs):
      "regressor \"\(column)\": \(has) values for \(needs) days; give one value for each day"
    case .regressorNotFinite(let column, let point):
      "regressor \"\(column)\": the value of day \(point + 1) is not a finite number; "
        + "fill it in or leave the regressor out"
    case .regressorTwice(let column):
      "regressor \"\(column)\": the name is given twice; give each regressor its own"
    case .futureMissing(let column, let has, let needs):
      "regressor \"\(column)\": \(has) future values for \(needs) days of forecast; "
        + "give one for each day, forecast fewer days, or fit without the regressor"
    case .lambdaOutOfRange(let lambda):
      "Box-Cox lambda \(lambda): must lie in -1...2; 1 leaves the series as it is"
    case .lambdaRefused(let lambda, let point, let value):
      "Box-Cox lambda \(lambda): the value \(value) of day \(point + 1) has no transform; "
        + (value < 0
          ? "use lambda 1, which takes negative values"
          : "use a lambda above 0, which takes zeros")
    case .tooFewPoints(let has, let needs):
      "\(has) observed points, at least \(needs) needed"
    case .seasonOutOfRange(let season):
      "season \(season): must lie in 1...\(ArimaSettings.longestSeason); 1 is none"
    case .orderRefused(let order, let points):
      "\(order) cannot be fitted to \(points) points; "
        + "take a smaller order, or leave the choice to the search"
    }
  }
}
