/// Seasonal ARIMA models of one series, averaged by their criterion, and the state of their filters
/// after the last day: all that forecasts and new days need, without the history.
public struct ArimaModel: Sendable {
  /// What a search did.
  public struct Effort: Equatable, Sendable {
    /// Candidates that were fitted.
    public var tried = 0
    /// Of them, those with a root too near to the unit circle or without a likelihood.
    public var refused = 0
    /// Moves of parameters over all candidates.
    public var moves = 0
    /// Whether the budget ended the search.
    public var isExhausted = false
  }

  /// The season that the lags go by; 1 for none.
  public let season: Int
  let plan: DifferencePlan
  let power: BoxCox?
  /// What a value is divided by: a power of two, so that no digit is lost.
  let scale: Double
  let terms: RegressionTerms
  /// The best first.
  var members: [ArimaMember]
  /// The days that the filters have seen, from the first day of the series on.
  public internal(set) var days: Int
  /// The days that parameters were fitted to.
  public let fittedDays: Int
  /// What the errors of the days since the fit say.
  var drift = DriftTest()
  /// The regressors that are not used, and why.
  public let warnings: [String]
  /// What the search did.
  public let effort: Effort

  /// The best order.
  public var order: ArimaOrder { members[0].candidate.order }

  /// The order of the best model in words, as in `ARIMA(1,1,2)(0,1,1)[7] with drift`.
  public var title: String { Self.title(members[0], plan, terms) }

  static func title(
    _ member: ArimaMember, _ plan: DifferencePlan, _ terms: RegressionTerms
  ) -> String {
    var text = member.candidate.order.description
    var parts: [String] = []
    if member.candidate.hasConstant {
      parts.append(plan.daily + plan.seasonal == 0 ? "mean" : "drift")
    }
    for term in terms.fourier {
      parts.append("\(term.harmonics) harmonics of \(term.season)")
    }
    parts += terms.regressors.map(\.name)
    if !parts.isEmpty { text += " with " + parts.joined(separator: ", ") }
    return text
  }
}

/// The days after the last, in units of demand: each day's mean and variance, and the variance of
/// the sum of days 1...t for each t.
public struct ArimaForecast: Equatable, Sendable {
  /// By day.
  public var mean: [Double] = []
  /// By day.
  public var variance: [Double] = []
  /// By the last day of the sum.
  public var cumulativeVariance: [Double] = []
}
