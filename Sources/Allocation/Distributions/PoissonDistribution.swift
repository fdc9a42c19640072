import Glibc

/// Poisson demand, the oracle for demand that comes in single units.
public struct PoissonDistribution: Equatable, Sendable {
  /// The expected demand, which is its variance too.
  public let mean: Double

  /// Demand of a mean above 0.
  public init(mean: Double) {
    precondition(mean > 0 && mean <= 1e9, "Poisson demand: the mean must be in 0...1e9")
    self.mean = mean
  }

  /// The probability of just so many units.
  public func probability(of units: Int) -> Double {
    guard units >= 0 else { return 0 }
    var sign: Int32 = 0
    let factorial = unsafe lgamma_r(Double(units) + 1, &sign)
    return exp(Double(units) * log(mean) - mean - factorial)
  }

  /// The probability of at most so many units; what is between two whole numbers counts as the
  /// smaller.
  public func probability(atMost units: Double) -> Double {
    guard units >= 0 else { return 0 }
    return units < mean ? lower(Int(units)) : 1 - upper(Int(units) + 1)
  }

  /// The expected demand above a stock, E[(X - x)+]: of whole x it is
  /// (m - x) P(X > x) + m P(X = x) (Zipkin, "Foundations of Inventory Management", C.2.3), between
  /// them linear.
  public func shortage(above stock: Double) -> Double {
    guard stock >= 0 else { return mean - stock }
    let whole = Int(stock)
    let above = Double(whole) < mean ? 1 - lower(whole) : upper(whole + 1)
    let atWhole = (mean - Double(whole)) * above + mean * probability(of: whole)
    return atWhole - (stock - Double(whole)) * above
  }

  /// P(X <= units), from the largest term downwards.
  private func lower(_ units: Int) -> Double {
    var (term, sum, count) = (probability(of: units), 0.0, Double(units))
    while term > sum * 1e-17, count >= 0 {
      sum += term
      term *= count / mean
      count -= 1
    }
    return sum
  }

  /// P(X >= units), from the largest term upwards.
  private func upper(_ units: Int) -> Double {
    var (term, sum, count) = (probability(of: units), 0.0, Double(units))
    while term > sum * 1e-17 {
      sum += term
      count += 1
      term *= mean / count
    }
    return sum
  }
}
