import Glibc

/// The standard normal distribution: the scale on which quantile levels are interpolated, and the
/// oracle of every expectation that a `ServiceCurve` gives.
public enum NormalDistribution {
  /// The value below which a standard normal variable lies with `probability`, which is taken to
  /// lie between 1e-9 and 1 - 1e-9. Wichura, "Algorithm AS 241: the percentage points of the normal
  /// distribution", Applied Statistics 37 (1988); relative error about 1e-15.
  public static func quantile(_ probability: Double) -> Double {
    let inside = min(max(probability, 1e-9), 1 - 1e-9)
    let offset = inside - 0.5
    if abs(offset) <= 0.425 {
      let square = 0.180625 - offset * offset
      return offset * ratio(square, centralNumerator, centralDenominator)
    }
    let tail = min(inside, 1 - inside)
    let root = (-log(tail)).squareRoot() - 1.6
    let magnitude = ratio(root, tailNumerator, tailDenominator)
    return offset < 0 ? -magnitude : magnitude
  }

  private typealias Polynomial = InlineArray<8, Double>

  private static func ratio(
    _ x: Double, _ numerator: Polynomial, _ denominator: Polynomial
  ) -> Double {
    var above = numerator[7]
    var below = denominator[7]
    for index in stride(from: 6, through: 0, by: -1) {
      above = above * x + numerator[index]
      below = below * x + denominator[index]
    }
    return above / below
  }

  private static let centralNumerator: Polynomial = [
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
  ]
  private static let centralDenominator: Polynomial = [
    1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
    5.2264952788528545610e3,
  ]
  private static let tailNumerator: Polynomial = [
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
  ]
  private static let tailDenominator: Polynomial = [
    1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ]
}

extension NormalDistribution {
  private static let rootOfTwo = 2.0.squareRoot()
  private static let perRootOfTwoPi = 1 / (2 * Double.pi).squareRoot()

  /// The density at a score.
  public static func density(_ score: Double) -> Double {
    perRootOfTwoPi * exp(-score * score / 2)
  }

  /// The probability of at most a score.
  public static func probability(atMost score: Double) -> Double { erfc(-score / rootOfTwo) / 2 }

  /// The probability of more than a score, to its last digits however small it is.
  public static func probability(above score: Double) -> Double { erfc(score / rootOfTwo) / 2 }

  /// The expected excess over a score, E[(Z - z)+] = phi(z) - z (1 - Phi(z)). Both agree in their
  /// first digits, about z^2 of them: 1e-13 are left right where the density ends.
  public static func loss(_ score: Double) -> Double {
    density(score) - score * probability(above: score)
  }

  /// The expected excess of a normal demand over a level.
  public static func shortage(above level: Double, mean: Double, deviation: Double) -> Double {
    guard deviation > 0 else { return max(0, mean - level) }
    return deviation * loss((level - mean) / deviation)
  }
}
