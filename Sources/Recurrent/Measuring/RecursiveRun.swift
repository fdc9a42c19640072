/// What articles on demand do with an LSTM, for the benches: a network for each series alone.
///
/// It reads nothing but that series, brought to 0...1 between its least and greatest value; it has
/// two layers of 50 units and says one number, the next day's. It learns by squared errors and Adam
/// in some epochs over shuffled windows. From the second day on it reads its own words as if they
/// were demand. Units stand in fours, so there are 52.
package struct RecursiveRun {
  package var hidden = 52
  package var layers = 2
  package var steps = 28
  package var batch = 32
  package var epochs = 20
  package var stepSize: Float = 1e-3

  package init() {}

  private var shape: NetworkShape {
    NetworkShape(
      inputs: 1, hidden: hidden, layers: layers, steps: steps, headUnits: 0, features: 0, days: 1,
      outputs: 1)
  }

  /// What at most 16 series of one length are forecast to be, a network trained for each.
  package func forecasts(_ series: [[Float]], days: Int, seeds: [UInt64]) -> [[Float]] {
    precondition(series.count <= 16 && series.count == seeds.count, "a lane for each series")
    let count = series.first?.count ?? 0
    precondition(
      count > steps && series.allSatisfy { $0.count == count }, "lanes end on the same day")
    return run(SIMD16<Float>.self, series, days: days, seeds)
  }

  @inline(__always)
  private func run<L: LaneVector>(
    _: L.Type, _ series: [[Float]], days: Int, _ seeds: [UInt64]
  ) -> [[Float]] {
    let network = LaneNetwork<L>(shape, loss: LossShape())
    let known = series[0].count
    let values = Column<L>(count: known + days)
    defer { values.free() }
    let least = series.map { $0.reduce(.infinity, min) }
    let range = series.indices.map { lane in
      max(series[lane].reduce(-.infinity, max) - least[lane], .leastNormalMagnitude)
    }
    for lane in series.indices {
      for (day, value) in series[lane].enumerated() {
        values[day, lane: lane] = (value - least[lane]) / range[lane]
      }
      for (index, weight) in shape.firstWeights(seed: seeds[lane]).enumerated() {
        network.weights[index, lane: lane] = weight
      }
    }
    train(network, values, windows: known - steps)
    for day in known..<(known + days) {
      fill(network, values, window: 0, start: day - steps, weight: 0)
      network.forward()
      values[day] = network.outputs(0)[0]
    }
    return series.indices.map { lane in
      (known..<(known + days)).map {
        max(0, least[lane] + range[lane] * values[$0, lane: lane])
      }
    }
  }

  @inline(__always)
  private func train<L: LaneVector>(
    _ network: LaneNetwork<L>, _ values: Column<L>, windows: Int
  ) {
    let adam = LaneAdam<L>(count: shape.weightCount, settings: AdamSettings(stepSize: stepSize))
    var dice = NetworkDice(seed: 1)
    var order = Array(0..<windows)
    for _ in 0..<epochs {
      // Fisher and Yates' shuffle, the same in all lanes.
      for place in order.indices.dropFirst().reversed() {
        let other = Int(Float(place + 1) * (dice.uniform(0.5) + 0.5))
        order.swapAt(place, min(other, place))
      }
      for first in stride(from: 0, to: windows, by: batch) {
        let end = min(first + batch, windows)
        for block in stride(from: first, to: end, by: 4) {
          for window in 0..<4 {
            let isThere = block + window < end
            fill(
              network, values, window: window, start: order[isThere ? block + window : block],
              weight: isThere ? 1 / Float(end - first) : 0)
          }
          network.forward()
          _ = network.evaluate()
          network.backward()
        }
        _ = adam.step(network.weights, network.slopes)
      }
    }
  }

  /// Puts the window that begins on a day into the network.
  @inline(__always)
  private func fill<L: LaneVector>(
    _ network: LaneNetwork<L>, _ values: Column<L>, window: Int, start: Int, weight: Float
  ) {
    for step in 0..<steps { network.inputs(step)[window] = values[start + step] }
    network.targets(0)[window] = values[start + steps]
    network.dayWeights(0)[window] = .all(weight)
  }
}
