/// Products and factors of small square matrices of lanes, by row.
///
/// A sum of products waits for each of its own additions, and each of them wants two operands from
/// memory: so eight sums run at once, of two rows and four columns, which share their operands.
enum LaneMatrix {
  /// Eight sums, the first row's four and the second's.
  private struct Block {
    var (a, b, c, d) = (
      Lanes(repeating: 0), Lanes(repeating: 0), Lanes(repeating: 0), Lanes(repeating: 0)
    )
    var (e, f, g, h) = (
      Lanes(repeating: 0), Lanes(repeating: 0), Lanes(repeating: 0), Lanes(repeating: 0)
    )

    @inline(__always)
    mutating func add(
      _ first: Lanes, _ second: Lanes, _ x: Lanes, _ y: Lanes, _ z: Lanes, _ w: Lanes
    ) {
      a = a.plus(first, times: x)
      b = b.plus(first, times: y)
      c = c.plus(first, times: z)
      d = d.plus(first, times: w)
      e = e.plus(second, times: x)
      f = f.plus(second, times: y)
      g = g.plus(second, times: z)
      h = h.plus(second, times: w)
    }

    /// Writes the sums, as far as the matrix goes.
    @inline(__always)
    func store(in matrix: LaneColumn, _ row: Int, _ column: Int, _ size: Int) {
      LaneMatrix.store((a, b, c, d), in: matrix, row * size, column, size)
      if row + 1 < size {
        LaneMatrix.store((e, f, g, h), in: matrix, (row + 1) * size, column, size)
      }
    }
  }

  @inline(__always)
  private static func store(
    _ four: (Lanes, Lanes, Lanes, Lanes), in matrix: LaneColumn, _ row: Int, _ column: Int,
    _ size: Int
  ) {
    matrix[row + column] = four.0
    if column + 1 < size { matrix[row + column + 1] = four.1 }
    if column + 2 < size { matrix[row + column + 2] = four.2 }
    if column + 3 < size { matrix[row + column + 3] = four.3 }
  }

  /// target = left upper', where `left` has rows of `stride` and `upper` is triangular with zeros
  /// below its diagonal.
  static func multiply(
    _ left: LaneColumn, stride: Int, byRowsOf upper: LaneColumn, into target: LaneColumn, size: Int
  ) {
    for row in Swift.stride(from: 0, to: size, by: 2) {
      let first = left.from(row * stride)
      let second = left.from(min(row + 1, size - 1) * stride)
      for column in Swift.stride(from: 0, to: size, by: 4) {
        let one = upper.from(column * size)
        let two = upper.from(min(column + 1, size - 1) * size)
        let three = upper.from(min(column + 2, size - 1) * size)
        let four = upper.from(min(column + 3, size - 1) * size)
        var block = Block()
        for inner in column..<size {
          block.add(first[inner], second[inner], one[inner], two[inner], three[inner], four[inner])
        }
        block.store(in: target, row, column, size)
      }
    }
  }

  /// The upper triangle of target = upper right, where `upper` is triangular with zeros below its
  /// diagonal. `right` may be read four lanes beyond its end; what is below the triangle of target
  /// is left undefined.
  static func multiplyUpper(
    _ upper: LaneColumn, _ right: LaneColumn, into target: LaneColumn, size: Int
  ) {
    for row in Swift.stride(from: 0, to: size, by: 2) {
      let first = upper.from(row * size)
      let second = upper.from(min(row + 1, size - 1) * size)
      for column in Swift.stride(from: row, to: size, by: 4) {
        var block = Block()
        for inner in row..<size {
          let other = right.from(inner * size + column)
          block.add(first[inner], second[inner], other[0], other[1], other[2], other[3])
        }
        block.store(in: target, row, column, size)
      }
    }
  }

  /// The upper triangular factor U of a matrix U'U, in the place of its upper triangle. It may be
  /// read four lanes beyond its end.
  static func factor(_ matrix: LaneColumn, _ size: Int) {
    let least = Lanes(repeating: 1e-300)
    let zero = Lanes(repeating: 0)
    for row in 0..<size {
      for column in Swift.stride(from: row, to: size, by: 4) {
        var (a, b, c, d) = (zero, zero, zero, zero)
        for above in 0..<row {
          let weight = matrix[above * size + row]
          let other = matrix.from(above * size + column)
          a = a.plus(weight, times: other[0])
          b = b.plus(weight, times: other[1])
          c = c.plus(weight, times: other[2])
          d = d.plus(weight, times: other[3])
        }
        let whole = matrix.from(row * size + column)
        store(
          (whole[0] - a, whole[1] - b, whole[2] - c, whole[3] - d), in: matrix, row * size,
          column, size)
      }
      let pivot = matrix[row * size + row]
      let root = pivot.replacing(with: least, where: pivot .< least).squareRoot()
      let inverse = 1 / root
      matrix[row * size + row] = root
      for column in (row + 1)..<max(row + 1, size) { matrix[row * size + column] *= inverse }
    }
  }

  /// Solves U'x = b in the place of b.
  static func substitute(_ factor: LaneColumn, _ vector: LaneColumn, _ size: Int) {
    for row in 0..<size {
      let value = vector[row] / factor[row * size + row]
      vector[row] = value
      for next in (row + 1)..<max(row + 1, size) {
        vector[next] = vector[next].minus(factor[row * size + next], times: value)
      }
    }
  }
}
