import Glibc

/// How near to the unit circle the roots of an order's polynomials may come.
///
/// Nearer than 1.01 a model swings on the last digit of a coefficient, so a search moves among
/// those whose roots all lie beyond; the polynomials by the season are ones in B^m. A model that
/// wants to be nearer stands at the bound. In a long series that is a slow trend or season, and
/// useful; in a short one it is the pile-up of likelihood at the unit circle that comes from having
/// few points (Sargan and Bhargava 1983), as wide as 1/n for moving averages, and the model is
/// refused.
struct RootBounds: Equatable, Sendable {
  /// Of the four polynomials: ar, seasonalAR, ma, seasonalMA.
  let radii: [Double]

  /// Anywhere beyond the unit circle: for an order that was asked for.
  static let open = RootBounds(radii: [1, 1, 1, 1])

  private static let nearest = 1.01
  /// After two differences a forecast continues a slope; a long memory in the slope bends it up or
  /// down without end.
  private static let nearestOfSlopes = 1.1
  /// Shorter series are refused what stands at a bound.
  static let shortCount = 150
  /// As near to a bound counts as at it.
  private static let slack = 0.001

  /// The bounds of a search.
  static func search(_ order: ArimaOrder) -> RootBounds {
    let far = pow(nearest, Double(order.season))
    return RootBounds(radii: [order.d < 2 ? nearest : nearestOfSlopes, far, nearest, far])
  }

  private init(radii: [Double]) { self.radii = radii }

  /// Whether coefficients found in a search of `count` points are refused.
  static func refuses(_ coefficients: [Double], of order: ArimaOrder, count: Int) -> Bool {
    guard count < shortCount else { return false }
    return Coordinates(order, bounds: .open).groups.enumerated().contains { index, group in
      let part = coefficients[group.range].map { $0 * group.sign }
      var radius = nearest + slack
      if index == 2 { radius += 1 / Double(count) }
      if index % 2 == 1 { radius = pow(radius, Double(order.season)) }
      return !PartialCorrelations.rootsLieBeyond(radius, part)
    }
  }
}
