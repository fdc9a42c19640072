/// Numbers for first weights (Steele, Lea and Flood 2014, SplitMix64): the same for a seed on every
/// machine and for good, whatever the library's generators become.
struct WeightGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number of 24 bits in -bound..<bound.
  mutating func uniform(_ bound: Float) -> Float {
    (Float(next() >> 40) * 0x1p-23 - 1) * bound
  }
}

extension NetworkShape {
  /// Weights to begin with: as PyTorch draws those of its layers, uniform within one over the root
  /// of how much is read (for a recurrent layer of its hidden units). Forget gates begin open, a
  /// bias more by 1 (Jozefowicz, Zaremba and Sutskever 2015); what is said begins near 0, a tenth
  /// of the output layer and no biases of it.
  package func firstWeights(seed: UInt64) -> [Float] {
    var generator = WeightGenerator(seed: seed)
    var weights = [Float](repeating: 0, count: weightCount)
    func draw(_ range: Range<Int>, _ reads: Int, _ share: Float = 1) {
      let bound = share / Float(reads).squareRoot()
      for place in range { weights[place] = generator.uniform(bound) }
    }
    for layer in layers {
      draw(layer.gates.first..<layer.end, layer.hidden)
      for unit in 0..<layer.hidden { weights[layer.firstBias + unit * 4 + 1] += 1 }
    }
    draw(head.state.first..<head.state.end, hidden)
    if statics > 0 { draw(head.given.first..<head.given.end, statics) }
    if features > 0 { draw(head.known.first..<head.known.end, features) }
    draw(head.firstUnitBias..<(head.firstUnitBias + head.units), hidden)
    draw(head.output.first..<head.output.end, head.output.columns, 0.1)
    for row in outputs..<head.rows {
      for column in 0..<head.output.columns { weights[head.output.place(row, column)] = 0 }
    }
    return weights
  }
}
