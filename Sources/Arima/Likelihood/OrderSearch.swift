/// Finds the most likely parameters of one order on one series.
///
/// A move needs a slope and a curvature. Both come first from the errors, whose derivatives are
/// recursions themselves (`ErrorCurvature`): exact for the sum of squares given the transient,
/// which is nearly all of the likelihood of a long series. What they leave out, differences of the
/// exact likelihood tell, eight points at once: asked where the errors see nothing more to gain or
/// lead nowhere, and remembered. Steps of eight lengths and dampings are then tried at once, and
/// the exact likelihood alone decides.
///
/// Regression coefficients do not join in: given the others they are a least squares problem, and
/// where they solve it the slope does not see them.
final class OrderSearch {
  /// The response may be cut off this early while the last digits do not matter.
  private static let coarse = 1e-4
  private static let fine = 1e-10
  /// The move after which the regression is solved again.
  private static let regressedMove = 3
  /// A move that keeps less of its promise shows that the errors' slope misleads.
  private static let kept = 0.2

  let order: ArimaOrder
  let coordinates: Coordinates
  let series: DifferencedSeries
  let likelihood: LaneLikelihood
  let curvature: ErrorCurvature
  private let regressors: WhitenedColumns?

  var point: [Double]
  /// What the last move changed.
  private(set) var last: [Double]
  private var regression: [Double]
  private(set) var value = Double.infinity
  private(set) var squares = Double.infinity
  private var moves = 0
  private var isConverged = false
  private let isFinal: Bool
  /// Whether the last move disappointed.
  private var isDull = false
  /// Whether the regression solves the least squares problem of this very point.
  private var isRegressed = true

  /// The slope and the curvature at the point.
  var gradient: [Double]
  var hessian: [Double]
  /// What differences found beyond the errors' slope, and how far they bent the curvature.
  var correction: [Double]
  var bend: [Double]
  /// Whether differences were taken at this very point.
  var isSharp = false
  /// Whether differences were ever taken.
  var wasSharp = false
  var expanded: [Double]
  var points: [[Double]]

  /// `isFinal` keeps all digits of the likelihood.
  init(
    _ order: ArimaOrder, _ series: DifferencedSeries, bounds: RootBounds, isFinal: Bool = true
  ) {
    self.order = order
    self.series = series
    self.isFinal = isFinal
    coordinates = Coordinates(order, bounds: bounds)
    likelihood = LaneLikelihood(
      order, count: series.values.count, gone: isFinal ? Self.fine : Self.coarse)
    curvature = ErrorCurvature(coordinates, likelihood)
    regressors = series.columns.isEmpty ? nil : WhitenedColumns(series, likelihood)
    let k = order.coefficientCount
    point = [Double](repeating: 0, count: k)
    regression = [Double](repeating: 0, count: series.columns.count)
    last = point
    gradient = point
    correction = point
    bend = [Double](repeating: 1, count: k)
    expanded = point
    hessian = [Double](repeating: 0, count: k * k)
    points = [[Double]](repeating: point, count: Lanes.scalarCount)
  }

  /// The fit from the best of `starts` (at most eight), after at most `limit` moves; ends when a
  /// move can gain less than `tolerance` in -2 log L, or when even twice what it promises does not
  /// bring it below `ceiling`. `regression` is what the regression coefficients may be.
  func fit(
    starts: [[Double]], regression start: [Double]? = nil, moves limit: Int, tolerance: Double,
    ceiling: Double = .infinity
  ) -> OrderFit {
    begin(starts, regression: start)
    while moves < limit, value.isFinite, !point.isEmpty {
      var promise = isDull ? sharpen() : aim()
      if promise < tolerance, !isSharp, isFinal || !wasSharp { promise = sharpen() }
      if promise < tolerance {
        isConverged = true
        // The regression may be one of an earlier point.
        guard !isRegressed else { break }
        let before = value
        regress()
        if before - value < tolerance { break }
        continue
      }
      if moves >= 1, value - 4 * promise > ceiling { break }
      moves += 1
      let before = value
      guard move() else {
        isConverged = promise < 100 * tolerance
        break
      }
      isDull = before - value < Self.kept * promise
    }
    if !isRegressed { regress() }
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

  private func begin(_ starts: [[Double]], regression start: [Double]?) {
    if let start, start.count == regression.count {
      regression = start
    } else if let regressors {
      place([starts.first ?? point])
      regressors.solve(into: &regression)
    }
    setInput()
    place(starts)
    let lane = take(likelihood.evaluate(), of: starts) ?? 0
    for index in last.indices { last[index] = 0 }
    isRegressed = regressors == nil
    curvature.set(lane: lane, at: point)
  }

  /// Goes on to a better point by the usual steps, else by short ones.
  private func move() -> Bool {
    if step(SearchStep.usual) { return true }
    if !isSharp {
      _ = sharpen()
      if step(SearchStep.usual) { return true }
    }
    return step(SearchStep.short)
  }

  /// Tries steps; false when none is better.
  private func step(_ steps: [SearchStep]) -> Bool {
    prepare(steps)
    place(points)
    guard let lane = take(likelihood.evaluate(), of: points) else { return false }
    isSharp = false
    // The regression hardly moves with the rest: it follows once, and at the end.
    if regressors != nil, moves == Self.regressedMove {
      regress()
    } else {
      isRegressed = regressors == nil
      curvature.set(lane: lane, at: point)
    }
    return true
  }

  /// Moves to the best of evaluated points, if it is better; returns its lane.
  private func take(_ values: Lanes, of candidates: [[Double]]) -> Int? {
    var best: Int?
    for lane in candidates.indices where values[lane] < value {
      value = values[lane]
      squares = likelihood.squares[lane]
      best = lane
    }
    if let best {
      for index in point.indices { last[index] = candidates[best][index] - point[index] }
      point = candidates[best]
    }
    return best
  }

  /// Solves for the regression at the point.
  private func regress() {
    guard let regressors else { return }
    place([point])
    regressors.solve(into: &regression)
    setInput()
    value = regressors.deviance
    squares = regressors.squares
    curvature.set(regressors, at: point)
    isRegressed = true
    isSharp = false
  }

  /// Writes the coefficients of the points into the lanes; what is left over repeats the first.
  func place(_ candidates: [[Double]]) {
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
}
