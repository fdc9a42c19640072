import Demand
import Glibc
import Testing

@testable import Forecasting

@Suite struct ShapeTests {
  @Test func normalQuantilesAreTheTables() {
    for (level, value) in [
      (0.5, 0), (0.975, 1.959_963_984_540_054), (0.05, -1.644_853_626_951_472_7),
      (1e-10, -6.361_340_902_404_056), (0.999_999, 4.753_424_308_822_899),
    ] {
      #expect(abs(StandardNormal.quantile(level) - value) < 1e-9)
    }
  }

  @Test func countQuantilesAreWhereTheirProbabilitiesPassTheLevels() {
    for (mean, variance) in [(0.3, 0.3), (0.3, 0.9), (2, 2), (4, 11), (25, 40), (55, 400)] {
      let quantiles = self.quantiles(.count, mean, variance)
      for (level, quantile) in zip(Quantiles.levels, quantiles) {
        #expect(probability(upTo: quantile, mean, variance) >= level - 1e-9)
        #expect(quantile == 0 || probability(upTo: quantile - 1, mean, variance) < level + 1e-9)
      }
    }
  }

  @Test func largeCountsAndSkewedDemandKeepTheirMeanAndWidth() {
    for shape in [Shape.count, .skewed, .normal] {
      let quantiles = self.quantiles(shape, 1_000, 2_500)
      #expect(abs(quantiles[3] - 1_000) < 2)
      #expect(abs(quantiles[5] - quantiles[1] - 2 * 1.2816 * 50) < 2)
    }
  }

  @Test func everyMomentGivesOrderedFiniteQuantiles() {
    let numbers = [0, 1e-300, 1e-12, 1e-3, 0.5, 3, 59, 61, 1e6, 1e30, 1e120]
    for shape in [Shape.normal, .count, .skewed] {
      for mean in numbers {
        for variance in numbers {
          let quantiles = self.quantiles(shape, mean, variance)
          let isSound =
            quantiles.allSatisfy { $0.isFinite && $0 >= 0 }
            && zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 }
          #expect(isSound, "\(shape) \(mean) \(variance): \(quantiles)")
        }
      }
    }
  }

  private func quantiles(_ shape: Shape, _ mean: Double, _ variance: Double) -> [Double] {
    var result: [Double] = []
    shape.appendQuantiles(
      mean: mean, variance: variance, levels: Quantiles.levels,
      normals: Quantiles.levels.map(StandardNormal.quantile), to: &result)
    return result
  }

  /// The distribution function by the logarithm of the gamma function.
  private func probability(upTo units: Double, _ mean: Double, _ variance: Double) -> Double {
    var sum = 0.0
    for k in stride(from: 0, through: units, by: 1) {
      if variance > mean {
        let size = mean * mean / (variance - mean)
        let success = size / (size + mean)
        let ways: Double = lgamma(k + size) - lgamma(size) - lgamma(k + 1)
        let chance: Double = size * log(success) + k * log(1 - success)
        sum += exp(ways + chance)
      } else {
        sum += exp(k * log(mean) - mean - lgamma(k + 1))
      }
    }
    return sum
  }
}
