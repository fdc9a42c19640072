/// What a network is trained for: its first output is to be the mean, the others quantiles, counted
/// from the day's base.
///
/// A day of a window costs its weight times (share * mean weight * mean part + sum of pinball
/// parts), for the error e = output - target, or base + output - target for a quantile:
///
///     mean     e^2 / 2, or Huber's (1964): e^2 / 2 within the threshold, linear beyond; or
///              Poisson's: exp(o) - target o, whose output o is the logarithm of the mean
///     pinball  q (target - output) where the target is above, (1 - q) (output - target) elsewhere
///              (Koenker and Bassett 1978)
///
/// The mean weight is the window's: how much its volume counts.
package struct LossShape: Equatable, Sendable {
  package enum Mean: Equatable, Sendable {
    case squared
    case huber(threshold: Float)
    /// Half of Poisson's deviance, without what no output changes. The output is used within
    /// `logarithms`; beyond them nothing pushes it further out, and what pulls it back goes on.
    case poisson

    /// From where on a mean part is linear.
    var threshold: Float {
      switch self {
      case .squared, .poisson: .greatestFiniteMagnitude
      case .huber(let threshold): threshold
      }
    }
  }

  /// A mean between a four hundredth of the window's scale and 55 times that.
  package static let logarithms: ClosedRange<Float> = -6...4

  package let mean: Mean
  package let meanShare: Float
  /// Of the second output and those after it.
  package let levels: [Float]

  package init(mean: Mean = .squared, meanShare: Float = 1, levels: [Float] = []) {
    precondition(mean.threshold > 0 && meanShare >= 0, "a loss that nothing can lower")
    precondition(levels.allSatisfy { $0 > 0 && $0 < 1 }, "levels are between 0 and 1")
    (self.mean, self.meanShare, self.levels) = (mean, meanShare, levels)
  }

  package var outputs: Int { 1 + levels.count }
}
