import Arima

/// What an ARIMA model of a series rests on.
public struct ArimaDetails: Equatable, Sendable {
  /// A coefficient of the best order.
  public struct Coefficient: Equatable, Sendable {
    /// As in `ar1`, `sma2`, `drift`, or a regressor's name.
    public let name: String
    /// Its value; of a mean, a drift or a regressor in units of demand (under a power, of its
    /// transform).
    public let value: Double
    /// Its standard error; nil where the series does not tell.
    public let standardError: Double?
  }

  /// One of the models that are averaged.
  public struct Share: Equatable, Sendable {
    /// Its order in words.
    public let title: String
    /// Its part in the average.
    public let weight: Double
    /// Akaike's criterion, corrected for short series.
    public let criterion: Double
  }

  /// The best order in words.
  public let title: String
  /// Its coefficients.
  public let coefficients: [Coefficient]
  /// The models that are averaged, the best first.
  public let shares: [Share]
  /// The deviation of its errors, in units of demand (under a power, of its transform).
  public let errorDeviation: Double
  /// The power of the transform, where there is one.
  public let power: Double?
  /// Orders that were fitted, and how many of them were refused.
  public let tried: Int, refused: Int
  /// Moves of parameters over all of them.
  public let moves: Int
  /// Whether the budget ended the search.
  public let isExhausted: Bool
  /// The days that came after the fit.
  public let daysSinceFit: Int
  /// What their errors say of the model, in words.
  public let drift: String
  /// The regressors that are not used, and why.
  public let warnings: [String]

  init(_ model: ArimaModel) {
    title = model.title
    coefficients = model.coefficients.map {
      let error = $0.standardError
      return Coefficient(
        name: $0.name, value: $0.value, standardError: error.isFinite ? error : nil)
    }
    shares = model.shares.map {
      Share(title: $0.title, weight: $0.weight, criterion: $0.criterion)
    }
    errorDeviation = model.errorDeviation
    power = model.lambda
    tried = model.effort.tried
    refused = model.effort.refused
    moves = model.effort.moves
    isExhausted = model.effort.isExhausted
    daysSinceFit = model.days - model.fittedDays
    drift = model.driftVerdict
    warnings = model.warnings
  }
}
