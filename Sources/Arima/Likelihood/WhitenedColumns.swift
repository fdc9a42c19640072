import Glibc

/// The series and its regression columns under one set of ARMA parameters: generalised least
/// squares. The lanes of one evaluation hold eight columns instead of eight parameter sets.
final class WhitenedColumns {
  private let series: DifferencedSeries
  private let likelihood: LaneLikelihood
  /// By column, the series first: a0, g, and the factor of M under g, one after another.
  private let whitened: [NumberColumn]
  private let count: Int
  private let reach: Int

  /// a0 of what the regression leaves.
  let errors: NumberColumn
  /// The factor of M under g of what the regression leaves.
  let reduced: NumberColumn
  /// X'X, whitened.
  private(set) var information: [Double]
  private(set) var squares = 0.0
  private(set) var deviance = 0.0

  init(_ series: DifferencedSeries, _ likelihood: LaneLikelihood) {
    self.series = series
    self.likelihood = likelihood
    let (count, reach) = (likelihood.count, likelihood.reach)
    self.count = count
    self.reach = reach
    whitened = (0...series.columns.count).map { _ in NumberColumn(count: count + 2 * reach) }
    errors = NumberColumn(count: count)
    reduced = NumberColumn(count: max(1, reach))
    let c = series.columns.count
    information = [Double](repeating: 0, count: c * c)
  }

  deinit {
    for column in whitened { column.free() }
    errors.free()
    reduced.free()
  }

  /// Solves for the regression under the parameters that are in the lanes, the same in all; leaves
  /// what is left in `errors` and `reduced`.
  func solve(into regression: inout [Double]) {
    whiten()
    let c = series.columns.count
    var right = [Double](repeating: 0, count: c)
    for row in 0..<c {
      right[row] = product(row + 1, 0)
      for column in row..<c {
        let value = product(row + 1, column + 1)
        information[row * c + column] = value
        information[column * c + row] = value
      }
    }
    regression = SmallSystem.solve(information, right)
    combine(regression)
  }

  private func whiten() {
    let columns = [series.values] + series.columns
    var first = 0
    while first < columns.count {
      let last = min(columns.count, first + Lanes.scalarCount)
      for day in 0..<count {
        var input = Lanes(repeating: 0)
        for column in first..<last { input[column - first] = columns[column][day] }
        likelihood.input[day] = input
      }
      _ = likelihood.evaluate()
      for column in first..<last {
        let lane = column - first
        let target = whitened[column]
        for day in 0..<count { target[day] = likelihood.errors[day][lane] }
        for row in 0..<reach {
          target[count + row] = likelihood.transient.projection[row][lane]
          target[count + reach + row] = likelihood.transient.reduced[row][lane]
        }
      }
      first = last
    }
  }

  /// The product of two columns under the inverse of their variance.
  private func product(_ left: Int, _ right: Int) -> Double {
    let (a, b) = (whitened[left], whitened[right])
    return NumberColumn.product(a, b, count: count)
      - NumberColumn.product(a.from(count), b.from(count), count: reach)
      + NumberColumn.product(a.from(count + reach), b.from(count + reach), count: reach)
  }

  private func combine(_ regression: [Double]) {
    var total = 0.0
    let left = whitened[0]
    for index in 0..<(count + 2 * reach) {
      var value = left[index]
      for (column, weight) in regression.enumerated() {
        value -= weight * whitened[column + 1][index]
      }
      if index < count {
        errors[index] = value
        total += value * value
      } else if index < count + reach {
        total -= value * value
      } else {
        reduced[index - count - reach] = value
        total += value * value
      }
    }
    squares = total
    let n = Double(count)
    deviance = n * log(total / n) + likelihood.determinant[0]
  }
}
