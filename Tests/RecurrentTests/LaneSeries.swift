import TestSupport

@testable import Recurrent

/// A series with its own weights and four windows, to be put into a lane.
struct LaneSeries {
  var weights: [Double]
  var windows: [ScalarNetwork<Double>.Window]

  /// Like no other seed's.
  init(_ shape: NetworkShape, seed: UInt64, masked: Bool = false) {
    var random = SplitMix64(seed: seed)
    func number(_ size: Double) -> Double { Double(Float((random.uniform() - 0.5) * size)) }
    func table(_ rows: Int, _ columns: Int, _ size: Double) -> [[Double]] {
      (0..<rows).map { _ in (0..<columns).map { _ in number(size) } }
    }
    weights = (0..<shape.weightCount).map { _ in number(0.8) }
    windows = (0..<4).map { _ in
      .init(
        inputs: table(shape.steps, shape.inputs, 4),
        statics: (0..<shape.statics).map { _ in number(3) },
        features: table(shape.head.days, shape.head.features, 2),
        targets: (0..<shape.head.days).map { _ in number(3) },
        dayWeights: (0..<shape.head.days).map { _ in max(0, number(2)) },
        bases: (0..<shape.head.days).map { _ in number(1) }, meanWeight: number(1) + 0.75,
        masks: masked
          ? table(shape.steps, shape.hidden, 1).map { $0.map { $0 > -0.25 ? 1.25 : 0 } } : [])
    }
  }

  init(_ torch: TorchCase) { (weights, windows) = (torch.weights, torch.windows) }

  /// A series that has gone wrong.
  static func hostile(_ shape: NetworkShape, _ value: Double) -> LaneSeries {
    var series = LaneSeries(shape, seed: 666)
    series.weights = series.weights.map { _ in value }
    return series
  }
}

/// What a lane says and learns.
struct LaneAnswer: Equatable {
  /// By window, day and output.
  var outputs: [Float] = []
  var loss: Float = 0
  var slopes: [Float] = []
}

extension LaneNetwork {
  func put(_ series: LaneSeries, lane: Int) {
    for (index, weight) in series.weights.enumerated() { weights[index][lane] = Float(weight) }
    for (window, data) in series.windows.enumerated() {
      for (step, row) in data.inputs.enumerated() {
        for (index, value) in row.enumerated() {
          inputs(step)[index * 4 + window][lane] = Float(value)
        }
      }
      for (step, row) in data.masks.enumerated() {
        for (unit, value) in row.enumerated() {
          masks[(step * shape.hidden + unit) * 4 + window][lane] = Float(value)
        }
      }
      for (index, value) in data.statics.enumerated() {
        statics[index * 4 + window][lane] = Float(value)
      }
      meanWeights[window][lane] = Float(data.meanWeight)
      for (day, base) in data.bases.enumerated() { bases(day)[window][lane] = Float(base) }
      for day in 0..<shape.head.days {
        for (index, value) in data.features[day].enumerated() {
          features(day)[index * 4 + window][lane] = Float(value)
        }
        targets(day)[window][lane] = Float(data.targets[day])
        dayWeights(day)[window][lane] = Float(data.dayWeights[day])
      }
    }
  }

  /// Forward and backward once, and what a lane has then. Slopes are left.
  func answer(lane: Int, masked: Bool = false) -> LaneAnswer {
    slopes.clear(shape.weightCount)
    forward(masked: masked)
    let loss = evaluate()
    backward(masked: masked)
    var answer = LaneAnswer(loss: loss[lane])
    for window in 0..<4 {
      for day in 0..<shape.head.days {
        for output in 0..<shape.head.outputs {
          answer.outputs.append(outputs(day)[output * 4 + window][lane])
        }
      }
    }
    answer.slopes = (0..<shape.weightCount).map { slopes[$0][lane] }
    return answer
  }
}

/// The largest distance; what is small against the largest expected counts as a hundredth of that.
/// What is no number is infinitely far.
func relativeDistance(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count, let largest = expected.map(abs).max() else {
    return .infinity
  }
  return zip(found, expected).reduce(0) { worst, pair in
    let distance = abs(pair.0 - pair.1) / max(abs(pair.1), largest / 100, 1e-30)
    return distance.isNaN ? .infinity : max(worst, distance)
  }
}

/// What is no number is infinitely far.
func largestDistance(_ found: [Double], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  return zip(found, expected).reduce(0) { worst, pair in
    let distance = abs(pair.0 - pair.1)
    return distance.isNaN ? .infinity : max(worst, distance)
  }
}
