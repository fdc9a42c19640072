import Glibc

/// The power transform of Box and Cox (1964, J. of the Royal Statistical Society B 26):
/// `(x^lambda - 1) / lambda`, or `log x` for lambda 0, which evens out a spread that grows with
/// the level.
///
/// Zero demand: with lambda above 0 a zero becomes `-1 / lambda`, an ordinary value unless lambda
/// is near 0; with lambda 0 or less it has no transform, and the data is refused. Negative values
/// are taken by lambda 1 alone, which only shifts. On the way back, what lies below the transform
/// of zero is no demand at all: 0 (by lambda 1 too, where the data has no negative values).
struct BoxCox: Equatable, Sendable {
  /// The lambdas that are taken.
  static let range = -1.0...2.0

  /// The power.
  let lambda: Double
  /// Whether results below zero become zero.
  let isFloored: Bool

  /// Takes a lambda for a series (NaN where missing), or says why it does not fit.
  init(lambda: Double, for values: [Double]) throws(ArimaError) {
    guard Self.range.contains(lambda) else { throw .lambdaOutOfRange(lambda) }
    var lowest = 0.0
    for (point, value) in values.enumerated() where !value.isNaN {
      lowest = min(lowest, value)
      if value <= 0, lambda <= 0 || (value < 0 && lambda != 1) {
        throw .lambdaRefused(lambda, point: point, value: value)
      }
    }
    self.lambda = lambda
    isFloored = lowest >= 0
  }

  /// A lambda that was found to fit.
  init(lambda: Double, isFloored: Bool) {
    self.lambda = lambda
    self.isFloored = isFloored
  }

  /// The transform of a value that the lambda takes; NaN stays NaN.
  func transform(_ value: Double) -> Double {
    if lambda == 1 { return value - 1 }
    if lambda == 0 { return log(value) }
    // expm1 keeps the digits that x^lambda - 1 loses near lambda 0; log(0) goes to -1 / lambda.
    return expm1(lambda * log(value)) / lambda
  }

  /// The transform of a whole series.
  func transform(_ values: [Double]) -> [Double] { values.map { transform($0) } }

  /// The value whose transform this is: 0 below the transform of 0, infinite where, by a
  /// negative lambda, no finite value has so large a transform.
  func inverse(_ transformed: Double) -> Double {
    if lambda == 1 { return isFloored ? max(0, transformed + 1) : transformed + 1 }
    if lambda == 0 { return exp(transformed) }
    let base = lambda * transformed
    if base <= -1 { return lambda > 0 ? 0 : .infinity }
    return exp(log1p(base) / lambda)
  }
}
