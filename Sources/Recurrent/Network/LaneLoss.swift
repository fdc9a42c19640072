/// What a day ahead of four windows was, and what it counts: each by window.
struct LaneTruth<L: LaneVector> {
  let targets: Column<L>
  /// 0 where the day is missing.
  let weights: Column<L>
  /// What quantiles are counted from.
  let bases: Column<L>
  let meanWeights: Column<L>
}

/// The loss of four windows' days ahead and its derivatives (`LossShape` has the formulas; the
/// oracle is `ScalarLoss`).
///
/// A day of weight 0 is missing: its target and base are not looked at and may be no numbers.
struct LaneLoss<L: LaneVector> {
  let shape: LossShape

  /// Adds the loss of a day to `sum` and puts its derivatives into `slopes`. Outputs and slopes by
  /// output and window; slopes of the outputs that fill a panel are left as they are.
  @inline(__always)
  func evaluate(
    _ outputs: Column<L>, _ truth: LaneTruth<L>, slopes: Column<L>, adding sum: inout L
  ) {
    let zero = L.all(0)
    let isPoisson = shape.mean == .poisson
    for window in 0..<4 {
      let weight = truth.weights[window]
      let target = weight.whereAboveZero(truth.targets[window], else: zero)
      let share = L.all(shape.meanShare) * truth.meanWeights[window]
      let (part, slope) =
        isPoisson ? poisson(outputs[window], target) : huber(outputs[window], target)
      slopes[window] = weight * share * slope
      var loss = share * part
      let rest = target - weight.whereAboveZero(truth.bases[window], else: zero)
      for (index, level) in shape.levels.enumerated() {
        let place = 4 * (index + 1) + window
        let short = rest - outputs[place]
        let slope = short.whereAboveZero(L.all(-level), else: L.all(1 - level))
        slopes[place] = weight * slope
        loss = loss.plus(-slope, times: short)
      }
      sum = sum.plus(weight, times: loss)
    }
  }

  /// Huber's loss of e is c (e - c / 2) for c = e, brought within the threshold.
  @inline(__always)
  private func huber(_ output: L, _ target: L) -> (loss: L, slope: L) {
    let error = output - target
    let slope = error.within(shape.mean.threshold)
    return (slope * (error - L.all(0.5) * slope), slope)
  }

  private static var least: L { L.all(LossShape.logarithms.lowerBound) }
  private static var most: L { L.all(LossShape.logarithms.upperBound) }

  /// What an output says of the logarithm of a Poisson mean.
  @inline(__always)
  static func logarithm(_ output: L) -> L {
    let inner = (output - most).whereAboveZero(most, else: output)
    return (least - output).whereAboveZero(least, else: inner)
  }

  @inline(__always)
  private func poisson(_ output: L, _ target: L) -> (loss: L, slope: L) {
    let (zero, above, below) = (L.all(0), output - Self.most, Self.least - output)
    let logarithm = Self.logarithm(output)
    let mean = Activations.exp(logarithm)
    let error = mean - target
    // Above the most only what pulls down is left, below the least only what pulls up.
    let inward = above.whereAboveZero(error.whereAboveZero(error, else: zero), else: error)
    let slope = below.whereAboveZero((-error).whereAboveZero(error, else: zero), else: inward)
    return (mean.plus(-target, times: logarithm), slope)
  }
}
