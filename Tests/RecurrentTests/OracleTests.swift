import TestSupport
import Testing

@testable import Recurrent

/// A network with everything that there is.
let wholeShape = NetworkShape(
  inputs: 3, hidden: 12, layers: 2, steps: 9, headUnits: 8, statics: 3, features: 2, days: 5,
  outputs: 4)
let plainShape = NetworkShape(
  inputs: 1, hidden: 16, steps: 28, headUnits: 0, features: 0, days: 1, outputs: 1)
let wholeLoss = LossShape(
  mean: .huber(threshold: 0.6), meanShare: 0.8, levels: [0.05, 0.5, 0.9])
let poissonLoss = LossShape(mean: .poisson, meanShare: 1.5, levels: [0.05, 0.5, 0.9])

@Suite struct OracleTests {
  @Test(arguments: [LossShape.Mean.squared, .huber(threshold: 0.3), .poisson])
  func `The oracle's derivatives are what small differences say`(mean: LossShape.Mean) {
    let loss = LossShape(mean: mean, levels: [0.1, 0.5, 0.8])
    let series = LaneSeries(wholeShape, seed: 3, masked: true)
    var network = ScalarNetwork(wholeShape, loss: loss, weights: series.weights)
    let window = series.windows[0]
    _ = network.backward(window)
    let size = 1e-6
    var (found, expected) = ([Double](), [Double]())
    for place in stride(from: 0, to: wholeShape.weightCount, by: 3) {
      var (above, below) = (network, network)
      above.weights[place] += size
      below.weights[place] -= size
      found.append(network.slopes[place])
      expected.append((above.loss(window) - below.loss(window)) / (2 * size))
    }
    #expect(relativeDistance(found, expected) < 1e-5)
  }

  @Test(arguments: [4, 8, 16])
  func `Lanes equal the oracle`(count: Int) {
    switch count {
    case 4: compare(SIMD4<Float>.self)
    case 8: compare(SIMD8<Float>.self)
    default: compare(SIMD16<Float>.self)
    }
  }

  private func compare<L: LaneVector>(_: L.Type) {
    for (shape, loss) in [
      (wholeShape, wholeLoss), (plainShape, LossShape()), (wholeShape, poissonLoss),
    ] {
      let masked = shape.layers.count > 1
      let lanes = LaneNetwork<L>(shape, loss: loss)
      let all = (0..<L.scalarCount).map { LaneSeries(shape, seed: UInt64($0), masked: masked) }
      for (lane, series) in all.enumerated() { lanes.put(series, lane: lane) }
      for (lane, series) in all.enumerated() {
        let answer = lanes.answer(lane: lane, masked: masked)
        var oracle = ScalarNetwork(shape, loss: loss, weights: series.weights)
        let outputs = series.windows.flatMap { oracle.forward($0).outputs.flatMap { $0 } }
        let sum = series.windows.reduce(0) { $0 + oracle.backward($1) }
        #expect(largestDistance(answer.outputs.map(Double.init), outputs) < 1e-5)
        #expect(abs(Double(answer.loss) - sum) < 1e-5 * max(1, abs(sum)))
        #expect(relativeDistance(answer.slopes.map(Double.init), oracle.slopes) < 1e-4)
      }
    }
  }

  @Test func `The oracle in single precision is the one in double precision, rounded`() {
    let series = LaneSeries(wholeShape, seed: 8)
    var double = ScalarNetwork(wholeShape, loss: wholeLoss, weights: series.weights)
    var single = ScalarNetwork(
      wholeShape, loss: wholeLoss, weights: series.weights.map { Float($0) })
    for window in series.windows {
      let rounded = ScalarNetwork<Float>.Window(
        inputs: window.inputs.map { $0.map { Float($0) } },
        statics: window.statics.map { Float($0) },
        features: window.features.map { $0.map { Float($0) } },
        targets: window.targets.map { Float($0) },
        dayWeights: window.dayWeights.map { Float($0) },
        bases: window.bases.map { Float($0) }, meanWeight: Float(window.meanWeight))
      #expect(abs(Double(single.backward(rounded)) - double.backward(window)) < 1e-5)
    }
    #expect(relativeDistance(single.slopes.map(Double.init), double.slopes) < 1e-4)
  }

