import Glibc

/// Learns one set of weights from the windows of many series, in steps of a batch each.
package struct SharedTraining: Equatable, Sendable {
  package var steps = 500
  /// Windows a step: for who makes them. A multiple of 64 fills all lanes.
  package var batch = 512
  /// Adam's, between warm-up and cosine.
  package var stepSize: Float = 0.01
  /// Steps in which the step size grows from nothing.
  package var warmUp = 20
  /// What is left of the step size where the cosine ends.
  package var finalShare: Float = 0.02
  /// The longest gradient that is taken as it is.
  package var normLimit: Float = 1
  /// The share of the average that a step keeps; the weights of the steps are averaged, because a
  /// single step's follow its batch.
  package var averaging: Float = 0.98
  /// First weights are drawn from it.
  package var seed: UInt64 = 1

  package init() {}

  package struct Learned: Equatable, Sendable {
    /// Averaged over the steps.
    package var weights: [Float]
    /// The mean loss of a window in each tenth of the steps.
    package var curve: [Float]
    /// Whether it began anew with a third of the step size.
    package var isSecondTry: Bool
  }

  /// Trains from given weights or first ones. A step has the windows of its table, counted from 0;
  /// a second try asks for them again. The loss of a step is the mean of its windows', so day
  /// weights decide what a day counts.
  package func train(
    _ shape: NetworkShape, loss: LossShape, from weights: [Float]? = nil, lanes: Int = 16,
    batches: (_ step: Int) -> WindowTable
  ) throws(TrainingTrouble) -> Learned {
    let first = weights ?? shape.firstWeights(seed: seed)
    precondition(first.count == shape.weightCount, "weights of another network")
    switch lanes {
    case 16: return try tryTwice(SharedLanes<SIMD16<Float>>(shape, loss: loss), first, batches)
    case 8: return try tryTwice(SharedLanes<SIMD8<Float>>(shape, loss: loss), first, batches)
    default: return try tryTwice(SharedLanes<SIMD4<Float>>(shape, loss: loss), first, batches)
    }
  }

  private func tryTwice<L: LaneVector>(
    _ lanes: SharedLanes<L>, _ first: [Float], _ batches: (Int) -> WindowTable
  ) throws(TrainingTrouble) -> Learned {
    do throws(TrainingTrouble) {
      return try run(lanes, first, stepSize, batches)
    } catch .notFinite {
      var learned = try run(lanes, first, stepSize / 3, batches)
      learned.isSecondTry = true
      return learned
    }
  }

  private func run<L: LaneVector>(
    _ lanes: SharedLanes<L>, _ first: [Float], _ size: Float, _ batches: (Int) -> WindowTable
  ) throws(TrainingTrouble) -> Learned {
    var weights = first
    var slopes = [Float](repeating: 0, count: first.count)
    var average = slopes
    var kept: Float = 1
    var adam = ScalarAdam<Float>(settings: AdamSettings(normLimit: normLimit), anchor: first)
    var tenths = [(sum: Float, count: Int)](repeating: (0, 0), count: 10)
    for step in 0..<steps {
      let table = batches(step)
      guard table.count > 0 else { throw .noWindows(step: step) }
      let loss = lanes.evaluate(table, weights: weights, slopes: &slopes)
      adam.settings.stepSize = size * share(of: step)
      let norm = adam.step(&weights, &slopes)
      guard loss.isFinite, norm.isFinite else { throw .notFinite(step: step) }
      kept *= averaging
      for index in average.indices {
        average[index] = averaging * average[index] + (1 - averaging) * weights[index]
      }
      tenths[step * 10 / steps].sum += loss
      tenths[step * 10 / steps].count += 1
    }
    // The average began at 0, which is taken out again as Adam does for its moments.
    let learned = steps > 0 ? average.map { $0 / (1 - kept) } : first
    let curve = tenths.filter { $0.count > 0 }.map { $0.sum / Float($0.count) }
    return Learned(weights: learned, curve: curve, isSecondTry: false)
  }

  /// Of the step size: linear warm-up times a cosine (Loshchilov and Hutter 2017).
  func share(of step: Int) -> Float {
    let warm = min(1, Double(step + 1) / Double(max(1, warmUp)))
    let cosine = (1 + cos(Double.pi * Double(step) / Double(steps))) / 2
    return Float(warm * (Double(finalShare) + (1 - Double(finalShare)) * cosine))
  }
}
