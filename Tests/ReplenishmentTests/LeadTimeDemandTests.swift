import Allocation
import Demand
import TestSupport
import Testing

@testable import Replenishment

@Suite struct LeadTimeDemandTests {
  @Test func `normal scores agree with the bisected distribution`() {
    for thousandth in 1...999 {
      let level = Double(thousandth) / 1_000
      #expect(near(NormalDistribution.quantile(level), Oracles.normalQuantile(level), 1e-12))
    }
  }

  @Test func `spans and levels of the record are answered exactly`() {
    var random = SplitMix64(seed: 7)
    let record = Records.wild(&random)
    let demand = LeadTimeDemand(record)
    for (index, span) in Quantiles.spans(within: record.horizon).enumerated() {
      for (offset, level) in Quantiles.levels.enumerated() {
        let expected = record.cumulative[index * Quantiles.levels.count + offset]
        #expect(demand.quantile(days: span, level: level) == expected)
      }
    }
  }

  @Test func `the mean is that of the forecast at every length`() {
    for seed in UInt64(0)..<50 {
      var random = SplitMix64(seed: seed)
      let record = Records.wild(&random)
      let demand = LeadTimeDemand(record)
      for days in [-1, 0, 1, 5, 27, 112, 400] {
        #expect(near(demand.mean(days: days), record.meanDemand(days: days)), "seed \(seed)")
      }
    }
  }

  @Test(arguments: [1, 4, 6, 8, 9, 12, 17, 25, 35, 50, 70, 100, 112, 150, 365])
  func `normal demand is exact between and past the spans`(days: Int) {
    let demand = LeadTimeDemand(Records.normal(rate: 20, deviation: 6))
    for level in [0.5, 0.6, 0.9, 0.93, 0.95, 0.98, 0.99, 0.995, 0.999] {
      let expected = Records.normalQuantile(days, level, rate: 20, deviation: 6)
      #expect(near(demand.quantile(days: days, level: level), expected, 1e-9))
    }
  }

  @Test(arguments: [0.03, 0.4, 3.0])
  func `Poisson demand is met within a unit of the closed form`(rate: Double) {
    let demand = LeadTimeDemand(Records.poisson(rate: rate))
    for days in 1...112 {
      let exact = Double(Oracles.poissonQuantile(mean: rate * Double(days), 0.95))
      let answer = demand.quantile(days: days, level: 0.95)
      #expect(abs(answer - exact) <= 1, "\(days) days: \(answer) for \(exact)")
    }
  }

  @Test func `newsvendor and cycle service levels are those of the textbooks`() {
    // Snyder and Shen, example 4.3: mean 50, deviation 8, level 0.70 / 0.88.
    let newsvendor = LeadTimeDemand(Records.normal(rate: 50, deviation: 8, horizon: 1))
    #expect(near(newsvendor.quantile(days: 1, level: 0.70 / 0.88), 56.603956, 1e-4))
    // Nahmias, Harvey's shop: mean 100, deviation 25, cycle service 0.98.
    let shop = LeadTimeDemand(Records.normal(rate: 100, deviation: 25, horizon: 1))
    #expect(near(shop.quantile(days: 1, level: 0.98), 151.3437, 1e-5))
  }

  @Test func `quantiles ascend in days and levels whatever the record`() {
    let levels = [0.5, 0.7, 0.9, 0.92, 0.95, 0.96, 0.975, 0.985, 0.99, 0.999]
    for seed in UInt64(0)..<150 {
      var random = SplitMix64(seed: seed)
      let demand = LeadTimeDemand(Records.wild(&random))
      var before = [Double](repeating: 0, count: levels.count)
      for days in 0...230 {
        let now = levels.map { demand.quantile(days: days, level: $0) }
        for index in levels.indices {
          #expect(now[index] >= before[index] - 1e-9, "seed \(seed), \(days) days")
          let below = index == 0 ? 0 : now[index - 1]
          #expect(now[index] >= below - 1e-9, "seed \(seed), \(days) days")
        }
        before = now
      }
    }
  }

  @Test func `a promotion between two spans is taken on its day`() {
    var mean = [Double](repeating: 0, count: 10)
    mean[8] = 30
    let record = Forecast(
      mean: mean, quantiles: [Double](repeating: 0, count: 90),
      cumulative: Quantiles.spans(within: 10).flatMap { span in
        [Double](repeating: span == 10 ? 45 : 0, count: 9)
      })
    let demand = LeadTimeDemand(record)
    #expect(demand.quantile(days: 8, level: 0.95) == 0)
    #expect(demand.quantile(days: 9, level: 0.95) == 45)
  }

  @Test func `cover is how long the mean takes to use up the stock`() {
    let demand = LeadTimeDemand(Records.normal(rate: 2, deviation: 1, horizon: 28))
    #expect(demand.daysCovered(by: 0) == 0)
    #expect(near(demand.daysCovered(by: 5), 2.5))
    #expect(near(demand.daysCovered(by: 100), 50))
    #expect(LeadTimeDemand(Records.zero()).daysCovered(by: 1) == Bounds.coverDays)
  }

  @Test func `rounding up forgives what a sum of fractions leaves behind`() {
    #expect(Bounds.roundedUp(18 + 1e-9) == 18)
    #expect(Bounds.roundedUp(18.001) == 19)
    #expect(Bounds.roundedUp(1e12 + 1) == 1e12 + 1)
  }

  @Test func `a forecast of no days sells nothing`() {
    let demand = LeadTimeDemand(Records.zero(horizon: 0))
    #expect(demand.mean(days: 30) == 0)
    #expect(demand.quantile(days: 30, level: 0.95) == 0)
  }
}
