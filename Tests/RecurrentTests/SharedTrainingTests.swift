import Testing

@testable import Recurrent

@Suite struct SharedTrainingTests {
  private let shape = SimulatedSales.shape
  private let loss = SimulatedSales.loss

  private func settings(steps: Int) -> SharedTraining {
    var training = SharedTraining()
    training.steps = steps
    return training
  }

  private func batches(_ count: Int, steps: Int, seed: UInt64 = 1) -> [WindowTable] {
    var sales = SimulatedSales(seed: seed)
    return (0..<steps).map { _ in sales.batch(count) }
  }

  @Test func `First weights are within the bounds that PyTorch has, and say nothing yet`() {
    let weights = shape.firstWeights(seed: 5)
    let (layer, head) = (shape.layers[0], shape.head)
    let bound = 1 / Float(8).squareRoot()
    let gates = weights[layer.gates.first..<layer.gates.end]
    #expect(gates.allSatisfy { abs($0) <= bound })
    #expect(
      abs(gates.reduce(0) { $0 + $1 * $1 } / Float(gates.count) / (bound * bound) - 1 / 3) < 0.05)
    for unit in 0..<8 {
      #expect(abs(weights[layer.firstBias + unit * 4 + 1] - 1) <= bound)
      #expect(abs(weights[layer.firstBias + unit * 4]) <= bound)
    }
    #expect(weights[head.output.first..<head.output.end].allSatisfy { abs($0) <= bound / 10 })
    #expect(weights[head.firstOutputBias...].allSatisfy { $0 == 0 })
    #expect(weights == shape.firstWeights(seed: 5))
    #expect(weights != shape.firstWeights(seed: 6))
  }

  @Test func `The step size warms up and ends at its final share`() {
    let training = settings(steps: 400)
    #expect(abs(training.share(of: 0) - 1 / 20) < 1e-6)
    #expect((1..<20).allSatisfy { training.share(of: $0) > training.share(of: $0 - 1) })
    #expect((20..<400).allSatisfy { training.share(of: $0) < training.share(of: $0 - 1) })
    #expect(abs(training.share(of: 200) - 0.51) < 1e-6)
    #expect(abs(training.share(of: 399) - 0.02) < 1e-4)
  }

  @Test func `Steps are the oracle's, and the average is one of their weights`() throws {
    let training = settings(steps: 6)
    let tables = batches(70, steps: 6)
    let learned = try training.train(shape, loss: loss) { tables[$0] }
    var network = ScalarNetwork(
      shape, loss: loss, weights: shape.firstWeights(seed: 1).map { Double($0) })
    var adam = ScalarAdam<Double>(
      settings: AdamSettings(normLimit: 1), anchor: network.weights)
    var average = network.weights.map { _ in 0.0 }
    for step in 0..<6 {
      let sum = tables[step].scalarWindows.reduce(0) { $0 + network.backward($1) }
      #expect(abs(Double(learned.curve[step]) - sum / 70) < 1e-4)
      network.slopes = network.slopes.map { $0 / 70 }
      adam.settings.stepSize = 0.01 * training.share(of: step)
      adam.step(&network.weights, &network.slopes)
      average = zip(average, network.weights).map { 0.98 * $0 + 0.02 * $1 }
    }
    let kept = (0..<6).reduce(1.0) { share, _ in share * 0.98 }
    #expect(
      largestDistance(learned.weights.map(Double.init), average.map { $0 / (1 - kept) }) < 1e-4)
  }

  @Test func `Bits are the same for 16, 8 and 4 lanes, also of a part of a block`() throws {
    let tables = batches(77, steps: 3)
    let learned = try settings(steps: 3).train(shape, loss: loss) { tables[$0] }
    for lanes in [8, 4] {
      #expect(
        try settings(steps: 3).train(shape, loss: loss, lanes: lanes) { tables[$0] } == learned)
    }
  }

  @Test func `Training lowers the loss, and goes on from weights`() throws {
    let tables = batches(64, steps: 120)
    let learned = try settings(steps: 120).train(shape, loss: loss) { tables[$0] }
    #expect(learned.curve.count == 10 && !learned.isSecondTry)
    #expect(learned.curve[9] < learned.curve[0] - 0.1)
    let fresh = batches(256, steps: 1, seed: 99)[0]
    func cost(_ weights: [Float]) -> Double {
      let network = ScalarNetwork(shape, loss: loss, weights: weights.map { Double($0) })
      return fresh.scalarWindows.reduce(0) { $0 + network.loss($1) } / 256
    }
    #expect(cost(learned.weights) < cost(shape.firstWeights(seed: 1)) - 0.1)
    let again = try settings(steps: 20).train(shape, loss: loss, from: learned.weights) {
      tables[$0]
    }
    #expect(again.curve[0] < learned.curve[0] - 0.1)
  }

  @Test func `What is not finite begins anew with a third of the step size`() throws {
    let tables = batches(64, steps: 4)
    var spoiled = tables[2]
    spoiled.append { row in
      for index in 0..<row.count { row[index] = .nan }
    }
    var asked: [Int] = []
    let learned = try settings(steps: 4).train(shape, loss: loss) { step in
      asked.append(step)
      return asked.count == 3 ? spoiled : tables[step]
    }
    #expect(asked == [0, 1, 2, 0, 1, 2, 3])
    #expect(learned.isSecondTry)
    var third = settings(steps: 4)
    third.stepSize /= 3
    let expected = try third.train(shape, loss: loss) { tables[$0] }
    #expect(learned.weights == expected.weights)
  }

  @Test func `What is not finite twice gives up, and says where`() {
    var table = batches(64, steps: 1)[0]
    table.append { row in
      for index in 0..<row.count { row[index] = 1 }
      row[SimulatedSales.layout.meanWeight] = .infinity
    }
    #expect(throws: TrainingTrouble.notFinite(step: 3)) {
      try settings(steps: 5).train(shape, loss: loss) { step in
        step < 3 ? batches(64, steps: 1)[0] : table
      }
    }
  }

  @Test func `A step without windows is refused`() {
    #expect(throws: TrainingTrouble.noWindows(step: 0)) {
      try settings(steps: 5).train(shape, loss: loss) { _ in WindowTable(SimulatedSales.layout) }
    }
  }
}
