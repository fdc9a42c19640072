import Glibc

@testable import Arima

/// The same quantities by brute force, without a filter: for small tests.
enum DenseOracle {
  /// A square matrix, row by row.
  typealias Matrix = [[Double]]

  static func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    a.map { row in
      var result = [Double](repeating: 0, count: b[0].count)
      for (index, weight) in row.enumerated() where weight != 0 {
        for column in result.indices { result[column] += weight * b[index][column] }
      }
      return result
    }
  }

  static func transpose(_ a: Matrix) -> Matrix {
    a[0].indices.map { column in a.map { $0[column] } }
  }

  static func sum(_ a: Matrix, _ b: Matrix) -> Matrix {
    zip(a, b).map { zip($0, $1).map { $0 + $1 } }
  }

  /// T of the ARMA part.
  static func armaTransition(_ space: StateSpace) -> Matrix {
    let count = space.armaCount
    var result = Matrix(repeating: [Double](repeating: 0, count: count), count: count)
    for row in 0..<count {
      result[row][0] = space.ar[row]
      if row + 1 < count { result[row][row + 1] = 1 }
    }
    return result
  }

  /// The sum of T^k R R' T'^k for k >= 1, by doubling.
  static func excess(_ space: StateSpace) -> Matrix {
    var transition = armaTransition(space)
    let response = space.response.map { [$0] }
    let first = product(transition, response)
    var total = product(first, transpose(first))
    for _ in 0..<24 {
      let moved = product(product(transition, total), transpose(transition))
      total = sum(total, moved)
      transition = product(transition, transition)
    }
    return total
  }

  /// The lower root of a positive definite matrix.
  static func root(_ a: Matrix) -> Matrix {
    var result = a.map { $0.map { _ in 0.0 } }
    for row in a.indices {
      for column in 0...row {
        var value = a[row][column]
        for inner in 0..<column { value -= result[row][inner] * result[column][inner] }
        result[row][column] = row == column ? value.squareRoot() : value / result[column][column]
      }
    }
    return result
  }

  /// A value as a weighting of the first `lagCount` values and of the differenced ones after them.
  static func weightings(_ space: StateSpace, count: Int) -> Matrix {
    let lost = space.lagCount
    var rows: Matrix = []
    for day in 0..<count {
      var row = [Double](repeating: 0, count: count)
      row[day] = 1
      if day >= lost {
        for (lag, weight) in zip(space.differences.lags, space.differences.weights) {
          for index in 0..<count { row[index] += weight * rows[day - lag][index] }
        }
      }
      rows.append(row)
    }
    return rows
  }

  /// Log-likelihood and best error variance of `values`, the first `lagCount` of them given, NaN
  /// where missing: the normal density of the observed ones from their covariance matrix.
  static func likelihood(_ space: StateSpace, _ values: [Double]) -> (log: Double, variance: Double)
  {
    let lost = space.lagCount
    let ar = SparseLags(Array(space.ar))
    let reach = 4_000
    let psi = StationaryStart.responses(
      ar: ar, ma: Array(space.response.dropFirst()), count: reach + values.count)
    let covariances = (0..<values.count).map { lag in
      (0..<reach).reduce(0.0) { $0 + psi[$1] * psi[$1 + lag] }
    }
    let rows = weightings(space, count: values.count)
    let days = (lost..<values.count).filter { values[$0].isFinite }
    let means = days.map { day in (0..<lost).reduce(0.0) { $0 + rows[day][$1] * values[$1] } }
    let loads = days.map { Array(rows[$0][lost...]) }
    let inner = (0..<(values.count - lost)).map { row in
      (0..<(values.count - lost)).map { covariances[abs(row - $0)] }
    }
    let lower = root(product(product(loads, inner), transpose(loads)))
    var solved: [Double] = []
    var logarithms = 0.0
    for (row, day) in days.enumerated() {
      var value = values[day] - means[row]
      for column in 0..<row { value -= lower[row][column] * solved[column] }
      solved.append(value / lower[row][row])
      logarithms += 2 * log(lower[row][row])
    }
    let count = Double(days.count)
    let variance = solved.reduce(0) { $0 + $1 * $1 } / count
    return (-0.5 * (count * (log(2 * .pi * variance) + 1) + logarithms), variance)
  }
}
