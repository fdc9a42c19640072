/// The size of a recurrent layer, and where its weights stand: by unit, by what is read, by gate
/// (input, forget, cell, output); then the biases by unit and gate.
struct LayerShape: Equatable, Sendable {
  let inputs: Int
  /// A multiple of four.
  let hidden: Int
  /// Days in a window.
  let steps: Int
  /// A panel is a unit, its rows are the unit's gates.
  let gates: PanelMatrix

  init(inputs: Int, hidden: Int, steps: Int, first: Int) {
    (self.inputs, self.hidden, self.steps) = (inputs, hidden, steps)
    gates = PanelMatrix(rows: 4 * hidden, columns: inputs + hidden, first: first)
  }

  /// What a unit's gates read: inputs, then the hidden state of the day before.
  var reads: Int { inputs + hidden }
  var firstBias: Int { gates.end }
  var end: Int { firstBias + 4 * hidden }
}
