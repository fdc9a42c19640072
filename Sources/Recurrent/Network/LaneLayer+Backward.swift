extension LaneLayer {
  /// Adds the derivatives by the weights to `slopes`, from those by the last day's hidden state in
  /// `hiddenSlopes` and, below another layer, by each day's in `outerSlopes`. Where a layer is
  /// below, the derivatives by the inputs go into `below`, by day, input and window.
  func backward(into below: Column<L>? = nil) {
    let units = shape.hidden * Self.windows
    cellSlopes.clear(units)
    for step in (0..<shape.steps).reversed() {
      if isBelow { addOuterSlopes(step) }
      pull(step)
      weigh(inputs(step))
      if let below {
        carry(from: 0, count: shape.inputs, into: below.from(step * shape.inputs * Self.windows))
      }
      if step > 0 { carry(from: shape.inputs, count: shape.hidden, into: hiddenSlopes) }
    }
  }

  /// Adds what the layer above has to say to the derivatives by a day's hidden state.
  private func addOuterSlopes(_ step: Int) {
    let units = shape.hidden * Self.windows
    let outer = outerSlopes.from(step * units)
    for index in 0..<units { hiddenSlopes[index] = hiddenSlopes[index] + outer[index] }
  }

  /// The derivatives by the sums of all units.
  @inline(__always)
  private func pull(_ step: Int) {
    let (hidden, w) = (shape.hidden, Self.windows)
    let before = cells.from(step * hidden * w)
    let flat = squashed.from(step * hidden * w)
    let gate = gates.from(step * hidden * 4 * w)
    for unit in 0..<hidden {
      pull(
        gate.from(unit * 4 * w), before.from(unit * w), flat.from(unit * w),
        hiddenSlopes.from(unit * w), cellSlopes.from(unit * w), into: pulls.from(unit * 4 * w))
    }
  }

  @inline(__always)
  private func pull(
    _ gate: Column<L>, _ before: Column<L>, _ flat: Column<L>, _ hiddenSlope: Column<L>,
    _ cellSlope: Column<L>, into pull: Column<L>
  ) {
    let one = L.all(1)
    for window in 0..<4 {
      let (i, f, g, o) = (gate[window], gate[4 + window], gate[8 + window], gate[12 + window])
      let t = flat[window]
      let slope = hiddenSlope[window]
      let c = cellSlope[window].plus(slope * o, times: one - t * t)
      pull[window] = c * g * i * (one - i)
      pull[4 + window] = c * before[window] * f * (one - f)
      pull[8 + window] = c * i * (one - g * g)
      pull[12 + window] = slope * t * o * (one - o)
      cellSlope[window] = c * f
    }
  }

  /// Adds a day's derivatives by the weights.
  @inline(__always)
  func weigh(_ read: Column<L>) {
    for unit in 0..<shape.hidden {
      let tile = Tile(pulls.from(unit * 16))
      tile.addSlopes(
        panel: slopes.from(shape.gates.panel(unit)), times: read, columns: shape.reads)
      tile.addSlopes(each: slopes.from(shape.firstBias + unit * 4))
    }
  }

  /// The derivatives by `count` of what the gates read, four by four windows at a time.
  @inline(__always)
  func carry(from first: Int, count: Int, into target: Column<L>) {
    for column in stride(from: 0, to: count, by: 4) {
      var tile = Tile<L>()
      tile.add(columnsOf: shape.gates, in: weights, from: first + column, times: pulls)
      tile.store(target.from(column * 4))
    }
  }
}
