/// Where a matrix stands among the weights: in panels of four rows, by column, the four rows side
/// by side, so that a kernel reads a panel from its first number to its last.
struct PanelMatrix: Equatable, Sendable {
  /// A multiple of four.
  let rows: Int
  let columns: Int
  /// Where its first number is.
  let first: Int

  init(rows: Int, columns: Int, first: Int) {
    precondition(rows % 4 == 0, "a panel has four rows")
    (self.rows, self.columns, self.first) = (rows, columns, first)
  }

  var end: Int { first + rows * columns }
  var panels: Int { rows / 4 }

  /// Where a panel begins.
  @inline(__always)
  func panel(_ panel: Int) -> Int { first + panel * columns * 4 }

  /// Where a number is.
  func place(_ row: Int, _ column: Int) -> Int {
    first + (row / 4 * columns + column) * 4 + row % 4
  }
}
