import Glibc

/// The lambda by the data.
extension BoxCox {
  /// A series with zeros takes no lambda below this: nearer to 0, zeros would be sent so far out
  /// (to `-1 / lambda`) that they alone made up the variance.
  static let leastLambdaWithZeros = 0.1

  /// The lambda by Guerrero (1993, J. of Forecasting 12): the power for which
  /// `deviation / mean^(1 - lambda)` varies least over the series' seasons (pairs of points where
  /// there is none). 1 for a series of at most two seasons, with negative values, or without
  /// variation to learn from.
  static func automaticLambda(
    _ values: [Double], season: Int, within range: ClosedRange<Double> = BoxCox.range
  ) -> Double {
    guard values.count > 2 * season, !values.contains(where: { $0 < 0 }) else { return 1 }
    let hasZeros = values.contains(0)
    let lower = hasZeros ? max(range.lowerBound, leastLambdaWithZeros) : range.lowerBound
    let blocks = blocks(values, length: max(2, season))
    guard lower < range.upperBound, blocks.count > 1, blocks.contains(where: { $0.deviation > 0 })
    else { return min(max(1, lower), range.upperBound) }
    return BrentMinimum.find(in: lower...range.upperBound, tolerance: 1e-6) { lambda in
      let ratios = blocks.map { $0.deviation * exp((lambda - 1) * $0.logMean) }
      let mean = ratios.reduce(0, +) / Double(ratios.count)
      let squares = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(ratios.count - 1)).squareRoot() / mean
    }
  }

  private struct Block {
    var logMean: Double
    var deviation: Double
  }

  /// The last whole blocks' means and deviations, of what was observed; a block without
  /// demand or with fewer than two observed points says nothing.
  private static func blocks(_ values: [Double], length: Int) -> [Block] {
    var start = values.count % length
    var result: [Block] = []
    while start < values.count {
      let observed = values[start..<(start + length)].filter { !$0.isNaN }
      start += length
      let mean = observed.reduce(0, +) / Double(observed.count)
      guard observed.count > 1, mean > 0 else { continue }
      let squares = observed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      result.append(
        Block(
          logMean: log(mean), deviation: (squares / Double(observed.count - 1)).squareRoot()))
    }
    guard let largest = result.map(\.logMean).max() else { return [] }
    // The measure does not change with the unit, and a mean of at most 1 cannot overflow.
    for index in result.indices { result[index].logMean -= largest }
    return result
  }
}

/// The minimum of a function of one variable without derivatives: parabolas where they help,
/// golden sections else (Brent 1973, Algorithms for minimization without derivatives, chapter 5).
enum BrentMinimum {
  /// More evaluations than these mean a function without a minimum to find.
  static let mostEvaluations = 100

  static func find(
    in range: ClosedRange<Double>, tolerance: Double, _ function: (Double) -> Double
  ) -> Double {
    let golden = (3 - 5.0.squareRoot()) / 2
    var low = range.lowerBound
    var high = range.upperBound
    var best = low + golden * (high - low)
    var second = best
    var third = best
    var atBest = function(best)
    var atSecond = atBest
    var atThird = atBest
    var step = 0.0
    var stepBeforeLast = 0.0
    for _ in 0..<mostEvaluations {
      let middle = (low + high) / 2
      let least = tolerance * abs(best) + tolerance / 3
      if abs(best - middle) <= 2 * least - (high - low) / 2 { break }
      let parabola = vertex(best, second, third, atBest, atSecond, atThird)
      if let parabola, abs(stepBeforeLast) > least, abs(parabola) < abs(stepBeforeLast) / 2,
        best + parabola > low, best + parabola < high
      {
        stepBeforeLast = step
        step = parabola
        if best + step - low < 2 * least || high - best - step < 2 * least {
          step = best < middle ? least : -least
        }
      } else {
        stepBeforeLast = best < middle ? high - best : low - best
        step = golden * stepBeforeLast
      }
      let point = best + (abs(step) >= least ? step : step > 0 ? least : -least)
      let value = function(point)
      if value <= atBest {
        if point < best { high = best } else { low = best }
        (third, second, best) = (second, best, point)
        (atThird, atSecond, atBest) = (atSecond, atBest, value)
      } else {
        if point < best { low = point } else { high = point }
        if value <= atSecond || second == best {
          (third, second) = (second, point)
          (atThird, atSecond) = (atSecond, value)
        } else if value <= atThird || third == best || third == second {
          third = point
          atThird = value
        }
      }
    }
    return best
  }

  /// The way from the best point to the vertex of the parabola through three.
  private static func vertex(
    _ x: Double, _ w: Double, _ v: Double, _ atX: Double, _ atW: Double, _ atV: Double
  ) -> Double? {
    let first = (x - w) * (atX - atV)
    let second = (x - v) * (atX - atW)
    let denominator = 2 * (second - first)
    guard denominator != 0 else { return nil }
    let way = ((x - w) * first - (x - v) * second) / denominator
    return way.isFinite ? way : nil
  }
}
