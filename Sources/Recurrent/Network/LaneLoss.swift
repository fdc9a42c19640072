/// The loss of four windows' days ahead and its derivatives (`LossShape` has the formulas; the
/// oracle is `ScalarLoss`).
///
/// A day of weight 0 is missing: its target is not looked at and may be no number.
struct LaneLoss<L: LaneVector> {
  let shape: LossShape

  /// Adds the loss of a day to `sum` and puts its derivatives into `slopes`. Outputs and slopes by
  /// output and window, targets and weights by window; slopes of the outputs that fill a panel are
  /// left as they are.
  @inline(__always)
  func evaluate(
    _ outputs: Column<L>, targets: Column<L>, weights: Column<L>, slopes: Column<L>,
    adding sum: inout L
  ) {
    let (zero, half) = (L.all(0), L.all(0.5))
    let (threshold, share) = (shape.mean.threshold, L.all(shape.meanShare))
    for window in 0..<4 {
      let weight = weights[window]
      let error = weight.whereAboveZero(outputs[window] - targets[window], else: zero)
      // Huber's loss of e is c (e - c / 2) for c = e, brought within the threshold.
      let slope = error.within(threshold)
      slopes[window] = weight * share * slope
      var loss = share * slope * (error - half * slope)
      for (index, level) in shape.levels.enumerated() {
        let place = 4 * (index + 1) + window
        let short = weight.whereAboveZero(targets[window] - outputs[place], else: zero)
        let slope = short.whereAboveZero(L.all(-level), else: L.all(1 - level))
        slopes[place] = weight * slope
        loss = loss.plus(-slope, times: short)
      }
      sum = sum.plus(weight, times: loss)
    }
  }
}
