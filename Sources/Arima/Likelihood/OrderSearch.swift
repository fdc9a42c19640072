import Glibc

/// Finds the most likely parameters of one order on one series.
///
/// A move takes the gradient of the exact likelihood by central differences, eight points at once,
/// and the curvature of the sum of squares from the derivatives of the errors, which are recursions
/// themselves (`ErrorCurvature`). Steps of eight lengths and dampings are tried at once. Regression
/// coefficients do not join in: given the others they are a least squares problem, and where they
/// solve it the gradient does not see them.
final class OrderSearch {
  private static let differenceStep = 1e-4
  /// What the trial steps are damped by, relative to the curvature, and how far they go.
  private static let trials: [(damping: Double, length: Double)] = [
    (0, 1), (0, 0.5), (0, 1.6), (0.03, 1), (0.2, 1), (1, 1), (5, 1), (40, 1),
  ]
  /// What is tried where none of those helps.
  private static let shortTrials: [(damping: Double, length: Double)] = [
    (0, 0.2), (0, 0.06), (0, 0.01), (1, 0.3), (1, 0.05), (1e4, 2e3), (1e4, 4e2), (1e4, 4e1),
  ]

  let order: ArimaOrder
  private let coordinates: Coordinates
  private let series: DifferencedSeries
  private let likelihood: LaneLikelihood
  private let curvature: ErrorCurvature
  private let regressors: WhitenedColumns?

  private var point: [Double]
  private var regression: [Double]
  private var value = Double.infinity
  private var squares = Double.infinity
  private var moves = 0
  private var isConverged = false
  private var gradient: [Double]
  private var hessian: [Double]
  private var bend: [Double]
  private var expanded: [Double]
  private var points: [[Double]]

  init(_ order: ArimaOrder, _ series: DifferencedSeries, bounds: RootBounds) {
    self.order = order
    self.series = series
    coordinates = Coordinates(order, bounds: bounds)
    likelihood = LaneLikelihood(order, count: series.values.count)
    curvature = ErrorCurvature(coordinates, likelihood)
    regressors = series.columns.isEmpty ? nil : WhitenedColumns(series, likelihood)
    let k = order.coefficientCount
    point = [Double](repeating: 0, count: k)
    regression = [Double](repeating: 0, count: series.columns.count)
    gradient = point
    bend = point
    expanded = point
    hessian = [Double](repeating: 0, count: k * k)
    points = [[Double]](repeating: point, count: Lanes.scalarCount)
  }

  /// The fit from the best of `starts` (at most eight), after at most `limit` moves; ends when
  /// a move can gain less than `tolerance` in -2 log L, or when even twice what it promises does not
  /// bring it below `ceiling`.
  func fit(
    starts: [[Double]], moves limit: Int, tolerance: Double, ceiling: Double = .infinity
  ) -> OrderFit {
    begin(starts)
    while moves < limit, value.isFinite, !point.isEmpty {
      let promise = aim()
      if promise < tolerance {
        isConverged = true
        break
      }
      if moves >= 2, value - 4 * promise > ceiling { break }
      moves += 1
      guard step(Self.trials) || step(Self.shortTrials) else {
        isConverged = promise < 100 * tolerance
        break
      }
    }
    if point.isEmpty { isConverged = true }
    return result()
  }

  private func result() -> OrderFit {
    coordinates.coefficients(point, into: &expanded)
    return OrderFit(
      order: order, point: point, coefficients: expanded, regression: regression,
      count: series.values.count, deviance: value, squares: squares, moves: moves,
      isConverged: isConverged, information: curvature.information,
      regressionInformation: regressors?.information ?? [])
  }

  // MARK: Moves

  private func begin(_ starts: [[Double]]) {
    let first = starts.first ?? point
    if let regressors {
      place(Array(repeating: first, count: 1))
      regressors.solve(into: &regression)
    }
    setInput()
    place(starts)
    settle(lane: take(likelihood.evaluate(), of: starts) ?? 0)
  }

  /// Moves to the best of evaluated points, if it is better; returns its lane.
  private func take(_ values: Lanes, of candidates: [[Double]]) -> Int? {
    var best: Int?
    for lane in candidates.indices where values[lane] < value {
      value = values[lane]
      squares = likelihood.squares[lane]
      best = lane
    }
    if let best { point = candidates[best] }
    return best
  }

