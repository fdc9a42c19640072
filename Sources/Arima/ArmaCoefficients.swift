/// The coefficients of the four polynomials of a seasonal ARMA process, where
///
///     (1 - ar1 B - ...) (1 - seasonalAR1 B^m - ...) z
///       = (1 + ma1 B + ...) (1 + seasonalMA1 B^m + ...) a
public struct ArmaCoefficients: Equatable, Sendable {
  /// By the day: the weights of earlier values.
  public var ar: [Double]
  /// By the day: the weights of earlier errors.
  public var ma: [Double]
  /// By the season: the weights of earlier values.
  public var seasonalAR: [Double]
  /// By the season: the weights of earlier errors.
  public var seasonalMA: [Double]
  /// The points in a season.
  public var season: Int

  /// Joins the parts.
  public init(
    ar: [Double] = [], ma: [Double] = [], seasonalAR: [Double] = [], seasonalMA: [Double] = [],
    season: Int = 1
  ) {
    self.ar = ar
    self.ma = ma
    self.seasonalAR = seasonalAR
    self.seasonalMA = seasonalMA
    self.season = season
  }

  /// The weights of the last `p + m P` values in the product of both autoregressive polynomials.
  var wholeAR: [Double] {
    Self.product(ar.map { -$0 }, seasonalAR.map { -$0 }, season: season).map { -$0 }
  }

  /// The weights of the last `q + m Q` errors in the product of both moving average polynomials.
  var wholeMA: [Double] { Self.product(ma, seasonalMA, season: season) }

  /// The coefficients after the leading 1 of (1 + short(B)) (1 + long(B^season)).
  private static func product(_ short: [Double], _ long: [Double], season: Int) -> [Double] {
    var result = [Double](repeating: 0, count: short.count + season * long.count)
    for (index, value) in short.enumerated() { result[index] += value }
    for (index, value) in long.enumerated() {
      let lag = (index + 1) * season
      result[lag - 1] += value
      for (inner, factor) in short.enumerated() { result[lag + inner] += value * factor }
    }
    return result
  }
}
