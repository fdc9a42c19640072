import Glibc
import TestSupport

/// Normal deviates by Box and Muller (1958) from a seed.
struct Deviates {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func uniform() -> Double { generator.uniform() }

  mutating func next() -> Double {
    let radius = (-2 * log(1 - generator.uniform())).squareRoot()
    return radius * cos(2 * .pi * generator.uniform())
  }
}

/// An ARIMA process whose coefficients are known, with errors of variance 1.
struct SimulatedProcess {
  /// Points after which nothing of the start is left in a stationary part whose roots are these.
  private static let settling = 500

  let name: String
  var ar: [Double] = []
  var ma: [Double] = []
  var seasonalAR = 0.0
  var seasonalMA = 0.0
  var season = 7
  var d = 0
  var seasonalD = 0
  var level = 0.0
  /// Added to each point of the differenced series.
  var drift = 0.0

  /// Orders as they are met in daily demand, their roots well away from the unit circle.
  static let all = [
    SimulatedProcess(name: "(1,0,0) with mean", ar: [0.7], level: 50),
    SimulatedProcess(name: "(2,0,1) with mean", ar: [1.1, -0.4], ma: [0.3], level: 50),
    SimulatedProcess(name: "(0,1,1)", ma: [-0.6], d: 1, level: 50),
    SimulatedProcess(name: "(1,1,1) with drift", ar: [0.5], ma: [0.3], d: 1, drift: 0.2),
    SimulatedProcess(name: "(0,2,2)", ma: [-1.1, 0.3], d: 2),
    SimulatedProcess(name: "(1,0,0)(1,0,0)[7]", ar: [0.5], seasonalAR: 0.6, level: 50),
    SimulatedProcess(
      name: "(0,1,1)(0,1,1)[7]", ma: [-0.5], seasonalMA: -0.6, d: 1, seasonalD: 1),
    SimulatedProcess(
      name: "(1,0,1)(0,1,1)[7]", ar: [0.7], ma: [-0.3], seasonalMA: -0.7, seasonalD: 1),
  ]

  /// Draws so many points.
  func draw(_ count: Int, _ deviates: inout Deviates) -> [Double] {
    let all = count + Self.settling
    var errors: [Double] = []
    var values: [Double] = []
    for point in 0..<all {
      errors.append(deviates.next())
      var value = errors[point]
      for (lag, weight) in Self.lags(ma, seasonalMA, season) where lag <= point {
        value += weight * errors[point - lag]
      }
      for (lag, weight) in Self.lags(ar.map { -$0 }, -seasonalAR, season) where lag <= point {
        value -= weight * values[point - lag]
      }
      values.append(value)
    }
    var series = values.suffix(count).map { $0 + drift }
    for _ in 0..<d { Self.sum(&series, lag: 1) }
    for _ in 0..<seasonalD { Self.sum(&series, lag: season) }
    return series.map { $0 + level }
  }

  /// The powers and coefficients after the 1 in (1 + short(B)) (1 + long B^season).
  private static func lags(_ short: [Double], _ long: Double, _ season: Int) -> [(Int, Double)] {
    var result = short.enumerated().map { ($0.offset + 1, $0.element) }
    guard long != 0 else { return result }
    result.append((season, long))
    result += short.enumerated().map { (season + $0.offset + 1, $0.element * long) }
    return result
  }

  /// Undoes a difference.
  private static func sum(_ series: inout [Double], lag: Int) {
    for point in series.indices.dropFirst(lag) { series[point] += series[point - lag] }
  }
}

/// Demand made up of a walk, a seasonal pattern and noise that remembers a little.
enum SimulatedDemand {
  static func series(points: Int, season: Int, _ deviates: inout Deviates) -> [Double] {
    let pattern = (0..<season).map { _ in season > 1 ? 10 * deviates.next() : 0 }
    var level = 100 + 20 * deviates.next()
    var noise = 0.0
    return (0..<points).map { point in
      level += 0.5 * deviates.next()
      noise = 0.4 * noise + 5 * deviates.next()
      return level + pattern[point % season] + noise
    }
  }
}
