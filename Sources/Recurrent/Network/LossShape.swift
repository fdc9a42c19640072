/// What a network is trained for: its first output is to be the mean, the others quantiles.
///
/// A day of a window costs its weight times (share * mean part + sum of pinball parts), for the
/// error e = output - target:
///
///     mean     e^2 / 2, or Huber's (1964): e^2 / 2 within the threshold, linear beyond
///     pinball  q (target - output) where the target is above, (1 - q) (output - target) elsewhere
///              (Koenker and Bassett 1978)
struct LossShape: Equatable, Sendable {
  enum Mean: Equatable, Sendable {
    case squared
    case huber(threshold: Float)

    /// From where on a mean part is linear.
    var threshold: Float {
      switch self {
      case .squared: .greatestFiniteMagnitude
      case .huber(let threshold): threshold
      }
    }
  }

  let mean: Mean
  let meanShare: Float
  /// Of the second output and those after it.
  let levels: [Float]

  init(mean: Mean = .squared, meanShare: Float = 1, levels: [Float] = []) {
    precondition(mean.threshold > 0 && meanShare >= 0, "a loss that nothing can lower")
    precondition(levels.allSatisfy { $0 > 0 && $0 < 1 }, "levels are between 0 and 1")
    (self.mean, self.meanShare, self.levels) = (mean, meanShare, levels)
  }

  var outputs: Int { 1 + levels.count }
}
