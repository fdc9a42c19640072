import Testing

@testable import Recurrent

@Suite struct LaneIndependenceTests {
  private let series = LaneSeries(wholeShape, seed: 17, masked: true)

  /// The series in a lane of so many, among others, and after three steps.
  private func learned<L: LaneVector>(_: L.Type, lane: Int, others: (Int) -> LaneSeries)
    -> (LaneAnswer, [Float])
  {
    let network = LaneNetwork<L>(wholeShape, loss: wholeLoss)
    for other in 0..<L.scalarCount { network.put(others(other), lane: other) }
    network.put(series, lane: lane)
    let adam = LaneAdam<L>(
      count: wholeShape.weightCount, settings: AdamSettings(pull: 0.1, normLimit: 0.5))
    var answer = LaneAnswer()
    for _ in 0..<3 {
      answer = network.answer(lane: lane, masked: true)
      _ = adam.step(network.weights, network.slopes)
    }
    return (answer, (0..<wholeShape.weightCount).map { network.weights[$0][lane] })
  }

  private func other(_ lane: Int) -> LaneSeries {
    LaneSeries(wholeShape, seed: UInt64(100 + lane), masked: true)
  }

  @Test func `A series' bits are the same in every lane and for every width`() {
    let first = learned(SIMD16<Float>.self, lane: 0, others: other)
    #expect(first.0.slopes.contains { $0 != 0 })
    for lane in [1, 7, 15] {
      #expect(learned(SIMD16<Float>.self, lane: lane, others: other) == first)
    }
    for lane in [0, 5] { #expect(learned(SIMD8<Float>.self, lane: lane, others: other) == first) }
    for lane in [0, 3] { #expect(learned(SIMD4<Float>.self, lane: lane, others: other) == first) }
  }

  @Test(arguments: [Double.nan, .infinity, 1e30, -1e30])
  func `A neighbour that has gone wrong changes no bit`(value: Double) {
    let first = learned(SIMD16<Float>.self, lane: 4, others: other)
    let hostile = LaneSeries.hostile(wholeShape, value)
    #expect(learned(SIMD16<Float>.self, lane: 4) { _ in hostile } == first)
    #expect(learned(SIMD8<Float>.self, lane: 4) { _ in hostile } == first)
  }

  @Test func `The order of blocks is the order of sums, and a block leaves nothing behind`() {
    let network = LaneNetwork<SIMD8<Float>>(wholeShape, loss: wholeLoss)
    network.put(series, lane: 1)
    let first = network.answer(lane: 1, masked: true)
    network.put(other(1), lane: 1)
    _ = network.answer(lane: 1, masked: true)
    network.put(series, lane: 1)
    #expect(network.answer(lane: 1, masked: true) == first)
  }
}
