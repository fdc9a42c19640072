package import Packing

/// Own weights in few bytes: their differences from the shared ones, of the part that moved, in
/// eight bits each with a scale for every panel of four rows.
///
///     part: 1 byte; of each panel: scale, a float; its differences over the scale, where that is
///     not 0, a byte each in -127...127
package struct PackedWeights: Equatable, Sendable {
  package let part: OwnTraining.Part
  private let scales: [Float]
  /// None of a panel whose scale is 0.
  private let differences: [[Int8]]

  /// What is outside the part must be as in the shared weights; it is not kept.
  package init(
    _ weights: [Float], shared: [Float], _ shape: NetworkShape, part: OwnTraining.Part
  ) {
    precondition(weights.count == shape.weightCount && shared.count == shape.weightCount)
    self.part = part
    var (scales, differences) = ([Float](), [[Int8]]())
    for panel in shape.panels(of: part) {
      let apart = panel.map { weights[$0] - shared[$0] }
      let largest = apart.reduce(0) { max($0, abs($1)) }
      precondition(largest.isFinite, "weights that are no finite numbers")
      let scale = largest / 127
      scales.append(scale)
      differences.append(
        scale > 0 ? apart.map { Int8(max(-127, min(127, ($0 / scale).rounded()))) } : [])
    }
    (self.scales, self.differences) = (scales, differences)
  }

  /// The weights, to half a scale: a 254th of the largest difference in their panel.
  package func weights(shared: [Float], _ shape: NetworkShape) -> [Float] {
    precondition(shared.count == shape.weightCount, "weights of another network")
    var weights = shared
    for (index, panel) in shape.panels(of: part).enumerated() {
      for (place, difference) in zip(panel, differences[index]) {
        weights[place] += Float(difference) * scales[index]
      }
    }
    return weights
  }

  package func pack(to writer: inout ByteWriter) {
    writer.fixed(part.rawValue)
    for (scale, panel) in zip(scales, differences) {
      writer.float(scale)
      for difference in panel { writer.fixed(difference) }
    }
  }

  /// Reads what `pack` wrote for a network of this shape.
  package init(from reader: inout ByteReader, _ shape: NetworkShape) throws(PackingError) {
    guard let part = OwnTraining.Part(rawValue: try reader.byte()) else {
      throw .invalid(what: "part of a network's weights")
    }
    self.part = part
    var (scales, differences) = ([Float](), [[Int8]]())
    for panel in shape.panels(of: part) {
      let scale = try reader.float()
      guard scale.isFinite, scale >= 0, scale <= Self.largestScale else {
        throw .invalid(what: "scale of a panel of weights")
      }
      let bytes = scale > 0 ? try reader.raw(panel.count) : []
      let panel = bytes.map { Int8(bitPattern: $0) }
      guard !panel.contains(.min) else { throw .invalid(what: "difference of a weight") }
      scales.append(scale)
      differences.append(panel)
    }
    (self.scales, self.differences) = (scales, differences)
  }

  /// So that weights stay finite.
  private static var largestScale: Float { 1e30 }
}

extension NetworkShape {
  /// The pieces of a part's weights: panels of four rows, and each row of biases.
  func panels(of part: OwnTraining.Part) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    func add(_ matrix: PanelMatrix) {
      for panel in 0..<matrix.panels where matrix.columns > 0 {
        let first = matrix.panel(panel)
        pieces.append(first..<(first + 4 * matrix.columns))
      }
    }
    for layer in layers {
      add(layer.gates)
      pieces.append(layer.firstBias..<layer.end)
    }
    for matrix in [head.state, head.given, head.known] { add(matrix) }
    if head.units > 0 { pieces.append(head.firstUnitBias..<head.output.first) }
    add(head.output)
    pieces.append(head.firstOutputBias..<head.end)
    let range = part.range(self)
    return pieces.filter { $0.lowerBound >= range.lowerBound }
  }
}
