/// What a network says of windows: lanes are windows, of one set of weights.
///
/// A block of sixty-four costs as much for one window as for all of them, and sixteen lanes more
/// than four. So a few windows go through the narrowest lanes that hold them. The bits are the same.
package final class NetworkOutputs {
  package let shape: NetworkShape
  private let loss: LossShape
  private let weights: [Float]
  private let lanes: Int
  private var wide: LaneNetwork<SIMD16<Float>>?
  private var middle: LaneNetwork<SIMD8<Float>>?
  private var narrow: LaneNetwork<SIMD4<Float>>?

  /// `lanes` are at most used: 16, 8 or 4.
  package init(_ shape: NetworkShape, loss: LossShape, weights: [Float], lanes: Int = 16) {
    precondition(weights.count == shape.weightCount, "weights of another network")
    (self.shape, self.loss, self.weights, self.lanes) = (shape, loss, weights, lanes)
  }

  /// By window, by day, by output: the mean, then the quantiles, in the window's scale.
  package func of(_ table: WindowTable) -> [Float] {
    precondition(table.layout.shape == shape, "windows of another network")
    var result = [Float](repeating: 0, count: table.count * shape.days * shape.outputs)
    var row = 0
    while row < table.count {
      let end: Int
      switch min(lanes, (table.count - row + 3) / 4) {
      case 9...:
        end = min(row + 64, table.count)
        let network = ready(&wide)
        network.say(table, row..<end, into: &result)
      case 5...:
        end = min(row + 32, table.count)
        let network = ready(&middle)
        network.say(table, row..<end, into: &result)
      default:
        end = min(row + 16, table.count)
        let network = ready(&narrow)
        network.say(table, row..<end, into: &result)
      }
      row = end
    }
    return result
  }

  private func ready<L: LaneVector>(_ network: inout LaneNetwork<L>?) -> LaneNetwork<L> {
    if let network { return network }
    let fresh = LaneNetwork<L>(shape, loss: loss)
    fresh.weights.spread(weights)
    network = fresh
    return fresh
  }
}

extension LaneNetwork {
  /// Runs windows of a table through, at most as many as a block has, and writes what the network
  /// says of them.
  func say(_ table: WindowTable, _ range: Range<Int>, into result: inout [Float]) {
    let lanes = L.scalarCount
    unsafe table.withRows { zeros in
      for window in 0..<4 {
        let rows = unsafe (0..<lanes).map { lane in
          let row = range.lowerBound + window * lanes + lane
          return unsafe zeros + (row < range.upperBound ? row + 1 : 0) * table.layout.count
        }
        unsafe fill(window: window, LaneRows(rows), table.layout)
      }
    }
    forward()
    finish()
    var place = range.lowerBound * shape.days * shape.outputs
    for row in 0..<range.count {
      let (window, lane) = (row / lanes, row % lanes)
      for day in 0..<shape.days {
        let output = outputs(day)
        for index in 0..<shape.outputs {
          result[place] = output[index * 4 + window, lane: lane]
          place += 1
        }
      }
    }
  }
}
