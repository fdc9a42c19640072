/// One set of weights over windows in lanes: the slopes of a table of windows.
///
/// Windows go sixty-four a block, window 64 b + 16 w + l into lane l as window w, whatever the
/// width: of 8 (4) lanes two (four) networks stand side by side. Slopes are added over blocks
/// within a lane, then over sixteen lanes in order, so the bits are the same for each width.
final class SharedLanes<L: LaneVector> {
  static var block: Int { 64 }

  private let networks: [LaneNetwork<L>]
  private let shape: NetworkShape

  init(_ shape: NetworkShape, loss: LossShape) {
    self.shape = shape
    networks = (0..<(16 / L.scalarCount)).map { _ in LaneNetwork(shape, loss: loss) }
  }

  /// Puts the derivatives of the mean loss of a window into `slopes`, and returns that loss.
  func evaluate(_ table: WindowTable, weights: [Float], slopes: inout [Float]) -> Float {
    for index in slopes.indices { slopes[index] = 0 }
    var sum: Float = 0
    for (group, network) in networks.enumerated() {
      network.weights.spread(weights)
      network.slopes.clear(shape.weightCount)
      let losses = run(network, table, firstLane: group * L.scalarCount)
      for lane in 0..<L.scalarCount { sum += losses[lane] }
      network.slopes.addLanes(to: &slopes)
    }
    let share = 1 / Float(table.count)
    for index in slopes.indices { slopes[index] *= share }
    return sum * share
  }

  /// The sum of the losses by lane.
  private func run(_ network: LaneNetwork<L>, _ table: WindowTable, firstLane: Int) -> L {
    var sum = L.all(0)
    unsafe table.withRows { zeros in
      for block in stride(from: 0, to: table.count, by: Self.block) {
        for window in 0..<4 {
          let first = block + window * 16 + firstLane
          let rows = unsafe (first..<(first + L.scalarCount)).map { row in
            unsafe zeros + (row < table.count ? row + 1 : 0) * table.layout.count
          }
          unsafe network.fill(window: window, LaneRows(rows), table.layout)
        }
        network.forward()
        sum += network.evaluate()
        network.backward()
      }
    }
    return sum
  }
}

extension Column where Element: LaneVector {
  /// Adds the lanes of each vector to a number, in order.
  @inline(__always)
  func addLanes(to sums: inout [Float]) {
    for index in sums.indices {
      var sum = sums[index]
      for lane in 0..<Element.scalarCount { sum += self[index, lane: lane] }
      sums[index] = sum
    }
  }
}