  /// Brings the regression and the curvature to the point, whose evaluation is in `lane`.
  private func settle(lane: Int) {
    if let regressors {
      place([point])
      regressors.solve(into: &regression)
      setInput()
      value = regressors.deviance
      squares = regressors.squares
      curvature.set(regressors, at: point)
    } else {
      curvature.set(lane: lane, at: point)
    }
  }

  /// Writes the coefficients of the points into the lanes; what is left over repeats the first.
  private func place(_ candidates: [[Double]]) {
    for lane in 0..<Lanes.scalarCount {
      coordinates.coefficients(
        lane < candidates.count ? candidates[lane] : candidates[0], into: &expanded)
      for index in expanded.indices { likelihood.coefficients[index][lane] = expanded[index] }
    }
  }

  private func setInput() {
    for day in series.values.indices {
      var value = series.values[day]
      for (index, column) in series.columns.enumerated() {
        value -= regression[index] * column[day]
      }
      likelihood.input[day] = Lanes(repeating: value)
    }
  }

  /// How far to both sides a difference looks.
  private func width(_ index: Int) -> Double {
    Self.differenceStep * max(1, abs(point[index]))
  }

  /// Gradient and curvature at the point; what a full step promises to gain.
  private func aim() -> Double {
    let k = point.count
    var first = 0
    while first < k {
      let last = min(k, first + Lanes.scalarCount / 2)
      for index in first..<last {
        for side in 0..<2 {
          let lane = 2 * (index - first) + side
          points[lane] = point
          points[lane][index] += side == 0 ? -width(index) : width(index)
        }
      }
      for lane in (2 * (last - first))..<Lanes.scalarCount { points[lane] = point }
      place(points)
      let values = likelihood.evaluate()
      for index in first..<last {
        let lane = 2 * (index - first)
        gradient[index] = (values[lane + 1] - values[lane]) / (2 * width(index))
        bend[index] =
          (values[lane + 1] - 2 * value + values[lane]) / (width(index) * width(index))
      }
      first = last
    }
    curvature.hessian(scale: 2 * Double(series.values.count) / squares, into: &hessian)
    bendHessian()
    let direction = SmallSystem.solve(hessian, gradient.map { -$0 }, damping: 1e-9)
    var promise = 0.0
    var alone = 0.0
    for index in 0..<k where direction[index].isFinite {
      // What the bounds forbid is not promised.
      let target = Coordinates.within(point[index] + direction[index], from: point[index])
      promise -= 0.5 * gradient[index] * (target - point[index])
      // Where the bounds bend a direction, one coordinate alone may still have far to go.
      let own = Coordinates.within(
        point[index] - gradient[index] / max(hessian[index * k + index], 1e-300),
        from: point[index])
      alone = max(alone, -0.5 * gradient[index] * (own - point[index]))
    }
    return max(alone, promise.isFinite ? promise : 0)
  }

  /// Gives the curvature the diagonal that the differences saw, where it is one of a minimum, and
  /// keeps its correlations.
  private func bendHessian() {
    let k = point.count
    for index in 0..<k {
      let before = hessian[index * k + index]
      let seen = min(4 * before, max(0.1 * before, bend[index]))
      let factor = before > 0 && seen.isFinite ? (seen / before).squareRoot() : 1
      for other in 0..<k {
        hessian[index * k + other] *= factor
        hessian[other * k + index] *= factor
      }
    }
  }

  /// Tries steps; false when none is better.
  private func step(_ trials: [(damping: Double, length: Double)]) -> Bool {
    let negative = gradient.map { -$0 }
    for (lane, trial) in trials.enumerated() {
      let direction = SmallSystem.solve(hessian, negative, damping: max(1e-9, trial.damping))
      for index in point.indices {
        let target = point[index] + trial.length * direction[index]
        points[lane][index] =
          target.isFinite ? Coordinates.within(target, from: point[index]) : point[index]
      }
    }
    place(points)
    let before = value
    guard let lane = take(likelihood.evaluate(), of: points) else { return false }
    settle(lane: lane)
    return value < before
  }
}
