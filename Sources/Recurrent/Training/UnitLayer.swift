/// A recurrent layer over one window: lanes are its units, where `LaneLayer`'s are series. Sums are
/// taken in the same order as there, from the bias over inputs and hidden state.
final class UnitLayer<L: LaneVector> {
  let shape: LayerShape
  /// Vectors of the units.
  private let groups: Int
  /// By gate.
  private let gates: [UnitMatrix<L>]
  private let biases: [UnitMatrix<L>]
  private let cells: Column<L>
  /// After so many days; what fills the last vector is 0.
  private let states: Column<L>

  init(_ shape: LayerShape, weights: [Float]) {
    self.shape = shape
    gates = (0..<4).map { gate in
      UnitMatrix(rows: shape.hidden, columns: shape.reads) { unit, column in
        weights[shape.gates.place(unit * 4 + gate, column)]
      }
    }
    biases = (0..<4).map { gate in
      UnitMatrix(rows: shape.hidden, columns: 1) { unit, _ in
        weights[shape.firstBias + unit * 4 + gate]
      }
    }
    groups = gates[0].groups
    cells = Column(count: groups)
    states = Column(count: (shape.steps + 1) * groups)
  }

  deinit {
    for matrix in gates + biases { matrix.free() }
    cells.free()
    states.free()
  }

  /// The hidden state after so many days, by unit.
  @inline(__always)
  func hidden(after steps: Int, _ unit: Int) -> Float {
    let lanes = L.scalarCount
    return states[steps * groups + unit / lanes, lane: unit % lanes]
  }

  /// Runs through the days; `input` has the inputs of each.
  @inline(__always)
  func forward(_ input: (_ step: Int, _ index: Int) -> Float) {
    let (inGate, forgetGate, cellGate, outGate) = (gates[0], gates[1], gates[2], gates[3])
    cells.clear(groups)
    for step in 0..<shape.steps {
      for group in 0..<groups {
        var (i, f) = (biases[0][0, group], biases[1][0, group])
        var (g, o) = (biases[2][0, group], biases[3][0, group])
        @inline(__always) func add(_ column: Int, _ value: Float) {
          let x = L.all(value)
          i = i.plus(inGate[column, group], times: x)
          f = f.plus(forgetGate[column, group], times: x)
          g = g.plus(cellGate[column, group], times: x)
          o = o.plus(outGate[column, group], times: x)
        }
        for column in 0..<shape.inputs { add(column, input(step, column)) }
        for unit in 0..<shape.hidden { add(shape.inputs + unit, hidden(after: step, unit)) }
        let (opened, said) = Activations.sigmoidAndTanh(i, g)
        let (kept, shown) = Activations.sigmoids(f, o)
        let cell = (opened * said).plus(kept, times: cells[group])
        cells[group] = cell
        states[(step + 1) * groups + group] = shown * Activations.tanh(cell)
      }
    }
  }
}
