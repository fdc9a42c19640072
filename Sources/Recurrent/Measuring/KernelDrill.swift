/// The products of a layer, again and again, for whoever measures what share of the processor's
/// fastest multiplication they reach. They are run from here because they are machine code in this
/// room alone.
package struct KernelDrill {
  package enum Product: String, CaseIterable, Sendable {
    /// Sums in registers with nothing from memory: the most that the processor can do.
    case registers
    case forward, weightSlopes, carry
  }

  let shape: LayerShape

  package init(inputs: Int, hidden: Int, steps: Int) {
    shape = LayerShape(inputs: inputs, hidden: hidden, steps: steps, first: 0)
  }

  /// Runs a product over the days of a window as often as said; returns how many numbers were
  /// multiplied or added.
  package func run(_ product: Product, lanes: Int, rounds: Int) -> Double {
    switch lanes {
    case 16: run(product, SIMD16<Float>.self, rounds)
    case 8: run(product, SIMD8<Float>.self, rounds)
    default: run(product, SIMD4<Float>.self, rounds)
    }
  }

  @inline(__always)
  private func run<L: LaneVector>(_ product: Product, _: L.Type, _ rounds: Int) -> Double {
    let weights = Column<L>(of: .all(0.01), count: shape.end)
    let slopes = Column<L>(of: .all(0), count: shape.end)
    defer { weights.free() }
    defer { slopes.free() }
    let layer = LaneLayer<L>(shape, weights: weights, slopes: slopes, isBelow: false)
    let (steps, hidden) = (shape.steps, shape.hidden)
    switch product {
    case .registers:
      var tile = Tile(weights)
      tile.multiplyItself(weights[0], rounds: rounds * steps * hidden * shape.reads)
      tile.store(layer.pulls)
    case .forward:
      for round in 0..<(rounds * steps) {
        let read = layer.inputs(round % steps)
        for unit in 0..<hidden { layer.multiply(unit, read) }
      }
    case .weightSlopes:
      for round in 0..<(rounds * steps) { layer.weigh(layer.inputs(round % steps)) }
    case .carry:
      for _ in 0..<(rounds * steps) {
        layer.carry(from: shape.inputs, count: hidden, into: layer.hiddenSlopes)
      }
    }
    let reads = product == .carry ? hidden : shape.reads
    let sums = product == .registers ? 12 : 16
    return Double(2 * sums * L.scalarCount) * Double(rounds * steps * hidden * reads)
  }
}