  @Test func `What is missing is not looked at`() {
    let lanes = LaneNetwork<SIMD4<Float>>(wholeShape, loss: wholeLoss)
    var series = LaneSeries(wholeShape, seed: 5)
    lanes.put(series, lane: 0)
    let before = lanes.answer(lane: 0)
    for window in 0..<4 {
      for day in 0..<5 where series.windows[window].dayWeights[day] == 0 {
        series.windows[window].targets[day] = .nan
        series.windows[window].bases[day] = .nan
      }
    }
    #expect(series.windows.contains { $0.targets.contains { $0.isNaN } })
    lanes.put(series, lane: 0)
    #expect(lanes.answer(lane: 0) == before)
  }

  @Test func `A window whose days count nothing teaches nothing`() {
    let lanes = LaneNetwork<SIMD4<Float>>(wholeShape, loss: wholeLoss)
    var series = LaneSeries(wholeShape, seed: 6)
    for window in [1, 2, 3] { series.windows[window].dayWeights = [0, 0, 0, 0, 0] }
    lanes.put(series, lane: 2)
    let answer = lanes.answer(lane: 2)
    var oracle = ScalarNetwork(wholeShape, loss: wholeLoss, weights: series.weights)
    let sum = oracle.backward(series.windows[0])
    #expect(abs(Double(answer.loss) - sum) < 1e-5)
    #expect(relativeDistance(answer.slopes.map(Double.init), oracle.slopes) < 1e-4)
  }

  /// The loss and the derivative by the first output, where that is `output` in every window.
  private func poisson(_ output: Double, target: Double) -> (lanes: [Double], oracle: [Double]) {
    let shape = NetworkShape(
      inputs: 1, hidden: 8, steps: 1, headUnits: 0, features: 0, days: 1, outputs: 1)
    let loss = LossShape(mean: .poisson)
    var series = LaneSeries(shape, seed: 1)
    series.weights = series.weights.map { _ in 0 }
    series.weights[shape.head.firstOutputBias] = output
    for window in 0..<4 {
      series.windows[window].targets = [target]
      series.windows[window].dayWeights = [1]
    }
    let lanes = LaneNetwork<SIMD4<Float>>(shape, loss: loss)
    lanes.put(series, lane: 2)
    let answer = lanes.answer(lane: 2)
    var oracle = ScalarNetwork(shape, loss: loss, weights: series.weights)
    let sum = series.windows.reduce(0) { $0 + oracle.backward($1) }
    let place = shape.head.firstOutputBias
    return (
      [Double(answer.loss), Double(answer.slopes[place])], [sum, oracle.slopes[place]]
    )
  }

  @Test(arguments: [-9, -6.5, -5.9, 0.3, 3.9, 4.5, 30], [0, 0.4, 70])
  func `Beyond its limits the logarithm of a mean is as at them, and only pulled back`(
    output: Double, target: Double
  ) {
    let (lanes, oracle) = poisson(output, target: target)
    #expect(relativeDistance([lanes[0]], [oracle[0]]) < 1e-5)
    #expect(abs(lanes[1] - oracle[1]) < 1e-5 * max(1, abs(oracle[1])))
    if output > 4 && target > 60 || output < -6 && target == 0 { #expect(lanes[1] == 0) }
    if output > 4 && target < 1 { #expect(lanes[1] > 0) }
    if output < -6 && target > 0 { #expect(lanes[1] < 0) }
  }

  @Test func `A logarithm that is no number stays so`() {
    #expect(poisson(.nan, target: 1).lanes.allSatisfy { $0.isNaN })
  }
}
