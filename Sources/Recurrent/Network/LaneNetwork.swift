/// A network of one or two recurrent layers and a head for each lane's series, over four windows at
/// once; its loss and its exact derivatives. The oracle is `ScalarNetwork`.
///
/// Fill inputs, statics, features, targets and day weights, and mean weights and bases where they
/// are not 1 and 0; `forward`; `evaluate`; `backward`, which adds to
/// `slopes`; after as many blocks of windows as a step has, `LaneAdam.step`. Windows that fill up a
/// block have day weights of 0, and finite inputs.
final class LaneNetwork<L: LaneVector> {
  static var windows: Int { 4 }

  let shape: NetworkShape
  let loss: LossShape
  /// As the shape has them.
  let weights: Column<L>
  /// The derivatives by them; added to, and cleared by who takes a step.
  let slopes: Column<L>
  /// Factors on what the second layer reads of the first, by day, unit and window: 0 for what is
  /// dropped, 1 / (1 - share) for what is kept. Used by `forward` and `backward` when asked for.
  let masks: Column<L>
  private let layers: [LaneLayer<L>]
  private let head: LaneHead<L>
  private let allTargets: Column<L>
  private let allDayWeights: Column<L>
  private let allBases: Column<L>
  /// What the mean part counts: by window.
  let meanWeights: Column<L>

  init(_ shape: NetworkShape, loss: LossShape) {
    precondition(shape.head.outputs == loss.outputs, "an output without a loss, or a loss without")
    (self.shape, self.loss) = (shape, loss)
    let weights = Column<L>(count: shape.weightCount)
    let slopes = Column<L>(count: shape.weightCount)
    (self.weights, self.slopes) = (weights, slopes)
    layers = shape.layers.indices.map { index in
      LaneLayer(
        shape.layers[index], weights: weights, slopes: slopes,
        isBelow: index + 1 < shape.layers.count)
    }
    head = LaneHead(shape.head, weights: weights, slopes: slopes)
    masks = Column(count: layers.count > 1 ? shape.steps * shape.hidden * Self.windows : 0)
    allTargets = Column(count: shape.head.days * Self.windows)
    allDayWeights = Column(count: shape.head.days * Self.windows)
    allBases = Column(count: shape.head.days * Self.windows)
    meanWeights = Column(of: .all(1), count: Self.windows)
  }

  deinit {
    for column in [weights, slopes, masks, allTargets, allDayWeights, allBases, meanWeights] {
      column.free()
    }
  }

  /// What is read on a day of the window: by input, by window.
  func inputs(_ step: Int) -> Column<L> { layers[0].inputs(step) }
  /// What is known of the series at the window's end: by static, by window.
  var statics: Column<L> { head.statics }
  /// What is known of a day ahead: by feature, by window.
  func features(_ day: Int) -> Column<L> { head.features(day) }
  /// What a day ahead was: by window.
  func targets(_ day: Int) -> Column<L> { allTargets.from(day * Self.windows) }
  /// What a day ahead counts: by window; 0 where it is missing.
  func dayWeights(_ day: Int) -> Column<L> { allDayWeights.from(day * Self.windows) }
  /// What a day's quantiles are counted from: by window.
  func bases(_ day: Int) -> Column<L> { allBases.from(day * Self.windows) }
  /// What is said of a day ahead, after `forward`: by output, by window.
  func outputs(_ day: Int) -> Column<L> { head.outputs(day) }

  /// What a day's outputs are products of, after `forward`: by column of the output layer, by
  /// window.
  func read(_ day: Int) -> Column<L> { shape.head.units > 0 ? head.units(day) : lastHidden }

  private var lastHidden: Column<L> { layers[layers.count - 1].hidden(after: shape.steps) }

  /// Runs the four windows through; with `masked`, what the second layer reads goes through
  /// `masks`.
  func forward(masked: Bool = false) { L.forward(self, masked: masked) }

  /// The loss of the four windows, after `forward`, and its derivatives by the outputs for
  /// `backward`.
  func evaluate() -> L { L.evaluate(self) }

  /// Adds the derivatives of the loss by the weights, after `evaluate`.
  func backward(masked: Bool = false) { L.backward(self, masked: masked) }
}

extension LaneNetwork {
  func runForward(masked: Bool) {
    layers[0].forward()
    if layers.count > 1 {
      let units = shape.hidden * Self.windows
      for step in 0..<shape.steps {
        let (read, said) = (layers[1].inputs(step), layers[0].hidden(after: step + 1))
        let mask = masks.from(step * units)
        for index in 0..<units {
          read[index] = masked ? said[index] * mask[index] : said[index]
        }
      }
      layers[1].forward()
    }
    head.forward(lastHidden)
  }

  func runLoss() -> L {
    let loss = LaneLoss<L>(shape: loss)
    var sum = L.all(0)
    for day in 0..<shape.head.days {
      let truth = LaneTruth(
        targets: targets(day), weights: dayWeights(day), bases: bases(day), meanWeights: meanWeights
      )
      loss.evaluate(outputs(day), truth, slopes: head.outputSlopes(day), adding: &sum)
    }
    return sum
  }

  func runBackward(masked: Bool) {
    let last = layers[layers.count - 1]
    head.backward(lastHidden, into: last.hiddenSlopes)
    guard layers.count > 1 else { return last.backward() }
    let first = layers[0]
    last.backward(into: first.outerSlopes)
    let units = shape.hidden * Self.windows
    if masked {
      for index in 0..<(shape.steps * units) {
        first.outerSlopes[index] = first.outerSlopes[index] * masks[index]
      }
    }
    first.hiddenSlopes.clear(units)
    first.backward()
  }
}
