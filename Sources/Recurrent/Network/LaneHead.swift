/// The head over four windows: from the last hidden state to every day ahead at once, with the same
/// weights for each day (`HeadShape` has the formulas). What the hidden state and the series say to
/// the units is multiplied once; a day adds what is known of it.
///
/// Shapes: `statics` statics x windows; `features` days x features x windows; `units` days x units
/// x windows, after tanh; `outputs` and `outputSlopes` days x rows x windows. The oracle is
/// `ScalarHead`.
final class LaneHead<L: LaneVector> {
  static var windows: Int { 4 }

  let shape: HeadShape
  private let weights: Column<L>
  private let slopes: Column<L>
  /// What is known of the series: by static, by window.
  let statics: Column<L>
  private let features: Column<L>
  private let units: Column<L>
  private let outputs: Column<L>
  private let slopesOfOutputs: Column<L>
  /// A h + S v + a, and its derivatives.
  private let bases: Column<L>
  private let baseSlopes: Column<L>
  /// The derivatives by a day's units, then by their sums.
  private let pulls: Column<L>

  init(_ shape: HeadShape, weights: Column<L>, slopes: Column<L>) {
    (self.shape, self.weights, self.slopes) = (shape, weights, slopes)
    let w = Self.windows
    statics = Column(count: shape.statics * w)
    features = Column(count: shape.days * shape.features * w)
    units = Column(count: shape.days * shape.units * w)
    outputs = Column(count: shape.days * shape.rows * w)
    slopesOfOutputs = Column(count: shape.days * shape.rows * w)
    bases = Column(count: shape.units * w)
    baseSlopes = Column(count: shape.units * w)
    pulls = Column(count: shape.units * w)
  }

  deinit {
    for column in [
      statics, features, units, outputs, slopesOfOutputs, bases, baseSlopes, pulls,
    ] {
      column.free()
    }
  }

  /// What is known of a day ahead: by feature, by window.
  func features(_ day: Int) -> Column<L> { features.from(day * shape.features * Self.windows) }
  /// What is said of a day: by output, by window.
  func outputs(_ day: Int) -> Column<L> { outputs.from(day * shape.rows * Self.windows) }
  /// What a day's outputs are made of besides their weights, by column of C and window; the hidden
  /// state where there are no units.
  func units(_ day: Int) -> Column<L> { units.from(day * shape.units * Self.windows) }
  /// The derivatives by them, handed in before `backward`.
  func outputSlopes(_ day: Int) -> Column<L> {
    slopesOfOutputs.from(day * shape.rows * Self.windows)
  }

  func forward(_ hidden: Column<L>) {
    for panel in 0..<shape.state.panels {
      var tile = Tile(each: weights.from(shape.firstUnitBias + panel * 4))
      tile.add(
        panel: weights.from(shape.state.panel(panel)), times: hidden, columns: shape.hidden)
      tile.add(
        panel: weights.from(shape.given.panel(panel)), times: statics, columns: shape.statics)
      tile.store(bases.from(panel * 16))
    }
    for day in 0..<shape.days {
      let read = shape.units > 0 ? activate(day) : hidden
      for panel in 0..<shape.output.panels {
        var tile = Tile(each: weights.from(shape.firstOutputBias + panel * 4))
        tile.add(
          panel: weights.from(shape.output.panel(panel)), times: read,
          columns: shape.output.columns)
        tile.store(outputs(day).from(panel * 16))
      }
    }
  }

  /// The units of a day.
  @inline(__always)
  private func activate(_ day: Int) -> Column<L> {
    let unit = units.from(day * shape.units * Self.windows)
    for panel in 0..<shape.known.panels {
      var tile = Tile(bases.from(panel * 16))
      tile.add(
        panel: weights.from(shape.known.panel(panel)), times: features(day),
        columns: shape.features)
      tile.store(unit.from(panel * 16))
    }
    for index in 0..<(shape.units * Self.windows) { unit[index] = Activations.tanh(unit[index]) }
    return unit
  }

  /// Adds the derivatives by the weights to `slopes`, and puts those by the hidden state into
  /// `hiddenSlopes`.
  func backward(_ hidden: Column<L>, into hiddenSlopes: Column<L>) {
    baseSlopes.clear(shape.units * Self.windows)
    if shape.units == 0 { hiddenSlopes.clear(shape.hidden * Self.windows) }
    for day in 0..<shape.days {
      let unit = units.from(day * shape.units * Self.windows)
      weighOutputs(day, shape.units > 0 ? unit : hidden)
      if shape.units > 0 {
        pull(day, unit)
      } else {
        carryToHidden(shape.output, outputSlopes(day), into: hiddenSlopes)
      }
    }
    guard shape.units > 0 else { return }
    for panel in 0..<shape.state.panels {
      let tile = Tile(baseSlopes.from(panel * 16))
      tile.addSlopes(
        panel: slopes.from(shape.state.panel(panel)), times: hidden, columns: shape.hidden)
      tile.addSlopes(
        panel: slopes.from(shape.given.panel(panel)), times: statics, columns: shape.statics)
      tile.addSlopes(each: slopes.from(shape.firstUnitBias + panel * 4))
    }
    hiddenSlopes.clear(shape.hidden * Self.windows)
    carryToHidden(shape.state, baseSlopes, into: hiddenSlopes)
  }

  /// Adds the derivatives by C and c of a day.
  @inline(__always)
  private func weighOutputs(_ day: Int, _ read: Column<L>) {
    for panel in 0..<shape.output.panels {
      let tile = Tile(outputSlopes(day).from(panel * 16))
      tile.addSlopes(
        panel: slopes.from(shape.output.panel(panel)), times: read, columns: shape.output.columns)
      tile.addSlopes(each: slopes.from(shape.firstOutputBias + panel * 4))
    }
  }

  /// The derivatives by the sums of a day's units: into those by B and by the base.
  @inline(__always)
  private func pull(_ day: Int, _ unit: Column<L>) {
    for first in stride(from: 0, to: shape.units, by: 4) {
      var tile = Tile<L>()
      tile.add(columnsOf: shape.output, in: weights, from: first, times: outputSlopes(day))
      tile.store(pulls.from(first * 4))
    }
    let one = L.all(1)
    for index in 0..<(shape.units * Self.windows) {
      let z = unit[index]
      let pull = pulls[index] * (one - z * z)
      pulls[index] = pull
      baseSlopes[index] = baseSlopes[index] + pull
    }
    for panel in 0..<shape.known.panels {
      Tile(pulls.from(panel * 16)).addSlopes(
        panel: slopes.from(shape.known.panel(panel)), times: features(day),
        columns: shape.features)
    }
  }

  /// Adds the derivatives by the hidden state.
  @inline(__always)
  private func carryToHidden(
    _ matrix: PanelMatrix, _ pulls: Column<L>, into hiddenSlopes: Column<L>
  ) {
    for first in stride(from: 0, to: shape.hidden, by: 4) {
      var tile = Tile(hiddenSlopes.from(first * 4))
      tile.add(columnsOf: matrix, in: weights, from: first, times: pulls)
      tile.store(hiddenSlopes.from(first * 4))
    }
  }
}
