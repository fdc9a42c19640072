import Glibc
import Testing

@testable import Recurrent

@Suite struct NetworkOutputsTests {
  private static let shapes = [wholeShape, plainShape, SimulatedSales.shape, wideShape]
  private static let wideShape = NetworkShape(
    inputs: 5, hidden: 20, steps: 6, headUnits: 12, statics: 3, features: 2, days: 4, outputs: 10)

  private func loss(_ shape: NetworkShape, _ mean: LossShape.Mean) -> LossShape {
    LossShape(
      mean: mean,
      levels: Array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].prefix(shape.outputs - 1)))
  }

  @Test(arguments: shapes, [LossShape.Mean.squared, .poisson])
  func `A window's outputs are the oracle's: the mean, and quantiles from the base`(
    shape: NetworkShape, mean: LossShape.Mean
  ) {
    let loss = loss(shape, mean)
    let weights = LaneSeries(shape, seed: 21).weights
    let table = WindowTable(random: shape, seed: 4, count: 5)
    let said = NetworkOutputs(shape, loss: loss, weights: weights.map { Float($0) }).of(table)
    let network = ScalarNetwork(shape, loss: loss, weights: weights)
    var expected: [Double] = []
    for window in table.scalarWindows {
      for (day, outputs) in network.forward(window).outputs.enumerated() {
        expected.append(mean == .poisson ? exp(min(4, max(-6, outputs[0]))) : outputs[0])
        expected += outputs.dropFirst().map { window.bases[day] + $0 }
      }
    }
    #expect(largestDistance(said.map(Double.init), expected) < 1e-5)
  }

  @Test(arguments: shapes)
  func `Bits are the same for 16, 8 and 4 lanes, and for a window alone`(shape: NetworkShape) {
    let loss = loss(shape, .poisson)
    let weights = shape.firstWeights(seed: 2).map { $0 * 2 }
    let table = WindowTable(random: shape, seed: 5, count: 9)
    let all = NetworkOutputs(shape, loss: loss, weights: weights).of(table)
    #expect(all.count == 9 * shape.days * shape.outputs)
    for lanes in [8, 4] {
      #expect(NetworkOutputs(shape, loss: loss, weights: weights, lanes: lanes).of(table) == all)
    }
    var last = WindowTable(WindowLayout(shape))
    last.append(8, of: table)
    #expect(
      NetworkOutputs(shape, loss: loss, weights: weights).of(last)
        == all.suffix(shape.days * shape.outputs))
  }

  @Test func `A window that is no number changes no other, and none says nothing`() {
    let shape = SimulatedSales.shape
    let outputs = NetworkOutputs(
      shape, loss: SimulatedSales.loss, weights: shape.firstWeights(seed: 3))
    var table = WindowTable(random: shape, seed: 6, count: 2)
    let clean = outputs.of(table)
    table.append { row in for index in 0..<row.count { row[index] = .nan } }
    table.append(0, of: table)
    let said = outputs.of(table)
    let size = shape.days * shape.outputs
    #expect(said[..<(2 * size)] == clean[...])
    #expect(said[(2 * size)..<(3 * size)].allSatisfy { $0.isNaN })
    #expect(said[(3 * size)...] == clean[..<size])
    #expect(outputs.of(WindowTable(WindowLayout(shape))).isEmpty)
  }
}
