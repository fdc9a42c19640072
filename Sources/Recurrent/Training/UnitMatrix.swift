/// A matrix for one window: its rows stand in lanes, for each column in as many vectors as they
/// fill. Rows that are not there are of zeros.
struct UnitMatrix<L: LaneVector> {
  let columns: Int
  /// Vectors of a column.
  let groups: Int
  /// By column, by group.
  private let numbers: Column<L>

  /// A network is made for each forecast: numbers go to their places one by one, without arrays.
  @inline(__always)
  init(rows: Int, columns: Int, _ value: (_ row: Int, _ column: Int) -> Float) {
    let lanes = L.scalarCount
    self.columns = rows > 0 ? columns : 0
    groups = (rows + lanes - 1) / lanes
    numbers = Column(count: columns * groups)
    for row in 0..<rows {
      for column in 0..<columns {
        numbers[column * groups + row / lanes, lane: row % lanes] = value(row, column)
      }
    }
  }

  func free() { numbers.free() }

  subscript(column: Int, group: Int) -> L {
    @inline(__always) get { numbers[column * groups + group] }
  }
}

extension UnitMatrix {
  /// The first rows of a matrix among weights.
  init(_ matrix: PanelMatrix, rows: Int, of weights: [Float]) {
    self.init(rows: rows, columns: matrix.columns) { weights[matrix.place($0, $1)] }
  }

  /// One column.
  init(_ column: ArraySlice<Float>) {
    self.init(rows: column.count, columns: 1) { row, _ in column[column.startIndex + row] }
  }
}
