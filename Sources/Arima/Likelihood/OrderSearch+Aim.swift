/// A way along a direction: how much the curvature is raised before, how far it is gone, and how
/// much of the last move is added, which is what leads along a bent ridge.
struct SearchStep {
  let damping: Double
  let length: Double
  let momentum: Double

  private init(_ damping: Double, _ length: Double, momentum: Double = 0) {
    self.damping = damping
    self.length = length
    self.momentum = momentum
  }

  /// What is tried first.
  static let usual = [
    SearchStep(0, 1), SearchStep(0, 0.5), SearchStep(0, 2), SearchStep(0.03, 1),
    SearchStep(0.3, 1), SearchStep(3, 1), SearchStep(0, 1, momentum: 2),
    SearchStep(0, 1, momentum: 6),
  ]
  /// What is tried where none of those helps; the last go along each coordinate by itself.
  static let short = [
    SearchStep(0, 0.2), SearchStep(0, 0.06), SearchStep(0, 0.01), SearchStep(1, 0.3),
    SearchStep(1, 0.05), SearchStep(1e4, 2e3), SearchStep(1e4, 4e2), SearchStep(40, 1),
  ]
}

extension OrderSearch {
  private static let differenceStep = 1e-4
  /// Keeps a system with a direction that does not matter solvable.
  private static let leastDamping = 1e-9

  /// Slope and curvature at the point, as the errors have them, with what differences found before;
  /// returns what a full step promises to gain.
  func aim() -> Double {
    curvature.derive(
      scale: 2 * Double(series.values.count) / squares, hessian: &hessian, gradient: &gradient)
    for index in point.indices { gradient[index] += correction[index] }
    bendHessian()
    return promise()
  }

  /// The same with differences of the exact likelihood at this point.
  func sharpen() -> Double {
    let k = point.count
    curvature.derive(
      scale: 2 * Double(series.values.count) / squares, hessian: &hessian, gradient: &gradient)
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
        let (below, above, width) = (values[lane], values[lane + 1], width(index))
        let slope = (above - below) / (2 * width)
        correction[index] = slope - gradient[index]
        gradient[index] = slope
        setBend(index, seen: (above - 2 * value + below) / (width * width))
      }
      first = last
    }
    bendHessian()
    isSharp = true
    wasSharp = true
    return promise()
  }

  /// How far to both sides a difference looks.
  private func width(_ index: Int) -> Double {
    Self.differenceStep * max(1, abs(point[index]))
  }

  /// Remembers how the curvature along a coordinate differs from that of the errors.
  private func setBend(_ index: Int, seen: Double) {
    let known = hessian[index * point.count + index]
    guard known > 0, seen.isFinite else { return }
    bend[index] = min(4, max(0.1, seen / known)).squareRoot()
  }

  /// Gives the curvature the diagonal that differences saw, and keeps its correlations.
  private func bendHessian() {
    let k = point.count
    for row in 0..<k {
      for column in 0..<k { hessian[row * k + column] *= bend[row] * bend[column] }
    }
  }

  private func promise() -> Double {
    let k = point.count
    let direction = SmallSystem.solve(hessian, gradient.map { -$0 }, damping: Self.leastDamping)
    var promise = 0.0
    var alone = 0.0
    for index in 0..<k where direction[index].isFinite {
      // What the bounds forbid is not promised.
      let target = Coordinates.within(
        point[index] + direction[index], from: point[index], farthest: coordinates.farthest)
      promise -= 0.5 * gradient[index] * (target - point[index])
      // Where the bounds bend a direction, one coordinate alone may still have far to go.
      let own = Coordinates.within(
        point[index] - gradient[index] / max(hessian[index * k + index], 1e-300),
        from: point[index], farthest: coordinates.farthest)
      alone = max(alone, -0.5 * gradient[index] * (own - point[index]))
    }
    return max(alone, promise.isFinite ? promise : 0)
  }

  /// The points that the steps lead to.
  func prepare(_ steps: [SearchStep]) {
    let negative = gradient.map { -$0 }
    var direction = SmallSystem.solve(hessian, negative, damping: Self.leastDamping)
    let straight = direction
    for (lane, step) in steps.enumerated() {
      direction =
        step.damping == 0
        ? straight : SmallSystem.solve(hessian, negative, damping: step.damping)
      for index in point.indices {
        let target =
          point[index] + step.length * direction[index] + step.momentum * last[index]
        points[lane][index] =
          target.isFinite
          ? Coordinates.within(target, from: point[index], farthest: coordinates.farthest)
          : point[index]
      }
    }
  }
}
