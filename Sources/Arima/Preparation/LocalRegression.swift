/// Loess over the whole numbers 1...count, as seasonal-trend decomposition uses it (Cleveland,
/// Cleveland, McRae and Terpenning 1990, section 2.2): a tricube-weighted local constant or line.
///
/// On evenly spaced points the smoother is linear and its weights do not depend on the values, so
/// they are made once: every point far from the ends shares one row, and only the points near the
/// ends have rows of their own. What is left of a smoothing is one scalar product of `window`
/// terms at every `jump`-th point and straight lines between them.
///
/// R gives up the slope where a window is narrower than about a thousandth of the series; this
/// follows the paper and keeps it, which tells the two apart near the ends of series of thousands.
struct LocalRegression {
  /// How the curve runs inside the window.
  enum Degree { case constant, line }

  /// A point at which the curve is evaluated.
  private struct Node {
    var position: Int
    /// The first source index under the weights, from 0.
    var left: Int
    /// Where the node's weights begin.
    var row: Int
  }

  /// The length of the source.
  let count: Int
  private let width: Int
  private var nodes: [Node] = []
  private var weights: [Double] = []
  private var before: Node?
  private var after: Node?

  /// - Parameters:
  ///   - window: how many nearest points the weights span, an odd number.
  ///   - jump: the distance between evaluated points.
  ///   - extended: whether the positions 0 and `count + 1` are evaluated too.
  init(count: Int, window: Int, degree: Degree, jump: Int, extended: Bool = false) {
    precondition(count > 0 && window > 1 && window % 2 == 1 && jump > 0)
    self.count = count
    width = min(window, count)
    let half = (window - 1) / 2
    var middle: Int?
    let place = { (position: Int, rows: inout [Double]) -> Node in
      let left = window >= count ? 1 : min(max(position - half, 1), count - window + 1)
      let isMiddle = window < count && left == position - half
      if isMiddle, let middle { return Node(position: position, left: left - 1, row: middle) }
      let row = rows.count
      rows += Self.row(
        at: position, left: left, count: count, window: window, degree: degree)
      if isMiddle { middle = row }
      return Node(position: position, left: left - 1, row: row)
    }
    var rows: [Double] = []
    var position = 1
    while position <= count {
      nodes.append(place(position, &rows))
      position += jump
    }
    if let last = nodes.last, last.position != count { nodes.append(place(count, &rows)) }
    if extended {
      before = place(0, &rows)
      after = place(count + 1, &rows)
    }
    weights = rows
  }

  /// The weights with which the source's points `left...` make the curve's value at a position.
  private static func row(at position: Int, left: Int, count: Int, window: Int, degree: Degree)
    -> [Double]
  {
    let width = min(window, count)
    let right = left + width - 1
    // A window wider than the data reaches past them by the half of what is lacking.
    let reach = Double(max(position - left, right - position) + max(0, window - count) / 2)
    var row = (left...right).map { point -> Double in
      let ratio = Double(abs(point - position)) / reach
      let fall = 1 - ratio * ratio * ratio
      return max(0, fall * fall * fall)
    }
    let total = row.reduce(0, +)
    for index in row.indices { row[index] /= total }
    guard degree == .line else { return row }
    var centre = 0.0
    for index in row.indices { centre += row[index] * Double(left + index) }
    var spread = 0.0
    for index in row.indices {
      let distance = Double(left + index) - centre
      spread += row[index] * distance * distance
    }
    guard spread > 0 else { return row }
    let slope = (Double(position) - centre) / spread
    for index in row.indices { row[index] *= 1 + slope * (Double(left + index) - centre) }
    return row
  }

  /// Writes the curve at 1...count over the target's first `count` elements; extended, at
  /// 0...count + 1 over its first `count + 2`.
  func smooth(_ source: [Double], into target: inout [Double]) {
    let extended = before != nil
    precondition(source.count >= count && target.count >= count + (extended ? 2 : 0))
    let offset = extended ? 0 : -1
    var earlier = 0
    var earlierValue = 0.0
    for node in nodes {
      let value = self.value(of: node, source)
      let gap = node.position - earlier
      if earlier > 0, gap > 1 {
        let step = (value - earlierValue) / Double(gap)
        for inner in 1..<gap {
          target[earlier + inner + offset] = earlierValue + step * Double(inner)
        }
      }
      target[node.position + offset] = value
      earlier = node.position
      earlierValue = value
    }
    if let before, let after {
      target[0] = value(of: before, source)
      target[count + 1] = value(of: after, source)
    }
  }

  /// Four sums, because one would wait for each addition.
  private func value(of node: Node, _ source: [Double]) -> Double {
    precondition(
      node.row >= 0 && node.row + width <= weights.count && node.left >= 0
        && node.left + width <= source.count)
    let points = source.span
    let rows = weights.span
    var sums = SIMD4<Double>.zero
    var index = 0
    while index + 4 <= width {
      // In range: index + 3 < width, and both sums were checked above.
      let row = unsafe SIMD4(
        rows[unchecked: node.row + index], rows[unchecked: node.row + index + 1],
        rows[unchecked: node.row + index + 2], rows[unchecked: node.row + index + 3])
      let values = unsafe SIMD4(
        points[unchecked: node.left + index], points[unchecked: node.left + index + 1],
        points[unchecked: node.left + index + 2], points[unchecked: node.left + index + 3])
      sums += row * values
      index += 4
    }
    var total = sums.sum()
    while index < width {
      total += weights[node.row + index] * source[node.left + index]
      index += 1
    }
    return total
  }
}
