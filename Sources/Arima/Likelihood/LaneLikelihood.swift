/// The exact Gaussian likelihood of eight sets of ARMA parameters of one series (or of one set on
/// eight columns), without a filter over states.
///
/// With the values before the first taken for 0, the recursion
///
///     seasonalMA(B^m) ma(B) a0 = seasonalAR(B^m) ar(B) z
///
/// gives errors that differ from the true ones by a transient: a0 = a + R u. R holds the response
/// of 1 / (ma seasonalMA) shifted by 0, 1, ..., and u, as long as the longest lag, is what the past
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
  /// The response counts as gone when a whole memory of it is below this. What is cut off changes
  /// the sums by its square.
  private let gone: Double

  let shape: ArmaShape
  let count: Int
  /// How many days of the transient there is data for.
  let reach: Int

  /// What to evaluate: values by day, differenced, without regression effects.
  let input: LaneColumn
  /// The coefficients in the order ar, seasonalAR, ma, seasonalMA.
  let coefficients: LaneColumn
  /// a0 by day: the last of the columns that an evaluation wrote.
  private(set) var errors: LaneColumn
  private let recursed: LaneColumn
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
  init(_ order: ArimaOrder, count: Int, gone: Double = 1e-10) {
    self.gone = gone
    shape = ArmaShape(order)
    self.count = count
    reach = min(shape.memory, count)
    let before = max(5, 2 * order.season)
    let after = shape.memory + 8
    input = LaneColumn(count: count, before: before, after: after)
    coefficients = LaneColumn(count: max(1, order.coefficientCount))
    recursed = LaneColumn(count: count, before: before, after: after)
    errors = recursed
    halfway = LaneColumn(count: count, before: before)
    seasonless = LaneColumn(count: count, before: before)
    response = LaneColumn(count: count, before: before, after: after)
    responseHalfway = LaneColumn(count: count, before: before)
    transient = Transient(shape, reach: reach)
  }

  deinit {
    for column in [
      input, coefficients, recursed, halfway, seasonless, response, responseHalfway,
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

  /// a0 by day from the input; returns a0'a0.
  private func whiten() -> Lanes {
    let order = shape.order
    let (p, q) = (order.p, order.q)
    let seasonalAR = coefficients.from(p)
    let ma = seasonalAR.from(order.seasonalP)
    let seasonalMA = ma.from(q)
    // Each part that there is reads what the one before it wrote.
    var source = input
    if order.seasonalP > 0 {
      LaneRecursions.moving(
        source, into: seasonless, seasonalAR, count: order.seasonalP, season: order.season,
        days: count)
      source = seasonless
    }
    if p > 0 {
      LaneRecursions.moving(
        source, into: halfway, coefficients, count: p, season: 1, days: count)
      source = halfway
    }
    if order.seasonalQ > 0 {
      LaneRecursions.recursive(
        source, into: recursed, seasonalMA, count: order.seasonalQ, season: order.season,
        days: 0..<count)
      if q > 0 {
        // The seasonal recursion looks back at its own values, so they may not be overwritten.
        LaneRecursions.recursive(
          recursed, into: recursed, ma, count: q, season: 1, days: 0..<count)
      }
      source = recursed
    } else if q > 0 {
      LaneRecursions.recursive(source, into: recursed, ma, count: q, season: 1, days: 0..<count)
      source = recursed
    }
    errors = source
    return LaneRecursions.squares(source, days: count)
  }

  /// The response of 1 / (ma seasonalMA) to a single 1, until it is gone.
  private func respond() {
    let order = shape.order
    let q = order.q
    let ma = coefficients.from(order.p + order.seasonalP)
    let memory = order.movingAverageDegree
    let before = responseCount
    let block = max(memory, 32)
    var day = 0
    while day < count {
      let days = day..<min(count, day + block)
      for index in days { response[index] = Lanes(repeating: index == 0 ? 1 : 0) }
      if order.seasonalQ > 0 {
        LaneRecursions.recursive(
          response, into: responseHalfway, ma.from(q), count: order.seasonalQ,
          season: order.season, days: days)
      }
      if q > 0 {
        LaneRecursions.recursive(
          order.seasonalQ > 0 ? responseHalfway : response, into: response, ma, count: q,
          season: 1, days: days)
      } else {
        for index in days { response[index] = responseHalfway[index] }
      }
      day = days.upperBound
      if days.allSatisfy({ response[$0].isWithin(gone) }) { break }
    }
    // What an earlier evaluation left behind the end.
    for index in day..<max(day, before) { response[index] = Lanes(repeating: 0) }
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
