import Glibc
import Testing

@testable import Arima

@Suite("Regression under an ARMA model")
struct WhitenedColumnsTests {
  /// Generalised least squares from the covariance matrix: coefficients, X'X and squares.
  private struct Dense {
    var regression: [Double]
    var information: [Double]
    var squares: Double
  }

  private func dense(
    _ coefficients: ArmaCoefficients, _ values: [Double], _ columns: [[Double]]
  ) throws -> Dense {
    let covariances = try #require(
      StationaryStart.autocovariances(
        ar: coefficients.wholeAR, ma: coefficients.wholeMA, last: values.count - 1))
    let lower = DenseOracle.root(
      values.indices.map { row in values.indices.map { covariances[abs(row - $0)] } })
    let all = ([values] + columns).map { column in
      var result: [Double] = []
      for row in column.indices {
        var value = column[row]
        for inner in 0..<row { value -= lower[row][inner] * result[inner] }
        result.append(value / lower[row][row])
      }
      return result
    }
    // Orthogonal columns first: the coefficients then lose no digits.
    var basis: [[Double]] = []
    var upper = columns.map { _ in [Double](repeating: 0, count: columns.count) }
    for (index, column) in all.dropFirst().enumerated() {
      var rest = column
      for _ in 0..<2 {
        for (other, direction) in basis.enumerated() {
          let share = zip(direction, rest).reduce(0) { $0 + $1.0 * $1.1 }
          upper[other][index] += share
          for row in rest.indices { rest[row] -= share * direction[row] }
        }
      }
      let size = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      upper[index][index] = size
      basis.append(rest.map { $0 / size })
    }
    var rest = all[0]
    var shares: [Double] = []
    for direction in basis {
      let share = zip(direction, rest).reduce(0) { $0 + $1.0 * $1.1 }
      shares.append(share)
      for row in rest.indices { rest[row] -= share * direction[row] }
    }
    var regression = shares
    for row in regression.indices.reversed() {
      for column in regression.indices where column > row {
        regression[row] -= upper[row][column] * regression[column]
      }
      regression[row] /= upper[row][row]
    }
    let information = columns.indices.flatMap { row in
      columns.indices.map { column in
        zip(all[row + 1], all[column + 1]).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
    return Dense(
      regression: regression, information: information,
      squares: rest.reduce(0) { $0 + $1 * $1 })
  }

  private func solve(
    _ order: ArimaOrder, _ flat: [Double], _ values: [Double], _ columns: [[Double]]
  ) -> (regression: [Double], whitened: WhitenedColumns) {
    let likelihood = LaneLikelihood(order, count: values.count)
    for (index, value) in flat.enumerated() {
      likelihood.coefficients[index] = Lanes(repeating: value)
    }
    let whitened = WhitenedColumns(
      DifferencedSeries(values, columns: columns, order: order), likelihood)
    var regression: [Double] = []
    whitened.solve(into: &regression)
    return (regression, whitened)
  }

  @Test("It is generalised least squares by the covariance matrix to 1e-8", arguments: 1...12)
  func dense(columnCount: Int) throws {
    var models = RandomModels(seed: UInt64(columnCount))
    for season in [1, 4, 7] {
      for _ in 0..<4 {
        let order = models.order(season: season)
        let flat = models.coefficients(order, nearest: 0.9)
        let count = models.within(30...60)
        let columns = (0..<columnCount).map { _ in models.noise(count) }
        var values = models.noise(count)
        for (index, column) in columns.enumerated() {
          for day in values.indices { values[day] += Double(index) * column[day] }
        }
        let expected = try dense(order.named(flat), values, columns)
        let (regression, whitened) = solve(order, flat, values, columns)
        #expect(abs(whitened.squares / expected.squares - 1) < 1e-8, "\(order)")
        for index in regression.indices {
          let size = 1 / expected.information[index * columnCount + index].squareRoot()
          #expect(
            abs(regression[index] - expected.regression[index])
              < 1e-8 * max(abs(expected.regression[index]), size), "\(order)")
        }
        for (found, right) in zip(whitened.information, expected.information) {
          let size = expected.information.reduce(0) { max($0, abs($1)) }
          #expect(abs(found - right) < 1e-8 * size, "\(order)")
        }
      }
    }
  }

  @Test("Columns of any size have the coefficients of their size")
  func scales() throws {
    var models = RandomModels(seed: 40)
    let order = ArimaOrder(1, 0, 1, seasonal: (1, 0, 0), season: 7)
    let flat = models.coefficients(order)
    let values = models.noise(80)
    let columns = (0..<3).map { _ in models.noise(80) }
    let plain = solve(order, flat, values, columns)
    let factors = [1e9, 1e-9, 1]
    let scaled = solve(
      order, flat, values,
      zip(columns, factors).map { column, factor in column.map { $0 * factor } }
    )
    #expect(abs(scaled.whitened.squares / plain.whitened.squares - 1) < 1e-10)
    for index in 0..<3 {
      let back = scaled.regression[index] * factors[index]
      #expect(abs(back / plain.regression[index] - 1) < 1e-8)
    }
  }

  @Test("A column that follows from others changes nothing, and nothing runs away")
  func collinear() throws {
    var models = RandomModels(seed: 41)
    let order = ArimaOrder(2, 0, 1)
    let flat = models.coefficients(order, nearest: 0.9)
    let values = models.noise(60)
    let first = models.noise(60)
    let second = models.noise(60)
    let plain = solve(order, flat, values, [first, second])
    let sum = zip(first, second).map { $0 - 2 * $1 }
    for extra in [first, sum, first.map { 1e6 * $0 }, first.map { _ in 0 }] {
      let more = solve(order, flat, values, [first, second, extra])
      #expect(abs(more.whitened.squares / plain.whitened.squares - 1) < 1e-6)
      #expect(more.regression.allSatisfy { abs($0) < 100 })
    }
  }
}
