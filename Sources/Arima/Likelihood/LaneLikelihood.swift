/// The exact Gaussian likelihood of eight sets of ARMA parameters of one series (or of one set on
/// eight columns), without a filter over states.
///
/// With the values before the first taken for 0, the recursion
///
///     seasonalMA(B^m) ma(B) a0 = seasonalAR(B^m) ar(B) z
///
/// gives errors that differ from the true ones by a transient: a0 = a + R u. R holds the response of
/// 1 / (ma seasonalMA) shifted by 0, 1, ..., and u, as long as the longest lag, is what the past
/// would have added to the first values. Its variance V follows from the parameters (`Transient`),
/// and it is independent of the errors. So a0 has the variance 1 + R V R', z -> a0 has the
/// determinant 1, and with G = R'R, G = CC', g = C^-1 R'a0 and M = 1 + C'VC
///
///     S = a0'a0 - g'g + g' M^-1 g,     -2 log L = n log S / n + log |M| + constant.
///
/// One pass over the days and a system as small as the longest lag: the Kalman filter (its oracle
/// is `KalmanFilter`) costs the square of that lag on every day until it settles. The idea is that
/// of Ljung and Box (1979); the response dies out, and sums over it end where it has.
///
/// Shapes: days x lanes; matrices memory x memory x lanes. Nothing is allocated after `init`.
final class LaneLikelihood {
  /// The response counts as gone when a whole memory of it is below this.
  private static let gone = 1e-10

  let shape: ArmaShape
  let count: Int
  /// How many days of the transient there is data for.
  let reach: Int

  /// What to evaluate: values by day, differenced, without regression effects.
  let input: LaneColumn
  /// The coefficients in the order ar, seasonalAR, ma, seasonalMA.
  let coefficients: LaneColumn
  /// a0 by day.
  let errors: LaneColumn
  private let halfway: LaneColumn
  private let seasonless: LaneColumn
  private let response: LaneColumn
  private let responseHalfway: LaneColumn
  /// How long the response is.
  private(set) var responseCount = 0
  let transient: Transient

  /// The sum of squares S of each lane.
  private(set) var squares = Lanes(repeating: 0)
  /// log |M| of each lane.
  private(set) var determinant = Lanes(repeating: 0)

  /// Room for series of `count` days.
  init(_ order: ArimaOrder, count: Int) {
    shape = ArmaShape(order)
    self.count = count
    reach = min(shape.memory, count)
    let before = max(5, 2 * order.season)
    let after = shape.memory + 8
    input = LaneColumn(count: count, before: before, after: after)
    coefficients = LaneColumn(count: max(1, order.coefficientCount))
    errors = LaneColumn(count: count, before: before, after: after)
    halfway = LaneColumn(count: count, before: before)
    seasonless = LaneColumn(count: count, before: before)
    response = LaneColumn(count: count, before: before, after: after)
    responseHalfway = LaneColumn(count: count, before: before)
    transient = Transient(shape, reach: reach)
  }

  deinit {
    for column in [
      input, coefficients, errors, halfway, seasonless, response, responseHalfway,
    ] {
      column.free()
    }
  }

  /// n log(S / n) + log |M| of each lane: -2 log L up to n (1 + log 2 pi).
  func evaluate() -> Lanes {
    let n = Double(count)
    let plain = whiten()
    guard reach > 0 else {
      squares = plain
      determinant = Lanes(repeating: 0)
      return (squares / n).logarithm * n
    }
    transient.setVariance(coefficients)
    if shape.movingAverageLags.isEmpty {
      for lag in 0..<reach { transient.projection[lag] = errors[lag] }
      transient.solvePlain()
    } else {
      respond()
      project()
      transient.solve()
    }
    determinant = transient.determinant
    squares = plain - transient.explained
    return (squares / n).logarithm * n + determinant
  }

  /// The response to a single 1 of one lane, `day` days after it.
  func responseLane(_ day: Int, _ lane: Int) -> Double { response[day][lane] }

  // MARK: The recursion

