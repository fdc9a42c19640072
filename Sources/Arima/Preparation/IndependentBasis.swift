/// An orthonormal basis that grows by the columns which do not lie in its span: modified
/// Gram-Schmidt, each column orthogonalised twice, which is enough for orthogonality to rounding
/// (Giraud, Langou, Rozloznik and van den Eshof 2005, Numerische Mathematik 101).
struct IndependentBasis {
  private var directions: [[Double]] = []
  /// For each taken column its coordinates in the directions up to its own.
  private var coordinates: [[Double]] = []

  /// Takes a column, or says on which taken ones it depends: those with a share in it of more
  /// than a millionth.
  mutating func add(_ column: [Double], tolerance: Double) -> [Int]? {
    let size = Self.norm(column)
    var rest = column
    var projections = [Double](repeating: 0, count: directions.count)
    for _ in 0..<2 {
      for (index, direction) in directions.enumerated() {
        let projection = Self.product(direction, rest)
        projections[index] += projection
        for row in rest.indices { rest[row] -= projection * direction[row] }
      }
    }
    let left = Self.norm(rest)
    guard left > tolerance * size else { return parents(projections, size: size) }
    directions.append(rest.map { $0 / left })
    coordinates.append(projections + [left])
    return nil
  }

  /// The taken columns whose sum makes these projections, by back substitution.
  private func parents(_ projections: [Double], size: Double) -> [Int] {
    var rest = projections
    var result: [Int] = []
    for index in rest.indices.reversed() {
      let factor = rest[index] / coordinates[index][index]
      for row in 0...index { rest[row] -= factor * coordinates[index][row] }
      if abs(factor) * Self.norm(coordinates[index]) > 1e-6 * size { result.append(index) }
    }
    return result.reversed()
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }

  private static func norm(_ values: [Double]) -> Double { product(values, values).squareRoot() }
}
