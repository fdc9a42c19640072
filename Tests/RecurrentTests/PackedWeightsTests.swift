import Packing
import TestSupport
import Testing

@testable import Recurrent

@Suite struct PackedWeightsTests {
  private let shape = wholeShape
  private let shared = wholeShape.firstWeights(seed: 4)

  /// The shared weights with a part of them moved.
  private func moved(_ part: OwnTraining.Part) -> [Float] {
    var random = SplitMix64(seed: 9)
    var weights = shared
    for place in part.range(shape) { weights[place] += Float(random.uniform() - 0.5) / 10 }
    return weights
  }

  private func bytes(_ part: OwnTraining.Part) -> [UInt8] {
    var writer = ByteWriter()
    PackedWeights(moved(part), shared: shared, shape, part: part).pack(to: &writer)
    return writer.bytes
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `Panels are all of a part, each once`(part: OwnTraining.Part) {
    let places = shape.panels(of: part).flatMap { Array($0) }
    #expect(places == Array(part.range(shape)))
  }

  @Test(arguments: OwnTraining.Part.allCases)
  func `Weights come back to a 254th of their panel's largest difference`(
    part: OwnTraining.Part
  ) throws {
    let weights = moved(part)
    var reader = ByteReader(bytes(part))
    let packed = try PackedWeights(from: &reader, shape)
    try reader.finish()
    #expect(packed == PackedWeights(weights, shared: shared, shape, part: part))
    let back = packed.weights(shared: shared, shape)
    #expect(back[..<part.range(shape).lowerBound] == shared[..<part.range(shape).lowerBound])
    for panel in shape.panels(of: part) {
      let largest = panel.map { abs(weights[$0] - shared[$0]) }.max() ?? 0
      #expect(panel.allSatisfy { abs(back[$0] - weights[$0]) <= largest / 253 })
    }
    #expect(back != shared)
  }

  @Test func `A panel that did not move takes a scale alone`() {
    var writer = ByteWriter()
    let packed = PackedWeights(shared, shared: shared, shape, part: .outputLayer)
    packed.pack(to: &writer)
    #expect(writer.count == 1 + 4 * shape.panels(of: .outputLayer).count)
    #expect(packed.weights(shared: shared, shape) == shared)
  }

  @Test func `The output layer of the usual network takes 221 bytes`() {
    let shape = NetworkShape(
      inputs: 16, hidden: 16, steps: 28, headUnits: 16, statics: 20, features: 24, days: 28,
      outputs: 10)
    let shared = shape.firstWeights(seed: 1)
    var writer = ByteWriter()
    PackedWeights(shared.map { $0 + 0.01 }, shared: shared, shape, part: .outputLayer)
      .pack(to: &writer)
    #expect(writer.count == 1 + 3 * (4 + 64) + 4 + 12)
  }

  @Test func `Bytes that end early are refused wherever they end`() {
    let bytes = bytes(.head)
    for count in 0..<bytes.count {
      var reader = ByteReader(Array(bytes[..<count]))
      #expect(throws: PackingError.self) { try PackedWeights(from: &reader, shape) }
    }
  }

  @Test(arguments: [Float.nan, .infinity, -1, 1e31])
  func `A scale without meaning is refused`(scale: Float) {
    var bytes = bytes(.head)
    for index in 0..<4 {
      bytes[1 + index] = UInt8(truncatingIfNeeded: scale.bitPattern >> (8 * UInt32(index)))
    }
    var reader = ByteReader(bytes)
    #expect(throws: PackingError.invalid(what: "scale of a panel of weights")) {
      try PackedWeights(from: &reader, shape)
    }
  }

  @Test func `An unknown part and a difference of -128 are refused`() {
    var unknown = bytes(.head)
    unknown[0] = 3
    var reader = ByteReader(unknown)
    #expect(throws: PackingError.self) { try PackedWeights(from: &reader, shape) }
    var beyond = bytes(.head)
    beyond[5] = 0x80
    reader = ByteReader(beyond)
    #expect(throws: PackingError.self) { try PackedWeights(from: &reader, shape) }
  }
}
