public import Allocation

/// The order that is placed once: each unit that is missing costs `underageCost`, each that is left
/// over `overageCost` (Snyder and Shen, "Fundamentals of Supply Chain Theory", 4.3).
public struct Newsvendor: Equatable, Sendable {
  /// What a unit too few costs, and what a unit too many.
  public let underageCost: Double, overageCost: Double

  /// Takes the two costs; what is negative or not a number counts as 0.
  public init(underageCost: Double, overageCost: Double) {
    self.underageCost = Bounds.amount(underageCost, limit: Bounds.figure)
    self.overageCost = Bounds.amount(overageCost, limit: Bounds.figure)
  }

  /// The probability with which demand should be met: 0 when nothing is lost by missing it, and 1
  /// when nothing is lost by keeping what is left over.
  public var level: Double {
    underageCost > 0 ? underageCost / (underageCost + overageCost) : 0
  }

  /// The best order, and what missing and left over cost together, when demand is normal.
  public func normal(mean: Double, deviation: Double) -> (order: Double, cost: Double) {
    let score = NormalDistribution.quantile(level)
    let density = NormalDistribution.density(score)
    return (mean + score * deviation, (underageCost + overageCost) * density * deviation)
  }

  /// What an order is expected to cost when demand is that of a curve.
  public func cost(order: Double, _ curve: ServiceCurve) -> Double {
    let missing = curve.shortage(above: order)
    // What is left over is the order less what is sold: (q - X)+ = q - X + (X - q)+.
    let left = order - curve.shortage(above: 0) + missing
    return underageCost * missing + overageCost * max(0, left)
  }

  /// The best order when demand is that of a curve.
  public func order(_ curve: ServiceCurve) -> Double { curve.quantile(level: level) }
}
