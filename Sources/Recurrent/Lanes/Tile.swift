/// Sixteen sums of lanes in registers, four by four, and the three products that everything is made
/// of. Eight operands from memory serve sixteen multiplications. The scalar oracle of each is the
/// double loop in `ScalarNetwork`.
///
/// Columns of values are by row (or column of a matrix), by window: `values[4 * k + window]`.
struct Tile<L: LaneVector> {
  private var a: Four<L>, b: Four<L>, c: Four<L>, d: Four<L>

  /// Four numbers, the same for every window.
  @inline(__always)
  init(each row: Column<L>) {
    (a, b) = (Four(each: row[0]), Four(each: row[1]))
    (c, d) = (Four(each: row[2]), Four(each: row[3]))
  }

  /// Four rows of four.
  @inline(__always)
  init(_ values: Column<L>) {
    (a, b) = (Four(values), Four(values.from(4)))
    (c, d) = (Four(values.from(8)), Four(values.from(12)))
  }

  @inline(__always)
  init() {
    let zeros = Four(each: L.all(0))
    (a, b, c, d) = (zeros, zeros, zeros, zeros)
  }

  @inline(__always)
  func store(_ target: Column<L>) {
    a.store(target)
    b.store(target.from(4))
    c.store(target.from(8))
    d.store(target.from(12))
  }

  /// Which rows a pass over the operands adds to. Sixteen sums and what multiplies them want more
  /// than AVX2's sixteen registers: there, two passes of eight sums are faster than one that keeps
  /// sums in memory. A sum's bits are the same either way.
  private enum Rows {
    case all, first, last
  }

  @inline(__always)
  private mutating func inPasses(_ pass: (inout Tile, Rows) -> Void) {
    if L.scalarCount == 16 {
      pass(&self, .all)
    } else {
      pass(&self, .first)
      pass(&self, .last)
    }
  }

  /// The outer product of four factors that stand `apart` and four values.
  @inline(__always)
  private mutating func add(_ rows: Rows, _ factors: Column<L>, apart: Int, times values: Four<L>) {
    if rows != .last {
      a.add(factors[0], times: values)
      b.add(factors[apart], times: values)
    }
    if rows != .first {
      c.add(factors[2 * apart], times: values)
      d.add(factors[3 * apart], times: values)
    }
  }

  /// Adds a panel times a column of `columns` by 4 windows: by row, by window.
  @inline(__always)
  mutating func add(panel: Column<L>, times values: Column<L>, columns: Int) {
    inPasses { tile, rows in
      var (weight, value) = (panel, values)
      for _ in 0..<columns {
        tile.add(rows, weight, apart: 1, times: Four(value))
        weight = weight.from(4)
        value = value.from(4)
      }
    }
  }

  /// Adds four columns of a matrix, from `column` on, each times a column of its rows by 4 windows:
  /// what the derivatives by the rows are for what those columns read. By column, by window.
  @inline(__always)
  mutating func add(
    columnsOf matrix: PanelMatrix, in weights: Column<L>, from column: Int, times pulls: Column<L>
  ) {
    inPasses { tile, rows in
      var weight = weights.from(matrix.first + column * 4)
      var pull = pulls
      for _ in 0..<matrix.panels {
        for row in 0..<4 {
          tile.add(rows, weight.from(row), apart: 4, times: Four(pull.from(row * 4)))
        }
        pull = pull.from(16)
        weight = weight.from(matrix.columns * 4)
      }
    }
  }

  /// Adds to the derivatives by a panel: this (by its rows) times what its columns read.
  @inline(__always)
  func addSlopes(panel: Column<L>, times values: Column<L>, columns: Int) {
    if L.scalarCount == 16 {
      addSlopes(.all, panel, values, columns)
    } else {
      addSlopes(.first, panel, values, columns)
      addSlopes(.last, panel, values, columns)
    }
  }

  @inline(__always)
  private func addSlopes(_ rows: Rows, _ panel: Column<L>, _ values: Column<L>, _ columns: Int) {
    var (slope, value) = (panel, values)
    for _ in 0..<columns {
      let read = Four(value)
      if rows != .last {
        slope[0] = a.added(to: slope[0], times: read)
        slope[1] = b.added(to: slope[1], times: read)
      }
      if rows != .first {
        slope[2] = c.added(to: slope[2], times: read)
        slope[3] = d.added(to: slope[3], times: read)
      }
      slope = slope.from(4)
      value = value.from(4)
    }
  }

  /// Adds to the derivatives by four numbers that are the same for every window.
  @inline(__always)
  func addSlopes(each row: Column<L>) {
    row[0] = row[0] + a.sum
    row[1] = row[1] + b.sum
    row[2] = row[2] + c.sum
    row[3] = row[3] + d.sum
  }

  /// Twelve sums in registers with nothing from memory: what the processor can do at most.
  @inline(__always)
  mutating func multiplyItself(_ factor: L, rounds: Int) {
    for _ in 0..<rounds {
      a.add(factor, times: a)
      b.add(factor, times: b)
      c.add(factor, times: c)
    }
  }
}
