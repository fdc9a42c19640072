/// Four rows by four windows, sixteen lanes in registers, and the three products that everything is
/// made of. Eight operands from memory serve sixteen multiplications. The scalar oracle of each is
/// the double loop in `ScalarNetwork`.
///
/// Columns of values are by row (or column of a matrix), by window: `values[4 * k + window]`.
struct Tile<L: LaneVector> {
  private var a0: L, a1: L, a2: L, a3: L
  private var b0: L, b1: L, b2: L, b3: L
  private var c0: L, c1: L, c2: L, c3: L
  private var d0: L, d1: L, d2: L, d3: L

  /// Four numbers, the same for every window.
  @inline(__always)
  init(each row: Column<L>) {
    (a0, a1, a2, a3) = (row[0], row[0], row[0], row[0])
    (b0, b1, b2, b3) = (row[1], row[1], row[1], row[1])
    (c0, c1, c2, c3) = (row[2], row[2], row[2], row[2])
    (d0, d1, d2, d3) = (row[3], row[3], row[3], row[3])
  }

  /// Four rows of four windows.
  @inline(__always)
  init(_ values: Column<L>) {
    (a0, a1, a2, a3) = (values[0], values[1], values[2], values[3])
    (b0, b1, b2, b3) = (values[4], values[5], values[6], values[7])
    (c0, c1, c2, c3) = (values[8], values[9], values[10], values[11])
    (d0, d1, d2, d3) = (values[12], values[13], values[14], values[15])
  }

  @inline(__always)
  init() {
    let zero = L.all(0)
    (a0, a1, a2, a3) = (zero, zero, zero, zero)
    (b0, b1, b2, b3) = (zero, zero, zero, zero)
    (c0, c1, c2, c3) = (zero, zero, zero, zero)
    (d0, d1, d2, d3) = (zero, zero, zero, zero)
  }

  @inline(__always)
  func store(_ target: Column<L>) {
    (target[0], target[1], target[2], target[3]) = (a0, a1, a2, a3)
    (target[4], target[5], target[6], target[7]) = (b0, b1, b2, b3)
    (target[8], target[9], target[10], target[11]) = (c0, c1, c2, c3)
    (target[12], target[13], target[14], target[15]) = (d0, d1, d2, d3)
  }

  /// The outer product of four numbers and those of four windows.
  @inline(__always)
  private mutating func add(_ wa: L, _ wb: L, _ wc: L, _ wd: L, _ value: Column<L>) {
    let (x0, x1, x2, x3) = (value[0], value[1], value[2], value[3])
    a0 = a0.plus(wa, times: x0)
    a1 = a1.plus(wa, times: x1)
    a2 = a2.plus(wa, times: x2)
    a3 = a3.plus(wa, times: x3)
    b0 = b0.plus(wb, times: x0)
    b1 = b1.plus(wb, times: x1)
    b2 = b2.plus(wb, times: x2)
    b3 = b3.plus(wb, times: x3)
    c0 = c0.plus(wc, times: x0)
    c1 = c1.plus(wc, times: x1)
    c2 = c2.plus(wc, times: x2)
    c3 = c3.plus(wc, times: x3)
    d0 = d0.plus(wd, times: x0)
    d1 = d1.plus(wd, times: x1)
    d2 = d2.plus(wd, times: x2)
    d3 = d3.plus(wd, times: x3)
  }

  /// Adds a panel times a column of `columns` by 4 windows.
  @inline(__always)
  mutating func add(panel: Column<L>, times values: Column<L>, columns: Int) {
    var weight = panel
    var value = values
    for _ in 0..<columns {
      add(weight[0], weight[1], weight[2], weight[3], value)
      weight = weight.from(4)
      value = value.from(4)
    }
  }

  /// Adds four columns of a matrix, from `column` on, each times a column of its rows by 4 windows:
  /// what the derivatives by the rows are for what those columns read.
  @inline(__always)
  mutating func add(
    columnsOf matrix: PanelMatrix, in weights: Column<L>, from column: Int, times pulls: Column<L>
  ) {
    var weight = weights.from(matrix.first + column * 4)
    var pull = pulls
    for _ in 0..<matrix.panels {
      for row in 0..<4 {
        add(weight[row], weight[4 + row], weight[8 + row], weight[12 + row], pull.from(row * 4))
      }
      pull = pull.from(16)
      weight = weight.from(matrix.columns * 4)
    }
  }

  /// Adds to the derivatives by a panel: this (by its rows) times what its columns read.
  @inline(__always)
  func addSlopes(panel: Column<L>, times values: Column<L>, columns: Int) {
    var slope = panel
    var value = values
    for _ in 0..<columns {
      let (x0, x1, x2, x3) = (value[0], value[1], value[2], value[3])
      slope[0] = slope[0].plus(a0, times: x0).plus(a1, times: x1).plus(a2, times: x2)
        .plus(a3, times: x3)
      slope[1] = slope[1].plus(b0, times: x0).plus(b1, times: x1).plus(b2, times: x2)
        .plus(b3, times: x3)
      slope[2] = slope[2].plus(c0, times: x0).plus(c1, times: x1).plus(c2, times: x2)
        .plus(c3, times: x3)
      slope[3] = slope[3].plus(d0, times: x0).plus(d1, times: x1).plus(d2, times: x2)
        .plus(d3, times: x3)
      slope = slope.from(4)
      value = value.from(4)
    }
  }

  /// Adds to the derivatives by four numbers that are the same for every window.
  @inline(__always)
  func addSlopes(each row: Column<L>) {
    row[0] = row[0] + ((a0 + a1) + (a2 + a3))
    row[1] = row[1] + ((b0 + b1) + (b2 + b3))
    row[2] = row[2] + ((c0 + c1) + (c2 + c3))
    row[3] = row[3] + ((d0 + d1) + (d2 + d3))
  }

  /// Sixteen sums in registers with nothing from memory: what the processor can do at most.
  @inline(__always)
  mutating func multiplyItself(_ factor: L, rounds: Int) {
    for _ in 0..<rounds {
      a0 = a0.plus(a0, times: factor)
      a1 = a1.plus(a1, times: factor)
      a2 = a2.plus(a2, times: factor)
      a3 = a3.plus(a3, times: factor)
      b0 = b0.plus(b0, times: factor)
      b1 = b1.plus(b1, times: factor)
      b2 = b2.plus(b2, times: factor)
      b3 = b3.plus(b3, times: factor)
      c0 = c0.plus(c0, times: factor)
      c1 = c1.plus(c1, times: factor)
      c2 = c2.plus(c2, times: factor)
      c3 = c3.plus(c3, times: factor)
      d0 = d0.plus(d0, times: factor)
      d1 = d1.plus(d1, times: factor)
      d2 = d2.plus(d2, times: factor)
      d3 = d3.plus(d3, times: factor)
    }
  }
}
