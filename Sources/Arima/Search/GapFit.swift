import Glibc

/// The last digits of a candidate where days are missing: by the Kalman filter, which leaves them
/// out, from a fit to the series with its gaps filled. Filled days are smoother than days, so that
/// fit is too sure of itself.
struct GapFit {
  private static let differenceStep = 1e-4
  private static let mostMoves = 12
  private static let tolerance = 1e-3
  private static let lengths = [1.0, 0.5, 0.25, 0.1, 0.03]

  let values: [Double]
  let columns: [[Double]]
  let coordinates: Coordinates

  /// `values` with NaN where one is missing; `columns` of the regression, the constant last.
  init(_ values: [Double], columns: [[Double]], candidate: Candidate, bounds: RootBounds) {
    self.values = values
    let gone = values.map(\.isNaN)
    self.columns = columns.map { column in
      column.indices.map { gone[$0] ? .nan : column[$0] }
    }
    coordinates = Coordinates(candidate.order, bounds: bounds)
  }

  /// A point with what the filter finds there.
  private struct Found {
    var deviance = Double.infinity
    var squares = Double.infinity
    var count = 0
    var regression: [Double] = []
    var information: [Double] = []
  }

  /// The fit with the likelihood of the observed days alone.
  func refined(_ fit: OrderFit) -> OrderFit {
    var fit = fit
    var found = evaluate(fit.point)
    // Where half of the days are filled, the filled series may lead to another hill.
    for start in CandidateList.usualStarts(coordinates) where !start.isEmpty {
      let next = evaluate(start)
      guard next.deviance < found.deviance else { continue }
      fit.point = start
      found = next
    }
    for _ in 0..<Self.mostMoves {
      guard found.deviance.isFinite, !fit.point.isEmpty else { break }
      let gradient = gradient(fit.point, found)
      let hessian = curvature(fit, found)
      let direction = SmallSystem.solve(hessian, gradient.map { -$0 }, damping: 1e-6)
      let promise = zip(gradient, direction).reduce(0) { $0 - 0.5 * $1.0 * $1.1 }
      guard promise > Self.tolerance else { break }
      var isBetter = false
      for length in Self.lengths {
        let point = zip(fit.point, direction).map {
          Coordinates.within($0 + length * $1, from: $0, farthest: coordinates.farthest)
        }
        let next = evaluate(point)
        guard next.deviance < found.deviance else { continue }
        fit.point = point
        found = next
        fit.moves += 1
        isBetter = true
        break
      }
      guard isBetter else { break }
    }
    coordinates.coefficients(fit.point, into: &fit.coefficients)
    fit.deviance = found.deviance
    fit.squares = found.squares
    // The curvature is that of the filled series, of which these points are a part.
    let share = Double(found.count) / Double(fit.count)
    for index in fit.information.indices { fit.information[index] *= share }
    fit.count = found.count
    fit.regression = found.regression
    fit.regressionInformation = found.information
    return fit
  }

  private func evaluate(_ point: [Double]) -> Found {
    var coefficients = point
    coordinates.coefficients(point, into: &coefficients)
    guard let space = StateSpace(coordinates.order, coordinates.named(coefficients)) else {
      return Found()
    }
    let pass = FilterPass(space, values, keepingErrors: true)
    guard pass.count > 0 else { return Found() }
    let whitened = columns.map { FilterPass(space, $0, keepingErrors: true).errors }
    let counted = pass.errors.indices.filter { !pass.errors[$0].isNaN }
    let c = columns.count
    var found = Found(
      count: pass.count, regression: [Double](repeating: 0, count: c),
      information: [Double](repeating: 0, count: c * c))
    for row in 0..<c {
      for column in 0..<c {
        found.information[row * c + column] = counted.reduce(0) {
          $0 + whitened[row][$1] * whitened[column][$1]
        }
      }
      found.regression[row] = counted.reduce(0) { $0 + whitened[row][$1] * pass.errors[$1] }
    }
    found.regression = SmallSystem.solve(found.information, found.regression)
    found.squares = counted.reduce(0) { sum, day in
      var error = pass.errors[day]
      for column in 0..<c { error -= found.regression[column] * whitened[column][day] }
      return sum + error * error
    }
    let n = Double(pass.count)
    let determinant =
      -2 * pass.logLikelihood - n * (log(2 * Double.pi * pass.errorVariance) + 1)
    found.deviance = n * log(found.squares / n) + determinant
    return found
  }

  /// The slope at a point. The regression solves its least squares problem there, so the slope does
  /// not see it move: one pass over what it leaves tells each difference.
  private func gradient(_ point: [Double], _ found: Found) -> [Double] {
    let rest = values.indices.map { day in
      var value = values[day]
      for (weight, column) in zip(found.regression, columns) where weight != 0 {
        value -= weight * column[day]
      }
      return value
    }
    return point.indices.map { index in
      let step = Self.differenceStep * max(1, abs(point[index]))
      var moved = point
      moved[index] = point[index] + step
      return (deviance(moved, rest) - found.deviance) / step
    }
  }

  private func deviance(_ point: [Double], _ rest: [Double]) -> Double {
    var coefficients = point
    coordinates.coefficients(point, into: &coefficients)
    guard let space = StateSpace(coordinates.order, coordinates.named(coefficients)) else {
      return .infinity
    }
    let pass = FilterPass(space, rest)
    return -2 * pass.logLikelihood - Double(pass.count) * (1 + log(2 * Double.pi))
  }

  /// The curvature of the filled series, brought to the points that were observed.
  private func curvature(_ fit: OrderFit, _ found: Found) -> [Double] {
    let scale = 2 * Double(found.count) / fit.squares * Double(found.count) / Double(fit.count)
    var result = fit.information
    let slopes = coordinates.slopes(at: fit.point)
    let k = fit.point.count
    for row in 0..<k {
      for column in 0..<k {
        var value = 0.0
        for left in 0..<k {
          for right in 0..<k {
            value +=
              slopes[left * k + row] * fit.information[left * k + right]
              * slopes[right * k + column]
          }
        }
        result[row * k + column] = scale * value
      }
    }
    return result
  }
}
