/// What the output layer reads of a block of windows, and what their days were: kept where nothing
/// below that layer moves.
final class OutputBlock<L: LaneVector> {
  private let shape: HeadShape
  private let reads: Column<L>
  private let targets: Column<L>
  private let weights: Column<L>
  private let bases: Column<L>
  private let meanWeights: Column<L>

  /// Copies from a network after `forward`.
  init(_ network: LaneNetwork<L>) {
    let shape = network.shape.head
    self.shape = shape
    let (days, size) = (shape.days, shape.output.columns * 4)
    // Without units every day reads the hidden state.
    reads = Column(count: (shape.units > 0 ? days : 1) * size)
    targets = Column(count: days * 4)
    weights = Column(count: days * 4)
    bases = Column(count: days * 4)
    meanWeights = Column(count: 4)
    for day in 0..<(shape.units > 0 ? days : 1) {
      reads.from(day * size).copy(network.read(day), count: size)
    }
    targets.copy(network.targets(0), count: days * 4)
    weights.copy(network.dayWeights(0), count: days * 4)
    bases.copy(network.bases(0), count: days * 4)
    meanWeights.copy(network.meanWeights, count: 4)
  }

  deinit {
    for column in [reads, targets, weights, bases, meanWeights] { column.free() }
  }

  @inline(__always)
  func read(_ day: Int) -> Column<L> {
    shape.units > 0 ? reads.from(day * shape.output.columns * 4) : reads
  }

  @inline(__always)
  func truth(_ day: Int) -> LaneTruth<L> {
    LaneTruth(
      targets: targets.from(day * 4), weights: weights.from(day * 4), bases: bases.from(day * 4),
      meanWeights: meanWeights)
  }
}

/// The output layer alone, by the same sums as in `LaneHead`.
struct LaneOutputLayer<L: LaneVector> {
  let shape: HeadShape
  let loss: LaneLoss<L>
  /// Of the whole network.
  let weights: Column<L>
  let slopes: Column<L>
  private let outputs: Column<L>
  private let outputSlopes: Column<L>

  init(_ network: LaneNetwork<L>) {
    (shape, loss) = (network.shape.head, LaneLoss(shape: network.loss))
    (weights, slopes) = (network.weights, network.slopes)
    outputs = Column(count: shape.rows * 4)
    outputSlopes = Column(count: shape.rows * 4)
  }

  func free() {
    outputs.free()
    outputSlopes.free()
  }

  /// The loss of a block; adds its derivatives by C and c where asked for.
  func evaluate(_ block: OutputBlock<L>, withSlopes: Bool) -> L {
    var sum = L.all(0)
    let columns = shape.output.columns
    for day in 0..<shape.days {
      let read = block.read(day)
      for panel in 0..<shape.output.panels {
        var tile = Tile(each: weights.from(shape.firstOutputBias + panel * 4))
        tile.add(panel: weights.from(shape.output.panel(panel)), times: read, columns: columns)
        tile.store(outputs.from(panel * 16))
      }
      loss.evaluate(outputs, block.truth(day), slopes: outputSlopes, adding: &sum)
      guard withSlopes else { continue }
      for panel in 0..<shape.output.panels {
        let tile = Tile(outputSlopes.from(panel * 16))
        tile.addSlopes(
          panel: slopes.from(shape.output.panel(panel)), times: read, columns: columns)
        tile.addSlopes(each: slopes.from(shape.firstOutputBias + panel * 4))
      }
    }
    return sum
  }
}
