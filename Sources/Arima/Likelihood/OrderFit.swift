import Glibc

/// The most likely parameters of an order on a series, as far as a search went.
struct OrderFit: Sendable {
  let order: ArimaOrder
  /// Where the search ended.
  var point: [Double]
  /// The coefficients there: ar, seasonalAR, ma, seasonalMA.
  var coefficients: [Double]
  /// The coefficients of the regression columns.
  var regression: [Double]
  /// The number of differenced values.
  var count: Int
  /// n log(S / n) + log |M|.
  var deviance: Double
  /// The sum of squares S.
  var squares: Double
  /// How often the parameters were moved.
  var moves: Int
  /// Whether the last move could hardly gain anything.
  var isConverged: Bool
  /// J'J of the errors by the coefficients, by row.
  var information: [Double]
  /// The same of the regression columns, whitened.
  var regressionInformation: [Double]

  /// The variance of the errors, as maximum likelihood has it.
  var variance: Double { squares / Double(count) }

  /// The logarithm of the likelihood.
  var logLikelihood: Double {
    -0.5 * (deviance + Double(count) * (1 + log(2 * Double.pi)))
  }

  /// How many parameters were estimated, the variance among them.
  var parameterCount: Int { coefficients.count + regression.count + 1 }

  /// Akaike's criterion, corrected for short series.
  var criterion: Double { -2 * logLikelihood + Self.penalty(parameterCount, count: count) }

  /// Up to so many points the criterion is not corrected, which a mean and a variance alone would
  /// make infinite.
  private static let mostUncorrected = 3

  /// What a criterion adds to -2 log L for the parameters; infinite where the points do not
  /// suffice.
  static func penalty(_ parameters: Int, count: Int) -> Double {
    let k = Double(parameters)
    let n = Double(count)
    if count <= mostUncorrected { return n > k ? 2 * k : .infinity }
    return n - k - 1 > 0 ? 2 * k + 2 * k * (k + 1) / (n - k - 1) : .infinity
  }

  /// The standard errors of the coefficients and of the regression: from the curvature of the sum
  /// of squares, as large samples have it.
  var standardErrors: [Double] {
    let parts = [(information, coefficients.count), (regressionInformation, regression.count)]
    return parts.flatMap { matrix, size in
      SmallSystem.inverseDiagonal(matrix, size: size).map { ($0 * variance).squareRoot() }
    }
  }
}
