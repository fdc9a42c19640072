/// Linear systems of a few unknowns.
enum SmallSystem {
  /// Solves (A + damping diag A) x = b for a symmetric, positive matrix by row; a direction without
  /// curvature gets 0.
  static func solve(_ matrix: [Double], _ right: [Double], damping: Double = 0) -> [Double] {
    let size = right.count
    var a = matrix
    var x = right
    for row in 0..<size { a[row * size + row] *= 1 + damping }
    var usable = [Bool](repeating: true, count: size)
    for row in 0..<size {
      let whole = matrix[row * size + row]
      for column in row..<size {
        var value = a[row * size + column]
        for inner in 0..<row where usable[inner] {
          value -= a[inner * size + row] * a[inner * size + column]
        }
        a[row * size + column] = value
      }
      let pivot = a[row * size + row]
      usable[row] = pivot > 1e-13 * whole && pivot.isFinite
      guard usable[row] else { continue }
      let inverse = 1 / pivot.squareRoot()
      for column in row..<size { a[row * size + column] *= inverse }
    }
    for row in 0..<size {
      guard usable[row] else {
        x[row] = 0
        continue
      }
      var value = x[row]
      for inner in 0..<row where usable[inner] { value -= a[inner * size + row] * x[inner] }
      x[row] = value / a[row * size + row]
    }
    for row in (0..<size).reversed() where usable[row] {
      var value = x[row]
      for column in (row + 1)..<max(row + 1, size) where usable[column] {
        value -= a[row * size + column] * x[column]
      }
      x[row] = value / a[row * size + row]
    }
    return x
  }

  /// The diagonal of the inverse; infinite where there is none.
  static func inverseDiagonal(_ matrix: [Double], size: Int) -> [Double] {
    (0..<size).map { index in
      var unit = [Double](repeating: 0, count: size)
      unit[index] = 1
      let value = solve(matrix, unit)[index]
      return value > 0 ? value : .infinity
    }
  }
}
