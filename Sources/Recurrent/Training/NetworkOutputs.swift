/// What a network of one set of weights says of windows, one after another: no window waits for
/// others, and its bits depend on none.
package final class NetworkOutputs {
  package let shape: NetworkShape
  private let wide: UnitNetwork<SIMD16<Float>>?
  private let middle: UnitNetwork<SIMD8<Float>>?
  private let narrow: UnitNetwork<SIMD4<Float>>?

  /// `lanes` are the width of the processor's vectors: 16, 8 or 4. The bits are the same for each.
  package init(_ shape: NetworkShape, loss: LossShape, weights: [Float], lanes: Int = 16) {
    precondition(weights.count == shape.weightCount, "weights of another network")
    precondition(loss.outputs == shape.outputs, "an output without a loss, or a loss without")
    self.shape = shape
    wide = lanes == 16 ? UnitNetwork(shape, loss: loss, weights: weights) : nil
    middle = lanes == 8 ? UnitNetwork(shape, loss: loss, weights: weights) : nil
    narrow = lanes == 4 ? UnitNetwork(shape, loss: loss, weights: weights) : nil
    precondition(wide != nil || middle != nil || narrow != nil, "\(lanes) lanes")
  }

  /// By window, by day, by output: the mean, then the quantiles, in the window's scale.
  package func of(_ table: WindowTable) -> [Float] {
    precondition(table.layout.shape == shape, "windows of another network")
    let count = shape.days * shape.outputs
    let said = Column<Float>(of: 0, count: count)
    defer { said.free() }
    var result: [Float] = []
    result.reserveCapacity(table.count * count)
    unsafe table.withRows { zeros in
      for row in stride(from: 1, through: table.count, by: 1) {
        let length = table.layout.count
        let view = unsafe RowView(zeros + row * length, count: length)
        wide?.say(view, into: said)
        middle?.say(view, into: said)
        narrow?.say(view, into: said)
        for index in 0..<count { result.append(said[index]) }
      }
    }
    return result
  }
}
