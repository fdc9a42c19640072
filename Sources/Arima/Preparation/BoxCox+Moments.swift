import Glibc

/// The mean of a back-transformed forecast is not the back-transformed mean: the transform bends.
extension BoxCox {
  /// The farthest peak, in deviations, that is integrated: it bounds the work.
  private static let farthestPeak = 1000.0

  /// Mean and variance of `inverse(z)` for a normal z.
  ///
  /// Lambda 0 and an unfloored lambda 1 have closed forms. Other positive lambdas are integrated:
  /// trapezoids on the whole line, whose error falls exponentially for smooth integrands; relative
  /// errors stay below 1e-9. By a negative lambda the normal reaches past the largest transform,
  /// so no mean exists: the second-order delta method stands in, its error of third order
  /// in deviation / (distance from the mean to the largest transform, -1 / lambda).
  func moments(mean: Double, deviation: Double) -> (mean: Double, variance: Double) {
    precondition(deviation >= 0, "a deviation is not negative")
    let middle = inverse(mean)
    let variance = deviation * deviation
    if deviation == 0 { return (middle, 0) }
    if lambda == 1, !isFloored { return (middle, variance) }
    if lambda == 0 {
      let square = exp(2 * mean + variance)
      return (exp(mean + variance / 2), square * expm1(variance))
    }
    if lambda < 0 {
      // x = inverse(z) has x' = x^(1 - lambda) and x'' = (1 - lambda) x^(1 - 2 lambda).
      let slope = pow(middle, 1 - lambda)
      let bend = (1 - lambda) * pow(middle, 1 - 2 * lambda)
      return (middle + bend * variance / 2, slope * slope * variance)
    }
    return integrated(mean: mean, deviation: deviation)
  }

  /// The moments for lambda > 0, where `inverse` has a kink at -1 / lambda.
  ///
  /// With u the standard normal, `inverse(mean + deviation u)^2 phi(u)` is log-concave above the
  /// kink and at least as sharp as a normal: ten units around its peak and the normal's hold all.
  private func integrated(mean: Double, deviation: Double) -> (mean: Double, variance: Double) {
    let level = 1 + lambda * mean
    let kink = -level / (lambda * deviation)
    // The peak solves u (level + lambda deviation u) = 2 deviation.
    let root = (level * level + 8 * lambda * deviation * deviation).squareRoot()
    let peak =
      level > 0 ? 4 * deviation / (level + root) : (root - level) / (2 * lambda * deviation)
    // A spread of hundreds of powers of e: no number holds the mean.
    guard peak < Self.farthestPeak else { return (.infinity, .infinity) }
    let reach = 10.0
    // Far from the kink the integrand is smooth on the whole line, and moments about the middle
    // keep their digits; near it, u = kink + log(1 + e^t) makes it smooth,
    // falling towards -infinity as e^((1 + 1 / lambda) t).
    let isSmooth = kink < -12
    let centre = isSmooth ? inverse(mean) : 0
    let step = isSmooth ? 0.4 : 0.25
    let start = isSmooth ? -reach : -24
    let end = peak + reach - (isSmooth ? 0 : kink)
    var first = 0.0
    var second = 0.0
    var point = start
    while point <= end {
      var u = point
      var weight = step
      if !isSmooth {
        u = kink + (point > 0 ? point + log1p(exp(-point)) : log1p(exp(point)))
        weight /= 1 + exp(-point)
      }
      let distance = inverse(mean + deviation * u) - centre
      let share = weight * exp(-u * u / 2) / (2 * Double.pi).squareRoot()
      first += share * distance
      second += share * distance * distance
      point += step
    }
    guard second.isFinite else { return (.infinity, .infinity) }
    return (centre + first, max(0, second - first * first))
  }
}
