/// A recurrent layer with memory cells (Hochreiter and Schmidhuber 1997; forget gates, Gers 2000)
/// over four windows of each lane's series at once. `LaneLayer+Backward` has its exact derivatives;
/// the oracle of both is `ScalarLayer`.
///
///     i, f, o = sigmoid(W [x, h] + b),  g = tanh(W [x, h] + b)
///     c' = f c + i g,                   h' = o tanh(c')
///
/// Shapes (all by lane): `state` steps + 1 x reads x windows (inputs and hidden state of the day
/// before, the next day's in the next row); `gates` steps x hidden x 4 x windows, after their
/// activation; `cells` steps + 1 x hidden x windows; `squashed` tanh of them, without the first.
final class LaneLayer<L: LaneVector> {
  /// Windows that share every weight that is read.
  static var windows: Int { 4 }

  let shape: LayerShape
  /// Those of the whole network.
  let weights: Column<L>
  let slopes: Column<L>
  let state: Column<L>
  let gates: Column<L>
  let cells: Column<L>
  let squashed: Column<L>
  /// The derivatives by a day's sums: by unit, gate and window.
  let pulls: Column<L>
  /// The derivative by the hidden state of a day, by unit and window: handed in for the last,
  /// carried to earlier ones.
  let hiddenSlopes: Column<L>
  let cellSlopes: Column<L>
  /// What each day's hidden state gets from a layer above: by day, unit and window.
  let outerSlopes: Column<L>
  let isBelow: Bool

  init(_ shape: LayerShape, weights: Column<L>, slopes: Column<L>, isBelow: Bool) {
    (self.shape, self.weights, self.slopes) = (shape, weights, slopes)
    self.isBelow = isBelow
    let units = shape.hidden * Self.windows
    state = Column(count: (shape.steps + 1) * shape.reads * Self.windows)
    gates = Column(count: shape.steps * units * 4)
    cells = Column(count: (shape.steps + 1) * units)
    squashed = Column(count: shape.steps * units)
    pulls = Column(count: units * 4)
    hiddenSlopes = Column(count: units)
    cellSlopes = Column(count: units)
    outerSlopes = Column(count: isBelow ? shape.steps * units : 0)
  }

  deinit {
    for column in [
      state, gates, cells, squashed, pulls, hiddenSlopes, cellSlopes, outerSlopes,
    ] {
      column.free()
    }
  }

  /// Where the inputs of a day stand: by input, by window.
  func inputs(_ step: Int) -> Column<L> { state.from(step * shape.reads * Self.windows) }

  /// Where the hidden state after so many days stands: by unit, by window.
  func hidden(after steps: Int) -> Column<L> {
    state.from((steps * shape.reads + shape.inputs) * Self.windows)
  }

  /// Runs through the days; the first hidden and cell states are 0.
  func forward() {
    let units = shape.hidden * Self.windows
    hidden(after: 0).clear(units)
    cells.clear(units)
    for step in 0..<shape.steps { forward(step) }
  }

  private func forward(_ step: Int) {
    let (hidden, w) = (shape.hidden, Self.windows)
    let read = inputs(step)
    let next = self.hidden(after: step + 1)
    let before = cells.from(step * hidden * w)
    let after = before.from(hidden * w)
    let flat = squashed.from(step * hidden * w)
    let gate = gates.from(step * hidden * 4 * w)
    for unit in 0..<hidden {
      multiply(unit, read)
      activate(
        gate.from(unit * 4 * w), before.from(unit * w), after.from(unit * w), flat.from(unit * w),
        next.from(unit * w))
    }
  }

  /// The sums of a unit, into `pulls`: by gate, by window.
  @inline(__always)
  func multiply(_ unit: Int, _ read: Column<L>) {
    var tile = Tile(each: weights.from(shape.firstBias + unit * 4))
    tile.add(panel: weights.from(shape.gates.panel(unit)), times: read, columns: shape.reads)
    tile.store(pulls)
  }

  /// Gates, cell and hidden state of a unit from the sums.
  @inline(__always)
  private func activate(
    _ gate: Column<L>, _ before: Column<L>, _ after: Column<L>, _ flat: Column<L>, _ next: Column<L>
  ) {
    for window in 0..<4 {
      let (i, g) = Activations.sigmoidAndTanh(pulls[window], pulls[8 + window])
      let (f, o) = Activations.sigmoids(pulls[4 + window], pulls[12 + window])
      let c = (i * g).plus(f, times: before[window])
      let t = Activations.tanh(c)
      gate[window] = i
      gate[4 + window] = f
      gate[8 + window] = g
      gate[12 + window] = o
      after[window] = c
      flat[window] = t
      next[window] = o * t
    }
  }
}
