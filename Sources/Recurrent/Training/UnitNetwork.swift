/// A network over one window, lanes being units and outputs: what costs a block of windows as much
/// for one as for all goes here at a twentieth. The oracle is `ScalarNetwork`.
final class UnitNetwork<L: LaneVector> {
  let shape: NetworkShape
  private let layout: WindowLayout
  private let isPoisson: Bool
  private let layers: [UnitLayer<L>]
  private let state: UnitMatrix<L>
  private let given: UnitMatrix<L>
  private let known: UnitMatrix<L>
  private let unitBiases: UnitMatrix<L>
  private let output: UnitMatrix<L>
  private let outputBiases: UnitMatrix<L>
  /// A h + S v + a, and a day's units.
  private let bases: Column<L>
  private let units: Column<L>

  init(_ shape: NetworkShape, loss: LossShape, weights: [Float]) {
    (self.shape, layout) = (shape, WindowLayout(shape))
    isPoisson = loss.mean == .poisson
    layers = shape.layers.map { UnitLayer($0, weights: weights) }
    let head = shape.head
    let rows = head.units
    state = UnitMatrix(head.state, rows: rows, of: weights)
    given = UnitMatrix(head.given, rows: rows, of: weights)
    known = UnitMatrix(head.known, rows: rows, of: weights)
    unitBiases = UnitMatrix(weights[head.firstUnitBias...].prefix(head.units))
    output = UnitMatrix(head.output, rows: head.outputs, of: weights)
    outputBiases = UnitMatrix(weights[head.firstOutputBias...].prefix(head.outputs))
    bases = Column(count: state.groups)
    units = Column(count: state.groups)
  }

  deinit {
    for matrix in [state, given, known, unitBiases, output, outputBiases] { matrix.free() }
    bases.free()
    units.free()
  }

  /// Writes what the network says of a window: by day, by output.
  func say(_ row: RowView, into result: Column<Float>) { L.say(self, row, into: result) }

  func runSay(_ row: RowView, into result: Column<Float>) {
    let inputs = layout.inputs.lowerBound
    layers[0].forward { step, index in row[inputs + step * self.shape.inputs + index] }
    if layers.count > 1 {
      let below = layers[0]
      layers[1].forward { step, index in below.hidden(after: step + 1, index) }
    }
    let last = layers[layers.count - 1]
    for group in 0..<state.groups {
      var sum = unitBiases[0, group]
      for column in 0..<shape.hidden {
        sum = sum.plus(state[column, group], times: L.all(last.hidden(after: shape.steps, column)))
      }
      for column in 0..<shape.statics {
        sum = sum.plus(given[column, group], times: L.all(row[layout.statics.lowerBound + column]))
      }
      bases[group] = sum
    }
    for day in 0..<shape.days { say(day, row, last, into: result.from(day * shape.outputs)) }
  }

  @inline(__always)
  private func say(_ day: Int, _ row: RowView, _ last: UnitLayer<L>, into result: Column<Float>) {
    let lanes = L.scalarCount
    let features = layout.features.lowerBound + day * shape.features
    for group in 0..<known.groups {
      var sum = bases[group]
      for column in 0..<shape.features {
        sum = sum.plus(known[column, group], times: L.all(row[features + column]))
      }
      units[group] = Activations.tanh(sum)
    }
    let base = row[layout.bases.lowerBound + day]
    for group in 0..<output.groups {
      var sum = outputBiases[0, group]
      for column in 0..<output.columns {
        let read =
          shape.head.units > 0
          ? units[column / lanes, lane: column % lanes]
          : last.hidden(after: shape.steps, column)
        sum = sum.plus(output[column, group], times: L.all(read))
      }
      for index in (group * lanes)..<min(shape.outputs, (group + 1) * lanes) {
        result[index] = sum[index - group * lanes] + (index == 0 ? 0 : base)
      }
      if group == 0, isPoisson {
        result[0] = Activations.exp(LaneLoss<L>.logarithm(sum))[0]
      }
    }
  }
}
