/// A network per lane, trained on its own series for some epochs: what `ops/bench lstm` measures
/// beside PyTorch. Series and first weights are drawn by a formula that the peer knows too.
package struct TrainingRun {
  package var inputs = 1
  package var hidden = 16
  package var steps = 28
  package var headUnits = 0
  package var features = 0
  package var days = 1
  package var levels: [Float] = []
  package var batch = 32
  package var windows = 702
  package var epochs = 20
  package var stepSize: Float = 0.003

  package init() {}

  private var shape: NetworkShape {
    NetworkShape(
      inputs: inputs, hidden: hidden, steps: steps, headUnits: headUnits, features: features,
      days: days, outputs: 1 + levels.count)
  }

  package var weightCount: Int { shape.weightCount }

  /// Trains as many series as there are lanes, and returns the mean loss of a window in the last
  /// epoch, by lane. Lane k has the series from `values[k]` on: by day, by input, the first of
  /// which is the target; and first weights in the order of the network's own column.
  package func trained(lanes: Int, values: [[Float]], weights: [[Float]]) -> [Float] {
    switch lanes {
    case 16: trained(SIMD16<Float>.self, values, weights)
    case 8: trained(SIMD8<Float>.self, values, weights)
    default: trained(SIMD4<Float>.self, values, weights)
    }
  }

  @inline(__always)
  private func trained<L: LaneVector>(_: L.Type, _ values: [[Float]], _ first: [[Float]]) -> [Float]
  {
    let network = LaneNetwork<L>(shape, loss: LossShape(levels: levels))
    let adam = LaneAdam<L>(count: shape.weightCount, settings: AdamSettings(stepSize: stepSize))
    for index in 0..<shape.weightCount {
      for lane in 0..<L.scalarCount { network.weights[index][lane] = first[lane][index] }
    }
    let rows = windows + steps + days
    let series = Column<L>(count: rows * inputs)
    defer { series.free() }
    for index in 0..<(rows * inputs) {
      for lane in 0..<L.scalarCount { series[index][lane] = values[lane][index] }
    }
    var loss = L.all(0)
    for _ in 0..<epochs {
      loss = .all(0)
      for start in stride(from: 0, to: windows, by: batch) {
        let end = min(start + batch, windows)
        for block in stride(from: start, to: end, by: 4) {
          fill(network, series, block..<min(block + 4, end), share: 1 / Float(end - start))
          network.forward()
          loss = loss.plus(network.evaluate(), times: L.all(Float(end - start)))
          network.backward()
        }
        _ = adam.step(network.weights, network.slopes)
      }
    }
    return (0..<L.scalarCount).map { loss[$0] / Float(windows) }
  }

  /// Puts the windows that begin on the days of a range into the network, the missing with weight
  /// 0.
  @inline(__always)
  private func fill<L: LaneVector>(
    _ network: LaneNetwork<L>, _ series: Column<L>, _ starts: Range<Int>, share: Float
  ) {
    for window in 0..<4 {
      let isThere = window < starts.count
      let day = isThere ? starts.lowerBound + window : starts.lowerBound
      for step in 0..<steps {
        let row = series.from((day + step) * inputs)
        let target = network.inputs(step)
        for index in 0..<inputs { target[index * 4 + window] = row[index] }
      }
      for ahead in 0..<days {
        let row = series.from((day + steps + ahead) * inputs)
        let target = network.features(ahead)
        for index in 0..<features { target[index * 4 + window] = row[index + 1] }
        network.targets(ahead)[window] = row[0]
        network.dayWeights(ahead)[window] = .all(isThere ? share / Float(days) : 0)
      }
    }
  }
}
