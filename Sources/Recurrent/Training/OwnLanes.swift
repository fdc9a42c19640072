/// A network of its own for the series in each lane, trained side by side.
///
/// What decides goes by lane (`OwnLane`); what computes goes on in all lanes till the last is done,
/// and Adam leaves alone those that are. A lane without a series has windows that count nothing.
final class OwnLanes<L: LaneVector> {
  private let settings: OwnTraining
  private let shape: NetworkShape
  private let shared: [Float]
  /// Where the weights stand that move.
  private let moved: Range<Int>
  private let network: LaneNetwork<L>
  private let outputLayer: LaneOutputLayer<L>
  private let adam: LaneAdam<L>
  /// Of the weights that move.
  private let starts: Column<L>
  private let best: Column<L>

  init(_ settings: OwnTraining, _ shape: NetworkShape, _ loss: LossShape, _ shared: [Float]) {
    (self.settings, self.shape, self.shared) = (settings, shape, shared)
    moved = settings.part.range(shape)
    network = LaneNetwork(shape, loss: loss)
    outputLayer = LaneOutputLayer(network)
    adam = LaneAdam(
      count: moved.count,
      settings: AdamSettings(stepSize: settings.stepSize, normLimit: settings.normLimit))
    adam.anchor.spread(Array(shared[moved]))
    starts = Column(count: moved.count)
    best = Column(count: moved.count)
  }

  deinit {
    outputLayer.free()
    starts.free()
    best.free()
  }

  /// Trains at most as many series as there are lanes.
  func train(_ series: ArraySlice<OwnTraining.Series>) -> [OwnTraining.Learned] {
    let series = Array(series)
    let layout = WindowLayout(shape)
    let none = WindowTable(layout)
    func tables(_ kind: KeyPath<OwnTraining.Series, WindowTable>) -> [WindowTable] {
      series.map { $0[keyPath: kind] }
        + Array(repeating: none, count: L.scalarCount - series.count)
    }
    let all = tables(\.training) + tables(\.validation)
    precondition(all.allSatisfy { $0.layout == layout }, "windows of another network")
    return unsafe WindowTable.withRows(all[...], []) { starts in
      let counts = all.map(\.count)
      let lanes = L.scalarCount
      let training = unsafe OwnWindows<L>(
        layout, Array(starts[..<lanes]), counts: Array(counts[..<lanes]))
      let validation = unsafe OwnWindows<L>(
        layout, Array(starts[lanes...]), counts: Array(counts[lanes...]))
      return train(series, training, validation)
    }
  }

  private func train(
    _ series: [OwnTraining.Series], _ training: OwnWindows<L>, _ validation: OwnWindows<L>
  ) -> [OwnTraining.Learned] {
    network.weights.spread(shared)
    let windows = pass(training)
    let kept = pass(validation)
    let floors = series.map { $0.validation.floor(network.loss) }
    func validate() -> [Float] {
      let sum = evaluate(kept, withSlopes: false)
      return series.indices.map { lane in
        Float(Double(sum[lane]) / Double(series[lane].validation.count) - floors[lane])
      }
    }
    let sharedLosses = validate()
    begin(series)
    let startLosses = validate()
    var lanes = series.enumerated().map { lane, each in
      if each.training.count == 0 || each.validation.count == 0 {
        return OwnLane(settings, pull: each.pull, trouble: .noWindows(step: 0))
      }
      return OwnLane(
        settings, pull: each.pull, sharedLoss: sharedLosses[lane], startLoss: startLosses[lane])
    }
    while lanes.contains(where: \.isActive) {
      step(&lanes, windows, share: training.share)
      guard lanes.contains(where: \.isDue) else { continue }
      let losses = validate()
      for lane in lanes.indices where lanes[lane].isDue {
        carryOut(lanes[lane].validated(losses[lane]), lane)
      }
    }
    return lanes.enumerated().map { lane, each in
      each.result {
        shared[..<moved.lowerBound] + moved.indices.map { best[$0 - moved.lowerBound, lane: lane] }
      }
    }
  }

  /// Puts all lanes at their start.
  private func begin(_ series: [OwnTraining.Series]) {
    adam.reset()
    adam.stepSize = .all(settings.stepSize)
    adam.pull = .all(0)
    starts.spread(Array(shared[moved]))
    for (lane, each) in series.enumerated() {
      adam.pull[lane] = each.pull
      guard let start = each.start else { continue }
      precondition(start.count == shape.weightCount, "weights of another network")
      for place in moved { starts[place - moved.lowerBound, lane: lane] = start[place] }
    }
    network.weights.from(moved.lowerBound).copy(starts, count: moved.count)
    best.copy(starts, count: moved.count)
  }

  /// A step of every lane that is active.
  private func step(_ lanes: inout [OwnLane], _ windows: Pass, share: L) {
    network.slopes.clear(shape.weightCount)
    let losses = evaluate(windows, withSlopes: true)
    let slopes = network.slopes.from(moved.lowerBound)
    for index in 0..<moved.count { slopes[index] = slopes[index] * share }
    var active = L.all(0)
    for lane in lanes.indices where lanes[lane].isActive { active[lane] = 1 }
    let norms = adam.step(network.weights.from(moved.lowerBound), slopes, active: active)
    for lane in lanes.indices where lanes[lane].isActive {
      carryOut(lanes[lane].stepped(loss: losses[lane], norm: norms[lane]), lane)
    }
  }

  private func carryOut(_ verdict: OwnLane.Verdict, _ lane: Int) {
    let weights = network.weights.from(moved.lowerBound)
    switch verdict {
    case .goOn: break
    case .keep:
      for index in 0..<moved.count { best[index, lane: lane] = weights[index, lane: lane] }
    case .startAnew:
      for index in 0..<moved.count {
        weights[index, lane: lane] = starts[index, lane: lane]
        best[index, lane: lane] = starts[index, lane: lane]
      }
      adam.reset(lane: lane)
      adam.stepSize[lane] = settings.stepSize / 3
    }
  }
}

extension OwnLanes {
  /// Windows to go through again and again.
  enum Pass {
    case windows(OwnWindows<L>)
    /// Where nothing but the output layer moves.
    case outputBlocks([OutputBlock<L>])
  }

  /// With the shared weights in all lanes.
  private func pass(_ windows: OwnWindows<L>) -> Pass {
    guard settings.part == .outputLayer else { return .windows(windows) }
    return .outputBlocks(
      (0..<windows.blocks).map { block in
        windows.fill(network, block: block)
        network.forward()
        return OutputBlock(network)
      })
  }

  /// The sum of the losses by lane; adds derivatives where asked for.
  private func evaluate(_ pass: Pass, withSlopes: Bool) -> L {
    var sum = L.all(0)
    switch pass {
    case .outputBlocks(let blocks):
      for block in blocks { sum += outputLayer.evaluate(block, withSlopes: withSlopes) }
    case .windows(let windows):
      for block in 0..<windows.blocks {
        windows.fill(network, block: block)
        network.forward()
        sum += network.evaluate()
        if withSlopes { network.backward() }
      }
    }
    return sum
  }
}
