/// A matrix for one window: its rows stand in lanes, for each column in as many vectors as they
/// fill. Rows that are not there are of zeros.
struct UnitMatrix<L: LaneVector> {
  let columns: Int
  /// Vectors of a column.
  let groups: Int
  /// By column, by group.
  private let numbers: Column<L>

  init(_ rows: [[Float]]) {
    let lanes = L.scalarCount
    columns = rows.first?.count ?? 0
    groups = (rows.count + lanes - 1) / lanes
    numbers = Column(count: columns * groups)
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        numbers[column * groups + row / lanes, lane: row % lanes] = value
      }
    }
  }

  func free() { numbers.free() }

  subscript(column: Int, group: Int) -> L {
    @inline(__always) get { numbers[column * groups + group] }
  }
}

extension UnitMatrix {
  /// Some rows of a matrix among weights.
  init(_ matrix: PanelMatrix, rows: [Int], of weights: [Float]) {
    self.init(
      rows.map { row in (0..<matrix.columns).map { weights[matrix.place(row, $0)] } })
  }

  /// One column.
  init(_ column: ArraySlice<Float>) { self.init(column.map { [$0] }) }
}
