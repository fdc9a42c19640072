import Demand
import Glibc
import TestSupport

@testable import Replenishment

/// The day that every test plans from.
let asOf = Day(year: 2026, month: 11, day: 20)

func name(_ text: String) throws -> (SKU, Location) { (try SKU(text), try Location("Lyon")) }

enum Records {
  /// A record of `rate` a day whose cumulative quantiles are `quantile(days, level)`.
  static func make(
    rate: Double, horizon: Int = 112, quantile: (Int, Double) -> Double
  ) -> Forecast {
    let daily = Quantiles.levels.map { quantile(1, $0) }
    return Forecast(
      mean: [Double](repeating: rate, count: horizon),
      quantiles: (0..<horizon).flatMap { _ in daily },
      cumulative: Quantiles.spans(within: horizon).flatMap { span in
        Quantiles.levels.map { quantile(span, $0) }
      })
  }

  /// Independent normal days.
  static func normal(rate: Double, deviation: Double, horizon: Int = 112) -> Forecast {
    make(rate: rate, horizon: horizon) { days, level in
      normalQuantile(days, level, rate: rate, deviation: deviation)
    }
  }

  static func normalQuantile(
    _ days: Int, _ level: Double, rate: Double, deviation: Double
  ) -> Double {
    let spread = deviation * Double(days).squareRoot()
    return max(0, rate * Double(days) + spread * Oracles.normalQuantile(level))
  }

  /// Independent Poisson days.
  static func poisson(rate: Double, horizon: Int = 112) -> Forecast {
    make(rate: rate, horizon: horizon) { days, level in
      Double(Oracles.poissonQuantile(mean: rate * Double(days), level))
    }
  }

  /// Demand that never was.
  static func zero(horizon: Int = 112) -> Forecast { make(rate: 0, horizon: horizon) { _, _ in 0 } }

  /// Records with ups and downs, ascending as records must be.
  static func wild(_ random: inout SplitMix64) -> Forecast {
    let horizon = [0, 1, 4, 28, 91, 112, 200][Int(random.next() % 7)]
    let mean = (0..<horizon).map { _ in
      random.uniform() < 0.3 ? 0 : exp(6 * random.uniform() - 3)
    }
    var floor = [Double](repeating: 0, count: Quantiles.levels.count)
    var cumulative: [Double] = []
    for span in Quantiles.spans(within: horizon) {
      let total = mean.prefix(span).reduce(0, +)
      var least = 0.0
      for level in floor.indices {
        let share = Double(level) / 4 + random.uniform() / 5
        least = max(least, floor[level], total * share)
        floor[level] = least
        cumulative.append(least)
      }
    }
    return Forecast(
      mean: mean,
      quantiles: [Double](repeating: 0, count: horizon * Quantiles.levels.count),
      cumulative: cumulative)
  }
}

/// Closed forms that know nothing of the code under test.
enum Oracles {
  /// By bisection of the distribution function.
  static func normalQuantile(_ level: Double) -> Double {
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < level { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The smallest count whose distribution function reaches `level`.
  static func poissonQuantile(mean: Double, _ level: Double) -> Int {
    var count = 0
    var term = exp(-mean)
    var sum = term
    while sum < level, count < 10_000 {
      count += 1
      term *= mean / Double(count)
      sum += term
    }
    return count
  }
}

func near(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-6) -> Bool {
  abs(value - expected) <= tolerance * max(1, abs(expected))
}

extension Stock {
  /// The stock with more on its way.
  func with(_ receipts: Receipt...) -> Stock {
    var stock = self
    stock.inTransit += receipts
    return stock
  }
}

extension Oracles {
  /// The probability of at most `count`.
  static func poissonProbability(mean: Double, atMost count: Int) -> Double {
    var term = exp(-mean)
    var sum = term
    for index in stride(from: 1, through: count, by: 1) {
      term *= mean / Double(index)
      sum += term
    }
    return sum
  }
}
