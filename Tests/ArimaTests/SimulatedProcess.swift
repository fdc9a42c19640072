import TestSupport

@testable import Arima

/// An ARIMA process to draw series from, by its definition and nothing else.
struct SimulatedProcess: Sendable {
  var order: ArimaOrder
  var coefficients: ArmaCoefficients
  var mean = 0.0
  var slope = 0.0

  init(
    _ p: Int = 0, _ d: Int = 0, _ q: Int = 0, seasonal: (p: Int, d: Int, q: Int) = (0, 0, 0),
    season: Int = 1, ar: [Double] = [], ma: [Double] = [], sar: [Double] = [], sma: [Double] = [],
    mean: Double = 0, slope: Double = 0
  ) {
    order = ArimaOrder(p, d, q, seasonal: seasonal, season: season)
    coefficients = ArmaCoefficients(
      ar: ar, ma: ma, seasonalAR: sar, seasonalMA: sma, season: season)
    self.mean = mean
    self.slope = slope
  }

  /// `count` values, errors of variance 1.
  func series(_ count: Int, seed: UInt64) -> [Double] {
    var deviates = NormalDeviates(seed: seed)
    let (ar, ma) = (coefficients.wholeAR, coefficients.wholeMA)
    let before = 300
    let errors = (0..<(before + count)).map { _ in deviates.next() }
    var values: [Double] = []
    for day in errors.indices {
      var value = errors[day]
      for (lag, weight) in ma.enumerated() where day > lag {
        value += weight * errors[day - lag - 1]
      }
      for (lag, weight) in ar.enumerated() where day > lag {
        value += weight * values[day - lag - 1]
      }
      values.append(value)
    }
    values.removeFirst(before)
    for _ in 0..<order.d { values = Self.summed(values, lag: 1) }
    for _ in 0..<order.seasonalD { values = Self.summed(values, lag: order.season) }
    return values.indices.map { values[$0] + mean + slope * Double($0 + 1) }
  }

  private static func summed(_ values: [Double], lag: Int) -> [Double] {
    var result = values
    for index in result.indices.dropFirst(lag) { result[index] += result[index - lag] }
    return result
  }

  /// One of a few usual processes of a season: many kinds of series from one number.
  static func usual(_ kind: Int, season: Int = 7) -> SimulatedProcess {
    switch kind % 8 {
    case 0: SimulatedProcess(1, 0, 0, ar: [0.6], mean: 20)
    case 1: SimulatedProcess(0, 1, 1, ma: [-0.6], mean: 40)
    case 2:
      SimulatedProcess(
        0, 1, 1, seasonal: (0, 1, 1), season: season, ma: [-0.6], sma: [-0.6], mean: 100)
    case 3:
      SimulatedProcess(
        1, 0, 0, seasonal: (0, 1, 1), season: season, ar: [0.4], sma: [-0.7], mean: 50)
    case 4: SimulatedProcess(2, 0, 1, ar: [0.5, 0.2], ma: [0.3], mean: 30)
    case 5:
      SimulatedProcess(
        1, 0, 1, seasonal: (1, 0, 0), season: season, ar: [0.7], ma: [0.2], sar: [0.6], mean: 60)
    case 6: SimulatedProcess(0, 0, 2, ma: [0.5, 0.3], mean: 10)
    default: SimulatedProcess(0, 1, 0, slope: 0.5)
    }
  }
}

/// Draws orders and coefficients.
struct RandomModels {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  /// Partial autocorrelations; one in six near the unit circle.
  mutating func partials(_ count: Int, nearest: Double = 0.999) -> [Double] {
    (0..<count).map { _ in
      let isNear = random.uniform() < 1.0 / 6
      let size = isNear ? nearest - 0.02 * random.uniform() : 0.8 * random.uniform()
      return random.uniform() < 0.5 ? size : -size
    }
  }

  /// An order without differences.
  mutating func order(season: Int) -> ArimaOrder {
    let isSeasonal = season > 1
    return ArimaOrder(
      within(0...5), 0, within(0...5),
      seasonal: (isSeasonal ? within(0...2) : 0, 0, isSeasonal ? within(0...2) : 0),
      season: season)
  }

  /// Coefficients in the order ar, seasonalAR, ma, seasonalMA.
  mutating func coefficients(_ order: ArimaOrder, nearest: Double = 0.999) -> [Double] {
    let parts = [(order.p, 1.0), (order.seasonalP, 1), (order.q, -1), (order.seasonalQ, -1)]
    var result: [Double] = []
    for (count, sign) in parts {
      let found = PartialCorrelations.coefficients(partials(count, nearest: nearest))
      result += found.map { sign * $0 }
    }
    return result
  }

  mutating func noise(_ count: Int) -> [Double] {
    var deviates = NormalDeviates(seed: random.next())
    return (0..<count).map { _ in deviates.next() }
  }
}

extension ArimaOrder {
  /// The coefficients by their names.
  func named(_ flat: [Double]) -> ArmaCoefficients {
    Coordinates(self, bounds: .open).named(flat)
  }
}
