/// How the errors change with the parameters: J'J, the curvature of the sum of squares without the
/// second derivatives (Gauss and Newton).
///
/// With the expected transient taken off, e = a0 - R u, the derivatives are recursions of the
/// errors alone: by an autoregressive coefficient at lag i, -a0 / ar(B) shifted by i, and by a
/// moving average one -e / ma(B) shifted by i; the same by seasons. Four recursions run in four
/// lanes.
final class ErrorCurvature {
  private let order: ArimaOrder
  private let coordinates: Coordinates
  private let likelihood: LaneLikelihood
  private let count: Int

  private let recursion: LaneColumn
  /// The transient by day, on its way and at its end, and how far it goes.
  private let passing: NumberColumn
  private let passingHalf: NumberColumn
  private var passingCount = 0
  private let shorts: LaneColumn
  private let longs: LaneColumn
  /// The result of each recursion: by ar, seasonalAR, ma, seasonalMA.
  private let derivatives: [NumberColumn]
  private var expected: [Double]
  private var reduced: [Double]
  private var plain: [Double]
  /// The errors with the expected transient taken off.
  private let errors: NumberColumn
  private var point: [Double]
  private var coefficients: [Double]

  /// J'J by the coefficients, by row.
  private(set) var information: [Double]
  /// J'e by the coefficients.
  private var pull: [Double]

  init(_ coordinates: Coordinates, _ likelihood: LaneLikelihood) {
    let order = coordinates.order
    self.order = order
    self.likelihood = likelihood
    self.coordinates = coordinates
    count = likelihood.count
    let before = 2 * order.season + 5
    recursion = LaneColumn(count: count, before: before)
    passing = NumberColumn(count: count, before: before)
    passingHalf = NumberColumn(count: count, before: before)
    shorts = LaneColumn(count: max(1, order.p, order.q))
    longs = LaneColumn(count: max(1, order.seasonalP, order.seasonalQ))
    derivatives = (0..<4).map { _ in NumberColumn(count: likelihood.count, before: before) }
    expected = [Double](repeating: 0, count: likelihood.reach)
    reduced = expected
    plain = [Double](repeating: 0, count: count)
    errors = NumberColumn(count: count)
    let k = order.coefficientCount
    point = [Double](repeating: 0, count: k)
    coefficients = point
    information = [Double](repeating: 0, count: k * k)
    pull = point
  }

  deinit {
    for column in [recursion, shorts, longs] { column.free() }
    for column in derivatives + [passing, passingHalf, errors] { column.free() }
  }

  /// At a point whose evaluation is the last one's `lane`.
  func set(lane: Int, at point: [Double]) {
    for day in 0..<count { plain[day] = likelihood.errors[day][lane] }
    for row in reduced.indices { reduced[row] = likelihood.transient.reduced[row][lane] }
    set(lane: lane, point)
  }

  /// At the point where `regressors` were solved: the errors are what is left of them.
  func set(_ regressors: WhitenedColumns, at point: [Double]) {
    for day in 0..<count { plain[day] = regressors.errors[day] }
    for row in reduced.indices { reduced[row] = regressors.reduced[row] }
    set(lane: 0, point)
  }

  private func set(lane: Int, _ point: [Double]) {
    self.point = point
    coordinates.coefficients(point, into: &coefficients)
    likelihood.transient.expectation(
      reduced: reduced, lane: lane, isPlain: order.movingAverageDegree == 0, into: &expected)
    setRecursions(lane)
    differentiate()
    multiply()
  }

  /// The polynomials by lane, and what goes into each recursion.
  private func setRecursions(_ lane: Int) {
    let groups = coordinates.groups
    for index in 0..<max(1, order.p, order.q) {
      var weights = Lanes(repeating: 0)
      if index < order.p { weights[0] = -coefficients[groups[0].range.lowerBound + index] }
      if index < order.q { weights[2] = coefficients[groups[2].range.lowerBound + index] }
      shorts[index] = weights
    }
    for index in 0..<max(1, order.seasonalP, order.seasonalQ) {
      var weights = Lanes(repeating: 0)
      if index < order.seasonalP { weights[1] = -coefficients[groups[1].range.lowerBound + index] }
      if index < order.seasonalQ { weights[3] = coefficients[groups[3].range.lowerBound + index] }
      longs[index] = weights
    }
    respond()
    for day in 0..<count {
      let error = plain[day] - passing[day]
      errors[day] = error
      var input = Lanes(repeating: 0)
      input[0] = plain[day]
      input[1] = plain[day]
      input[2] = error
      input[3] = error
      recursion[day] = input
    }
  }

  /// R u: the expected transient through 1 / (ma seasonalMA), until it is gone.
  private func respond() {
    let (near, far) = (coordinates.groups[2].range, coordinates.groups[3].range)
    let last = min(count, likelihood.responseCount + expected.count)
    for day in 0..<last {
      var value = day < expected.count ? expected[day] : 0
      for (lag, index) in far.enumerated() {
        value -= coefficients[index] * passingHalf[day - order.season * (lag + 1)]
      }
      passingHalf[day] = value
      for (lag, index) in near.enumerated() {
        value -= coefficients[index] * passing[day - 1 - lag]
      }
      passing[day] = value
    }
    for day in last..<max(last, passingCount) {
      passingHalf[day] = 0
      passing[day] = 0
    }
    passingCount = last
  }

  private func differentiate() {
    let (near, far, season) = (
      max(order.p, order.q), max(order.seasonalP, order.seasonalQ), order.season
    )
    if far > 0 {
      LaneRecursions.recursive(
        recursion, into: recursion, longs, count: far, season: season, days: 0..<count)
    }
    if near > 0 {
      LaneRecursions.recursive(
        recursion, into: recursion, shorts, count: near, season: 1, days: 0..<count)
    }
    for day in 0..<count {
      let value = recursion[day]
      for part in 0..<4 { derivatives[part][day] = value[part] }
    }
  }

  private func multiply() {
    let k = coefficients.count
    let season = order.season
    var lags: [(part: Int, lag: Int)] = []
    for (part, group) in coordinates.groups.enumerated() {
      for index in 0..<group.range.count {
        lags.append((part, (index + 1) * (part % 2 == 0 ? 1 : season)))
      }
    }
    for row in 0..<k {
      let (part, lag) = lags[row]
      pull[row] =
        lag < count
        ? -NumberColumn.product(derivatives[part], errors.from(lag), count: count - lag) : 0
      for column in row..<k {
        let (left, right) = (lags[row], lags[column])
        let first = max(left.lag, right.lag)
        let value =
          first < count
          ? NumberColumn.product(
            derivatives[left.part].from(first - left.lag),
            derivatives[right.part].from(first - right.lag), count: count - first) : 0
        information[row * k + column] = value
        information[column * k + row] = value
      }
    }
  }

  /// `scale` J'J and `scale` J'e by the coordinates of the point.
  func derive(scale: Double, hessian: inout [Double], gradient: inout [Double]) {
    let k = coefficients.count
    let slopes = coordinates.slopes(at: point)
    for row in 0..<k {
      var value = 0.0
      for left in 0..<k { value += slopes[left * k + row] * pull[left] }
      gradient[row] = scale * value
      for column in row..<k {
        var value = 0.0
        for left in 0..<k where slopes[left * k + row] != 0 {
          for right in 0..<k {
            value +=
              slopes[left * k + row] * information[left * k + right]
              * slopes[right * k + column]
          }
        }
        hessian[row * k + column] = scale * value
        hessian[column * k + row] = scale * value
      }
    }
  }
}
