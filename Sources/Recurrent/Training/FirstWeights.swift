extension NetworkShape {
  /// Weights to begin with: as PyTorch draws those of its layers, uniform within one over the root
  /// of how much is read (for a recurrent layer of its hidden units). Forget gates begin open, a
  /// bias more by 1 (Jozefowicz, Zaremba and Sutskever 2015); what is said begins near 0, a tenth
  /// of the output layer and no biases of it.
  package func firstWeights(seed: UInt64) -> [Float] {
    var generator = NetworkDice(seed: seed)
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
