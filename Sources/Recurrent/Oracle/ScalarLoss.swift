/// The loss of one window's days ahead: the oracle of `LaneLoss`.
struct ScalarLoss<Number: ScalarNumber> {
  let shape: LossShape

  /// The loss, and its derivatives by day and output.
  func evaluate(_ outputs: [[Number]], _ targets: [Number], _ weights: [Number])
    -> (sum: Number, slopes: [[Number]])
  {
    var sum = Number(0)
    var slopes = outputs.map { $0.map { _ in Number(0) } }
    for day in outputs.indices where weights[day] > 0 {
      let (share, weight) = (Number(shape.meanShare), weights[day])
      let error = outputs[day][0] - targets[day]
      switch shape.mean {
      case .huber(let threshold) where abs(error) > Number(threshold):
        let bound = Number(threshold)
        sum += weight * share * bound * (abs(error) - bound / 2)
        slopes[day][0] = weight * share * (error > 0 ? bound : -bound)
      default:
        sum += weight * share * error * error / 2
        slopes[day][0] = weight * share * error
      }
      for (index, level) in shape.levels.enumerated() {
        let short = targets[day] - outputs[day][index + 1]
        let slope = short > 0 ? -Number(level) : Number(1 - level)
        sum -= weight * slope * short
        slopes[day][index + 1] = weight * slope
      }
    }
    return (sum, slopes)
  }
}
