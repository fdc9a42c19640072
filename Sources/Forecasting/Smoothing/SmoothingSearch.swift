import Glibc

/// Looks for the most likely parameters of one form on one history.
///
/// A point of the search is in the unit cube; squares give small weights room. Each round filters
/// eight points at once: one round looks both ways along every coordinate, the next tries steps
/// towards the minimum of the parabolas through those, and the first state is solved for in
/// between.
struct SmoothingSearch {
  typealias Point = SIMD4<Double>
  typealias Lanes = SmoothingLanes.Lanes

  let form: SmoothingForm
  private let history: History
  /// Histories up to this length have several first states tried.
  static let shortDays = 160

  private(set) var state: SmoothingState
  private(set) var point: Point
  private(set) var squares = Double.infinity
  private var step = 0.12

  /// Where a search without a hint begins.
  private static let starts: [Point] = [
    [0.10, 0.20, 0.10, 0.9], [0.22, 0.10, 0.20, 0.9], [0.32, 0.30, 0.30, 0.7],
    [0.45, 0.15, 0.15, 0.9], [0.55, 0.35, 0.40, 0.5], [0.70, 0.20, 0.25, 0.9],
    [0.84, 0.45, 0.50, 0.7], [0.97, 0.15, 0.15, 0.9],
  ]

  /// Begins from the best of eight points that cover the cube.
  init(_ history: History, form: SmoothingForm) {
    self.history = history
    self.form = form
    state = SmoothingState(history, form: form)
    point = Self.starts[3]
    consider(Self.starts)
  }

  /// Begins from weights that were good for an earlier part of the history.
  init(_ history: History, form: SmoothingForm, near weights: SmoothingWeights) {
    self.history = history
    self.form = form
    state = SmoothingState(history, form: form)
    point = Self.point(of: weights)
    step = 0.06
    consider([Point](repeating: point, count: 8))
  }

  /// Whether every sum of squares so far left the finite numbers.
  var diverged: Bool { !squares.isFinite }

  var weights: SmoothingWeights { Self.weights(point, form: form) }

  /// -2 log likelihood with the variance concentrated out, up to a constant of the history alone.
  var deviance: Double {
    let n = Double(history.observedCount)
    return n * log(max(squares, n * 1e-20))
  }

  /// Akaike's criterion, corrected for short histories; infinite where there are too few days.
  var criterion: Double {
    let n = Double(history.observedCount)
    let k = Double(form.parameterCount(season: history.season))
    guard n - k - 1 > 0, squares.isFinite else { return .infinity }
    return deviance + 2 * k + 2 * k * (k + 1) / (n - k - 1)
  }

  /// Improves weights and first state in turn.
  mutating func refine(cycles: Int) {
    guard !diverged else { return }
    if history.observedCount <= Self.shortDays { startOver() }
    solveState()
    consider(Self.starts)
    for cycle in 0..<cycles {
      let before = squares
      lookBothWays()
      if cycle % 2 == 1 { solveState() }
      if before - squares <= 1e-7 * before, step < 0.01 { break }
    }
    solveState()
  }

  /// In a short history the first state decides what looks likely: gives every start the state that
  /// suits it, and begins from the best pair.
  private mutating func startOver() {
    let begun = self
    for start in Self.starts {
      var other = begun
      other.point = start
      other.squares = .infinity
      other.consider([start])
      other.solveState()
      if other.squares < squares { self = other }
    }
  }

  static func weights(_ point: Point, form: SmoothingForm) -> SmoothingWeights {
    let alpha = max(1e-4, point.x * point.x)
    var weights = SmoothingWeights(alpha: alpha)
    switch form.trend {
    case .none: break
    case .additive:
      weights.beta = alpha * max(1e-4, point.y * point.y)
      weights.phi = 1
    case .damped:
      weights.beta = alpha * max(1e-4, point.y * point.y)
      weights.phi = 0.8 + 0.18 * point.w
    }
    if form.season != .none { weights.gamma = (1 - alpha) * max(1e-4, point.z * point.z) }
    return weights
  }

  private static func point(of weights: SmoothingWeights) -> Point {
    let alpha = max(1e-4, weights.alpha)
    return Point(
      alpha.squareRoot(), (weights.beta / alpha).squareRoot(),
      (weights.gamma / max(1e-4, 1 - alpha)).squareRoot(), (weights.phi - 0.8) / 0.18
    ).clamped(lowerBound: Point(repeating: 0.01), upperBound: Point(repeating: 0.9999))
  }

  /// Filters eight points and moves to the best of them where it is better.
  @discardableResult private mutating func consider(_ points: [Point]) -> Lanes {
    var lanes = SmoothingLanes(form: form, state: state)
    for lane in points.indices { lanes.set(Self.weights(points[lane], form: form), lane: lane) }
    let sums = lanes.run(history, multiplicative: form.season == .multiplicative)
    for lane in points.indices where sums[lane] < squares {
      squares = sums[lane]
      point = points[lane]
    }
    return sums
  }

  private mutating func lookBothWays() {
    let axes =
      [0] + (form.trend == .none ? [] : [1]) + (form.season == .none ? [] : [2])
      + (form.trend == .damped ? [3] : [])
    let center = point
    let middle = squares
    var points: [Point] = []
    for axis in axes {
      for sign in [-1.0, 1] {
        var next = center
        next[axis] = min(0.9999, max(0.01, center[axis] + sign * step))
        points.append(next)
      }
    }
    var spare = 0.5
    while points.count < 8 {
      var next = center
      next[0] = min(0.9999, max(0.01, center[0] + spare * step))
      points.append(next)
      spare = spare > 0 ? -spare : -spare * 0.5
    }
    let sums = consider(points)
    // The minimum of the parabola along each axis; where there is none, towards the lower side.
    var move = Point(repeating: 0)
    for (index, axis) in axes.enumerated() {
      let below = sums[2 * index]
      let above = sums[2 * index + 1]
      let curvature = above - 2 * middle + below
      let slope = (above - below) / 2
      if curvature > 0, slope.isFinite {
        move[axis] = min(2, max(-2, -slope / curvature)) * step
      } else if below.isFinite, above.isFinite {
        move[axis] = (above < below ? 1.5 : -1.5) * step
      }
    }
    let best = point
    let tries = [0.25, 0.5, 0.75, 1, 1.35, 1.8].map { center + $0 * move }
    let others = [best + 0.5 * move, best + 0.5 * (best - center)]
    consider(
      (tries + others).map {
        $0.clamped(lowerBound: Point(repeating: 0.01), upperBound: Point(repeating: 0.9999))
      })
    var reach = 0.0
    for axis in axes { reach = max(reach, abs(point[axis] - center[axis])) }
    step = min(step * 0.6, max(0.3 * step, reach))
  }

  /// Moves to the first state that least squares ask for, where that is better.
  private mutating func solveState() {
    let solved = SmoothingStateSolver.solve(history, form: form, weights: weights, state: state)
    guard let solved else { return }
    var lanes = SmoothingLanes(form: form, state: solved)
    lanes.set(weights, lane: 0)
    let sum = lanes.run(history, multiplicative: form.season == .multiplicative)[0]
    guard sum < squares else { return }
    squares = sum
    state = solved
  }
}
