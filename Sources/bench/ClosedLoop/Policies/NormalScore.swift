import Glibc

/// The standard normal distribution.
enum NormalScore {
  private static let numerator = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.3577518672690,
    -30.66479806614716, 2.506628277459239,
  ]
  private static let denominator = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572, 1,
  ]
  private static let tailNumerator = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ]
  private static let tailDenominator = [
    0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1,
  ]
  private static let tail = 0.02425

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }

  /// The quantile by the rational approximation of Acklam (2003), to 1.2e-9.
  static func quantile(_ level: Double) -> Double {
    if level < tail {
      let q = (-2 * log(level)).squareRoot()
      return polynomial(tailNumerator, q) / polynomial(tailDenominator, q)
    }
    if level > 1 - tail { return -quantile(1 - level) }
    let q = level - 0.5
    return q * polynomial(numerator, q * q) / polynomial(denominator, q * q)
  }

  static func probability(_ score: Double) -> Double {
    0.5 * erfc(-score / 2.0.squareRoot())
  }
}
