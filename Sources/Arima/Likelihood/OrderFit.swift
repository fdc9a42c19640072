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
  var iterations: Int
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
  var criterion: Double {
    let k = Double(parameterCount)
    let n = Double(count)
    guard n - k - 1 > 0, deviance.isFinite else { return .infinity }
    return -2 * logLikelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1)
  }

  /// Roots this near to the unit circle are refused: forecasts from such a model swing on the last
  /// digit of a coefficient.
  static let nearestRoot = 1.01

  /// Whether a root lies too near to the unit circle. Those of a seasonal factor are roots in B^m.
  var isNearUnitRoot: Bool {
    let season = Double(order.season)
    return Coordinates(order).groups.enumerated().contains { index, group in
      let part = coefficients[group.first..<(group.first + group.count)].map { $0 * group.sign }
      let radius = index % 2 == 0 ? Self.nearestRoot : pow(Self.nearestRoot, season)
      return !PartialCorrelations.rootsLieBeyond(radius, part)
    }
  }
}
