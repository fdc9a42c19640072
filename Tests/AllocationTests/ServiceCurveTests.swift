import Glibc
import TestSupport
import Testing

@testable import Allocation

@Suite("A curve of lead-time demand")
struct ServiceCurveTests {
  /// Scores of the levels that a forecast carries.
  static let scores = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99].map {
    NormalDistribution.quantile($0)
  }

  static func normal(mean: Double, deviation: Double) -> ServiceCurve {
    ServiceCurve(mean: mean, scores: scores, quantiles: scores.map { mean + deviation * $0 })
  }

  /// Ascending quantiles with flat stretches, now and then below 0 or all 0.
  static func random(_ random: inout SplitMix64) -> ServiceCurve {
    var quantile = random.uniform() < 0.4 ? -20 * random.uniform() : 30 * random.uniform()
    let quantiles = scores.map { _ in
      if random.uniform() < 0.7 { quantile += 40 * random.uniform() * random.uniform() }
      return quantile
    }
    return ServiceCurve(
      mean: max(0, quantiles[4] * (0.6 + 0.8 * random.uniform())), scores: scores,
      quantiles: quantiles)
  }

  @Test("is the normal distribution where its quantiles are")
  func normal() {
    // Far enough from 0, so that what lies below it does not count.
    let curve = Self.normal(mean: 108, deviation: 11)
    for level in [0.001, 0.02, 0.3, 0.5, 0.6, 0.93, 0.98, 0.9999] {
      let quantile = 108 + 11 * NormalDistribution.quantile(level)
      #expect(abs(curve.quantile(level: level) - quantile) < 1e-10)
      #expect(abs(curve.probability(atMost: quantile) - level) < 1e-12)
      let shortage = NormalDistribution.shortage(above: quantile, mean: 108, deviation: 11)
      #expect(abs(curve.shortage(above: quantile) - shortage) < 1e-12 * 108)
    }
    #expect(abs(curve.shortage(above: 0) - 108) < 1e-10)
    #expect(abs(curve.shortage(above: -5) - 113) < 1e-10)
  }

  @Test("expects what an integral of its tail does, with flat stretches and none below 0")
  func integral() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let curve = Self.random(&random)
      let from = 60 * random.uniform()
      // E[(X - x)+] is the integral of P(X > t) from x on, here in steps up to nine deviations.
      let end = max(from, curve.quantile(score: 9))
      let steps = 4000
      let width = (end - from) / Double(steps)
      var sum = 0.0
      for step in 0..<steps {
        sum += width * (1 - curve.probability(atMost: from + width * (Double(step) + 0.5)))
      }
      #expect(abs(curve.shortage(above: from) - sum) <= 2 * width + 1e-5 * sum + 1e-12)
    }
  }

  @Test("finds the stock of a shortage and the score of a demand again")
  func inverse() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<2000 {
      let curve = Self.random(&random)
      let all = curve.shortage(above: 0)
      let wanted = all * pow(1e-9, random.uniform())
      guard wanted > 0 else { continue }
      let stock = curve.stock(shortage: wanted).stock
      #expect(abs(curve.shortage(above: stock) - wanted) < 1e-10 * wanted + 1e-14 * all)
      let score = -1 + 4 * random.uniform()
      let demand = curve.quantile(score: score)
      #expect(curve.score(of: demand) >= score - 1e-9 * max(1, abs(score)))
      #expect(abs(curve.quantile(score: min(curve.score(of: demand), 30)) - demand) < 1e-9)
    }
  }

  @Test("is wider by what the lead time varies, as variances add")
  func widened() {
    let wide = Self.normal(mean: 200, deviation: 12).widened(meanPerDay: 20, leadTimeDeviation: 1.5)
    let deviation = (12 * 12 + 30 * 30.0).squareRoot()
    for (score, quantile) in zip(Self.scores, wide.quantiles) {
      #expect(abs(quantile - (200 + deviation * score)) < 1e-10)
    }
    var random = SplitMix64(seed: 3)
    for _ in 0..<500 {
      let curve = Self.random(&random)
      let other = curve.widened(
        meanPerDay: 10 * random.uniform(), leadTimeDeviation: 5 * random.uniform())
      for index in 1..<Self.scores.count {
        #expect(other.quantiles[index] >= other.quantiles[index - 1])
      }
      #expect(other.quantiles[8] >= curve.quantiles[8])
      #expect(curve.widened(meanPerDay: 3, leadTimeDeviation: 0) == curve)
    }
  }
}

@Suite("Closed forms of demand")
struct DistributionTests {
  @Test("of the normal distribution agree with its integrals")
  func normal() {
    // Quantiles of Wichura's own table, AS 241.
    #expect(abs(NormalDistribution.quantile(0.25) + 0.674489750196081743) < 1e-15)
    #expect(abs(NormalDistribution.quantile(0.001) + 3.09023230616781355) < 1e-14)
    for score in [-2.0, -1.5, 0, 0.3, 2, 7, 12, 13, 20, 35] {
      // The loss falls by the probability above, which falls by the density.
      let step = 1e-4
      func slope(_ function: (Double) -> Double) -> Double {
        (function(score + step) - function(score - step)) / (2 * step)
      }
      let above = NormalDistribution.probability(above: score)
      #expect(abs(slope(NormalDistribution.loss) / -above - 1) < 1e-5)
      let density = NormalDistribution.density(score)
      #expect(abs(slope(NormalDistribution.probability(above:)) / -density - 1) < 1e-5)
      #expect(abs(NormalDistribution.probability(atMost: score) + above - 1) < 1e-15)
    }
    #expect(abs(NormalDistribution.loss(0) - 0.398942280401432678) < 1e-16)
  }

  @Test("of Poisson demand agree with its sums", arguments: [0.2, 3, 8, 40.5])
  func poisson(mean: Double) {
    let demand = PoissonDistribution(mean: mean)
    var (term, sum) = (exp(-mean), 0.0)
    var terms: [Double] = []
    for units in 0..<200 {
      terms.append(term)
      term *= mean / Double(units + 1)
    }
    for units in 0..<80 {
      sum += terms[units]
      #expect(abs(demand.probability(of: units) - terms[units]) < 1e-13)
      #expect(abs(demand.probability(atMost: Double(units)) - sum) < 1e-13)
      let stock = Double(units) + 0.25
      let short = terms.indices.reduce(0.0) { $0 + max(0, Double($1) - stock) * terms[$1] }
      #expect(abs(demand.shortage(above: stock) - short) < 1e-12 * max(1, mean))
    }
    #expect(demand.probability(atMost: -0.5) == 0 && demand.shortage(above: -1) == mean + 1)
  }
}
