import Foundation
import Testing

@testable import Recurrent

/// A network, and what PyTorch says of it; Fixtures/torch_networks.py draws the same data.
struct TorchCase: Decodable, Sendable, CustomTestStringConvertible {
  let hidden: Int
  let layers: Int
  let inputs: Int
  let steps: Int
  let units: Int
  let statics: Int
  let features: Int
  let days: Int
  let every: Int
  let masked: Bool
  let threshold: Float?
  let poisson: Bool
  /// Whether there are bases and mean weights.
  let based: Bool
  let scale: Double
  let seed: Int
  /// By window, day and output.
  let outputs: [Double]
  /// Every so many.
  let slopes: [Double]
  let losses: [Double]

  var testDescription: String {
    "\(layers) x \(hidden), \(inputs) inputs, head \(units)"
      + (masked ? ", masked" : "") + (poisson ? ", Poisson" : "")
  }

  static let all: [TorchCase] = {
    guard
      let url = Bundle.module.url(
        forResource: "torch-networks", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return (try? JSONDecoder().decode([TorchCase].self, from: data)) ?? []
  }()

  static let adam = AdamSettings(stepSize: 0.01, pull: 0.1, normLimit: 0.3)

  var shape: NetworkShape {
    NetworkShape(
      inputs: inputs, hidden: hidden, layers: layers, steps: steps, headUnits: units,
      statics: statics, features: features, days: days, outputs: 4)
  }

  var loss: LossShape {
    LossShape(
      mean: poisson ? .poisson : threshold.map { .huber(threshold: $0) } ?? .squared,
      meanShare: 0.7,
      levels: [0.1, 0.5, 0.95])
  }

  var weights: [Double] {
    var result = Array(repeating: 0.0, count: shape.weightCount)
    for (index, place) in shape.placesAsInTorch.enumerated() {
      result[place] = draw(seed, index) * scale
    }
    return result
  }

  var windows: [ScalarNetwork<Double>.Window] {
    (0..<4).map { window in
      .init(
        inputs: drawn(seed + 1, window, steps, inputs) { $0 * 4 },
        statics: drawn(seed + 6, window, 1, statics) { $0 * 3 }[0],
        features: drawn(seed + 2, window, days, features) { $0 * 2 },
        targets: drawn(seed + 3, window, days, 1) { poisson ? abs($0 * 3) : $0 * 3 }.map { $0[0] },
        dayWeights: drawn(seed + 4, window, days, 1) { max(0, $0) }.map { $0[0] },
        bases: based ? drawn(seed + 7, window, days, 1) { $0 }.map { $0[0] } : [],
        meanWeight: based ? draw(seed + 8, window) + 0.75 : 1,
        masks: masked ? drawn(seed + 5, window, steps, hidden) { $0 > -0.25 ? 1.25 : 0 } : [])
    }
  }

  private func drawn(
    _ seed: Int, _ window: Int, _ rows: Int, _ columns: Int, _ change: (Double) -> Double
  ) -> [[Double]] {
    (0..<rows).map { row in
      (0..<columns).map { change(draw(seed, (window * rows + row) * columns + $0)) }
    }
  }

  /// A number of 24 bits in -1/2..<1/2.
  private func draw(_ seed: Int, _ index: Int) -> Double {
    var x = UInt32(truncatingIfNeeded: (index + seed * 7919) &* 2_654_435_761)
    x ^= x >> 15
    x = x &* 2_246_822_519
    x ^= x >> 13
    return Double(x >> 8) / 0x1p24 - 0.5
  }
}

extension NetworkShape {
  /// Where each weight stands, in the order of torch's parameters; what fills panels is not there.
  var placesAsInTorch: [Int] {
    var places: [Int] = []
    for layer in layers {
      let rows = (0..<4).flatMap { gate in (0..<layer.hidden).map { $0 * 4 + gate } }
      for columns in [0..<layer.inputs, layer.inputs..<layer.reads] {
        for row in rows { places += columns.map { layer.gates.place(row, $0) } }
      }
      places += rows.map { layer.firstBias + $0 }
    }
    for matrix in [head.state, head.given, head.known] {
      for row in 0..<matrix.rows { places += (0..<matrix.columns).map { matrix.place(row, $0) } }
    }
    places += (0..<head.units).map { head.firstUnitBias + $0 }
    for row in 0..<head.outputs {
      places += (0..<head.output.columns).map { head.output.place(row, $0) }
    }
    return places + (0..<head.outputs).map { head.firstOutputBias + $0 }
  }
}