  /// a0 by day from the input; returns a0'a0.
  private func whiten() -> Lanes {
    let order = shape.order
    let (p, q, m) = (order.p, order.q, order.season)
    let ar = coefficients
    let seasonalAR = ar.from(p)
    let ma = seasonalAR.from(order.seasonalP)
    let seasonalMA = ma.from(q)
    let source = input
    let between = order.seasonalP > 0 ? seasonless : source
    let after = order.seasonalQ > 0 ? halfway : errors
    let result = errors
    var sum = Lanes(repeating: 0)
    var last = Lanes(repeating: 0)
    let first = q > 0 ? ma[0] : Lanes(repeating: 0)
    for day in 0..<count {
      var value = source[day]
      if order.seasonalP > 0 {
        for lag in 0..<order.seasonalP {
          value = value.minus(seasonalAR[lag], times: source[day - m * (lag + 1)])
        }
        between[day] = value
      }
      for lag in 0..<p { value = value.minus(ar[lag], times: between[day - 1 - lag]) }
      if order.seasonalQ > 0 {
        for lag in 0..<order.seasonalQ {
          value = value.minus(seasonalMA[lag], times: after[day - m * (lag + 1)])
        }
        after[day] = value
      }
      // The last error comes last: only it is waited for.
      var lag = q - 1
      while lag > 0 {
        value = value.minus(ma[lag], times: result[day - 1 - lag])
        lag -= 1
      }
      value = value.minus(first, times: last)
      last = value
      result[day] = value
      sum = sum.plus(value, times: value)
    }
    return sum
  }

  /// The response of 1 / (ma seasonalMA) to a single 1, until it is gone.
  private func respond() {
    let order = shape.order
    let (q, m) = (order.q, order.season)
    let ma = coefficients.from(order.p + order.seasonalP)
    let seasonalMA = ma.from(q)
    let after = order.seasonalQ > 0 ? responseHalfway : response
    let result = response
    let memory = order.movingAverageDegree
    var quiet = 0
    var day = 0
    while day < count, quiet < memory {
      var value = Lanes(repeating: day == 0 ? 1 : 0)
      if order.seasonalQ > 0 {
        for lag in 0..<order.seasonalQ {
          value = value.minus(seasonalMA[lag], times: after[day - m * (lag + 1)])
        }
        after[day] = value
      }
      for lag in 0..<q { value = value.minus(ma[lag], times: result[day - 1 - lag]) }
      result[day] = value
      quiet = value.isWithin(Self.gone) ? quiet + 1 : 0
      day += 1
    }
    // What an earlier evaluation left behind the end.
    for index in day..<max(day, min(responseCount, count)) {
      result[index] = Lanes(repeating: 0)
    }
    if order.seasonalQ > 0 {
      for index in day..<max(day, min(responseCount, count)) {
        after[index] = Lanes(repeating: 0)
      }
    }
    responseCount = day
  }

  /// R'R and R'a0, four lags at a time.
  private func project() {
    let response = self.response
    let errors = self.errors
    let zero = Lanes(repeating: 0)
    let days = responseCount
    var lag = 0
    while lag < reach {
      var (g0, g1, g2, g3) = (zero, zero, zero, zero)
      var (h0, h1, h2, h3) = (zero, zero, zero, zero)
      for day in 0..<days {
        let value = response[day]
        let ahead = response.from(day + lag)
        g0 = g0.plus(value, times: ahead[0])
        g1 = g1.plus(value, times: ahead[1])
        g2 = g2.plus(value, times: ahead[2])
        g3 = g3.plus(value, times: ahead[3])
        let error = errors.from(day + lag)
        h0 = h0.plus(value, times: error[0])
        h1 = h1.plus(value, times: error[1])
        h2 = h2.plus(value, times: error[2])
        h3 = h3.plus(value, times: error[3])
      }
      for (offset, pair) in [(g0, h0), (g1, h1), (g2, h2), (g3, h3)].enumerated()
      where lag + offset < reach {
        transient.gram[lag + offset] = pair.0
        transient.projection[lag + offset] = pair.1
      }
      lag += 4
    }
    // Row by row: the next diagonal entry lacks the product that the series is too short for.
    for row in 1..<max(1, reach) {
      for column in row..<reach {
        let above = transient.gram[(row - 1) * reach + column - 1]
        let cut = response[count - column]
        transient.gram[row * reach + column] = above.minus(
          cut, times: response[count - row])
      }
    }
  }
}
