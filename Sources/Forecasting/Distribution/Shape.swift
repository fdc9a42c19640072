import Glibc

/// The kind of distribution that a mean and a variance are dressed in.
enum Shape: UInt8, Sendable {
  /// Normal, cut off at 0.
  case normal = 0
  /// Whole units: negative binomial where the variance is above the mean, as it is for demand;
  /// gamma where the counts are large; whole numbers near a normal where it is below.
  case count = 1
  /// Gamma: continuous, skewed, with days of nothing.
  case skewed = 2

  /// Counts above this mean are as good as continuous.
  private static let largestCountMean = 60.0
  /// The most steps of a walk along a probability function.
  private static let maximumWalk = 1_500

  /// The shape that the values of a history ask for.
  init(_ history: History) {
    if history.demandCount > 0, history.isCount {
      self = .count
    } else {
      self = history.zeroShare > 0.1 ? .skewed : .normal
    }
  }

  /// Appends the quantiles at `levels` (ascending; `normals` are their standard normal quantiles):
  /// finite, never negative, ascending.
  func appendQuantiles(
    mean: Double, variance: Double, levels: [Double], normals: [Double], to result: inout [Double]
  ) {
    let mean = max(0, mean)
    guard variance > 1e-18 * mean * mean, variance > 0 else {
      for _ in levels { result.append(mean) }
      return
    }
    switch self {
    case .normal: Self.normal(mean, variance, normals, &result)
    case .skewed: Self.gamma(mean, variance, normals, &result)
    case .count:
      if mean > Self.largestCountMean {
        Self.gamma(mean, variance, normals, &result)
      } else if variance >= mean {
        Self.negativeBinomial(mean, variance, levels, normals, &result)
      } else {
        let first = result.count
        Self.normal(mean, variance, normals, &result)
        for index in first..<result.count { result[index] = result[index].rounded() }
      }
    }
  }

  private static func normal(
    _ mean: Double, _ variance: Double, _ normals: [Double], _ result: inout [Double]
  ) {
    let deviation = variance.squareRoot()
    for normal in normals { result.append(max(0, mean + normal * deviation)) }
  }

  /// Gamma quantiles by the cube root (Wilson and Hilferty 1931); with a small coefficient of
  /// variation they are the normal's.
  private static func gamma(
    _ mean: Double, _ variance: Double, _ normals: [Double], _ result: inout [Double]
  ) {
    guard mean > 0 else { return normal(mean, variance, normals, &result) }
    let ninth = variance / (9 * mean * mean)
    let deviation = ninth.squareRoot()
    for normal in normals {
      let root = max(0, 1 - ninth + normal * deviation)
      result.append(mean * root * root * root)
    }
  }

  /// Walks the probabilities of 0, 1, 2... and notes where their sum passes each level.
  private static func negativeBinomial(
    _ mean: Double, _ variance: Double, _ levels: [Double], _ normals: [Double],
    _ result: inout [Double]
  ) {
    let first = result.count
    guard mean > 1e-12 else {
      for _ in levels { result.append(0) }
      return
    }
    // Excess above Poisson; with next to none, the Poisson walk is the limit of the other.
    let excess = variance - mean
    let size = mean * mean / max(excess, 1e-9 * mean)
    let failure = mean / (mean + size)
    var probability = exp(-size * log1p(mean / size))
    var sum = probability
    var units = 0.0
    var index = 0
    while index < levels.count, units < Double(maximumWalk) {
      if sum >= levels[index] {
        result.append(units)
        index += 1
      } else {
        probability *= failure * (units + size) / (units + 1)
        units += 1
        sum += probability
      }
    }
    guard index < levels.count else { return }
    // A tail longer than the walk is as good as continuous.
    gamma(mean, variance, Array(normals[index...]), &result)
    for at in (first + index)..<result.count {
      result[at] = max(result[at].rounded(), at > first ? result[at - 1] : 0)
    }
  }
}
