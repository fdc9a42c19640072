/// The loss of one window's days ahead: the oracle of `LaneLoss`.
struct ScalarLoss<Number: ScalarNumber> {
  let shape: LossShape

  /// The loss, and its derivatives by day and output.
  func evaluate(_ outputs: [[Number]], _ window: ScalarNetwork<Number>.Window)
    -> (sum: Number, slopes: [[Number]])
  {
    var sum = Number(0)
    var slopes = outputs.map { $0.map { _ in Number(0) } }
    for day in outputs.indices where window.dayWeights[day] > 0 {
      let (weight, target) = (window.dayWeights[day], window.targets[day])
      let share = Number(shape.meanShare) * window.meanWeight
      let mean = meanPart(outputs[day][0], target)
      sum += weight * share * mean.loss
      slopes[day][0] = weight * share * mean.slope
      let base = window.bases.isEmpty ? 0 : window.bases[day]
      for (index, level) in shape.levels.enumerated() {
        let short = target - (base + outputs[day][index + 1])
        let slope = short > 0 ? -Number(level) : Number(1 - level)
        sum -= weight * slope * short
        slopes[day][index + 1] = weight * slope
      }
    }
    return (sum, slopes)
  }

  private func meanPart(_ output: Number, _ target: Number) -> (loss: Number, slope: Number) {
    let error = output - target
    switch shape.mean {
    case .huber(let threshold) where abs(error) > Number(threshold):
      let bound = Number(threshold)
      return (bound * (abs(error) - bound / 2), error > 0 ? bound : -bound)
    case .huber, .squared:
      return (error * error / 2, error)
    case .poisson:
      let least = Number(LossShape.logarithms.lowerBound)
      let most = Number(LossShape.logarithms.upperBound)
      let logarithm = min(most, max(least, output))
      let mean = Number.exponential(logarithm)
      let pushesOut = output > most && mean < target || output < least && mean > target
      return (mean - target * logarithm, pushesOut ? 0 : mean - target)
    }
  }
}
