import Demand
import Glibc

/// The distribution of the demand of some days, as far as nine quantiles tell: what is expected to
/// be missing beyond a stock, and how likely the next unit sells.
///
/// Between two quantiles probability is spread evenly. Above the last one the tail falls
/// exponentially, with the mean that a normal tail has: beyond its 0.99 quantile normal demand lies
/// 0.3389 deviations on average, and 0.3664 deviations separate that quantile from the one at
/// 0.975.
struct DemandTail {
  private static let lastShare = 1 - (Quantiles.levels.last ?? 1)
  private static let tailSteps = 0.3389 / 0.3664

  let mean: Double
  private let quantiles: InlineArray<9, Double>
  private let tail: Double

  init(_ demand: LeadTimeDemand, days: Int) {
    mean = demand.mean(days: days)
    var all = InlineArray<9, Double>(repeating: 0)
    for index in all.indices {
      all[index] = demand.quantile(days: days, level: Quantiles.levels[index])
    }
    quantiles = all
    tail = Self.tailSteps * (all[8] - all[7])
  }

  /// The expected demand beyond `stock`.
  func shortage(beyond stock: Double) -> Double {
    guard stock > 0 else { return mean - stock }
    var sum = 0.0
    var (level, quantile) = (0.0, 0.0)
    for index in quantiles.indices {
      let width = Quantiles.levels[index] - level
      let (low, high) = (quantile - stock, quantiles[index] - stock)
      if low >= 0 {
        sum += width * (low + high) / 2
      } else if high > 0 {
        sum += width * high * high / (2 * (high - low))
      }
      (level, quantile) = (Quantiles.levels[index], quantiles[index])
    }
    sum += Self.lastShare * beyondLast(stock)
    // No distribution misses less than the mean does.
    return max(sum, mean - stock, 0)
  }

  private func beyondLast(_ stock: Double) -> Double {
    if stock <= quantiles[8] { return quantiles[8] - stock + tail }
    return tail > 0 ? tail * exp(-(stock - quantiles[8]) / tail) : 0
  }

  /// The probability that more than `stock` is demanded.
  func exceedance(of stock: Double) -> Double {
    guard stock >= 0 else { return 1 }
    if stock >= quantiles[8] {
      return tail > 0 ? Self.lastShare * exp(-(stock - quantiles[8]) / tail) : 0
    }
    var (level, quantile) = (0.0, 0.0)
    for index in quantiles.indices {
      if quantiles[index] > stock {
        let width = Quantiles.levels[index] - level
        return 1 - level - width * max(0, stock - quantile) / (quantiles[index] - quantile)
      }
      (level, quantile) = (Quantiles.levels[index], quantiles[index])
    }
    return Self.lastShare
  }
}
