import Testing

@testable import Recurrent

@Suite struct TorchTests {
  @Test func `There are cases of 8, 16 and 52 units in one and two layers`() {
    #expect(TorchCase.all.count == 8)
    #expect(TorchCase.all.contains { $0.poisson && $0.based && $0.statics > 0 })
    #expect(Set(TorchCase.all.map(\.hidden)) == [8, 16, 52])
    #expect(TorchCase.all.contains { $0.layers == 2 && $0.hidden == 52 })
  }

  @Test(arguments: TorchCase.all)
  func `Lanes say what torch says and learn what it learns`(torch: TorchCase) {
    let network = LaneNetwork<SIMD16<Float>>(torch.shape, loss: torch.loss)
    for lane in 0..<16 where lane != 5 {
      network.put(LaneSeries(torch.shape, seed: UInt64(lane)), lane: lane)
    }
    network.put(LaneSeries(torch), lane: 5)
    let answer = network.answer(lane: 5, masked: torch.masked)
    #expect(largestDistance(answer.outputs.map(Double.init), torch.outputs) < 1e-5)
    #expect(abs(Double(answer.loss) / torch.losses[0] - 1) < 1e-5)
    #expect(relativeDistance(torch.chosen(answer.slopes.map(Double.init)), torch.slopes) < 1e-4)
  }

  @Test(arguments: TorchCase.all)
  func `Twenty steps of lanes end where torch's end`(torch: TorchCase) {
    let network = LaneNetwork<SIMD8<Float>>(torch.shape, loss: torch.loss)
    for lane in 0..<8 { network.put(LaneSeries(torch), lane: lane) }
    let adam = LaneAdam<SIMD8<Float>>(count: torch.shape.weightCount, settings: TorchCase.adam)
    for expected in torch.losses {
      network.forward(masked: torch.masked)
      let loss = network.evaluate()
      #expect(abs(Double(loss[3]) / expected - 1) < 1e-4)
      network.backward(masked: torch.masked)
      #expect(adam.step(network.weights, network.slopes)[3].isFinite)
    }
  }

  @Test(arguments: TorchCase.all)
  func `The oracle says in double precision what torch says, and steps as it steps`(
    torch: TorchCase
  ) {
    var network = ScalarNetwork(torch.shape, loss: torch.loss, weights: torch.weights)
    let outputs = torch.windows.flatMap { network.forward($0).outputs.flatMap { $0 } }
    #expect(largestDistance(outputs, torch.outputs) < 1e-8)
    let none = torch.weights.map { _ in 0.0 }
    var adam = ScalarAdam(settings: TorchCase.adam, anchor: none)
    for (step, expected) in torch.losses.enumerated() {
      let loss = torch.windows.reduce(0) { $0 + network.backward($1) }
      #expect(abs(loss / expected - 1) < 1e-6)
      if step == 0 {
        #expect(relativeDistance(torch.chosen(network.slopes), torch.slopes) < 1e-5)
      }
      adam.step(&network.weights, &network.slopes)
    }
  }
}

extension TorchCase {
  /// Those derivatives that the file has.
  func chosen(_ slopes: [Double]) -> [Double] {
    let places = shape.placesAsInTorch
    return stride(from: 0, to: places.count, by: every).map { slopes[places[$0]] }
  }
}
