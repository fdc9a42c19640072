/// The test of Kwiatkowski, Phillips, Schmidt and Shin (1992, J. of Econometrics 54) for a level
/// without a unit root, and the count of differences that it calls for.
enum UnitRootTest {
  /// The statistic's 5 % point (their table 1, level).
  static let criticalValue = 0.463
  /// More differences than these are never taken.
  static let mostDifferences = 2

  /// How many autocovariances enter the long-run variance.
  static func lag(count: Int) -> Int { Int(3 * Double(count).squareRoot() / 13) }

  /// The sum of squared partial sums of the residuals over n^2 and the long-run variance, with
  /// Bartlett's weights (Newey and West 1987). NaN without variance.
  ///
  /// With L lags the weights are 1 - k / (L + 1), so the weighted sum of autocovariances is the
  /// mean square of the sums over L + 1 neighbours, zeros around the series: one pass whatever
  /// the lag, and never negative.
  static func statistic(_ values: [Double]) -> Double {
    let count = values.count
    guard count > 0 else { return .nan }
    let mean = values.reduce(0, +) / Double(count)
    let width = lag(count: count) + 1
    var partial = 0.0
    var squaredPartials = 0.0
    var window = 0.0
    var squaredWindows = 0.0
    for index in 0..<count {
      let residual = values[index] - mean
      partial += residual
      squaredPartials += partial * partial
      window += residual - (index >= width ? values[index - width] - mean : 0)
      squaredWindows += window * window
    }
    for index in max(count - width, 0)..<(count - 1) {
      window -= values[index] - mean
      squaredWindows += window * window
    }
    let longRunVariance = squaredWindows / Double(width)
    return squaredPartials / Double(count) / longRunVariance
  }

  /// The differences until the test accepts a level; a series that has become constant needs no
  /// more. Missing values are left out, and the rest closes up.
  static func differences(_ values: [Double]) -> Int {
    var rest = values.filter { !$0.isNaN }
    var taken = 0
    while taken < mostDifferences, !Constancy.holds(rest), statistic(rest) > criticalValue {
      rest = zip(rest.dropFirst(), rest).map { $0 - $1 }
      taken += 1
    }
    return taken
  }
}

/// Whether a series says nothing but one value.
enum Constancy {
  /// The mean distance from the first value, relative to the values' mean size, below which they
  /// are the same but for rounding: the square root of a double's resolution.
  static let tolerance = 1.490_116_119_384_765_6e-8

  /// True of an empty series too; the values are not missing.
  static func holds(_ values: [Double]) -> Bool {
    guard let first = values.first else { return true }
    var distance = 0.0
    var size = 0.0
    var others = 0.0
    for value in values where value != first {
      distance += abs(value - first)
      size += abs(value)
      others += 1
    }
    guard others > 0 else { return true }
    size /= others
    distance /= others
    return distance < tolerance * (size > tolerance ? size : 1)
  }
}
