import Demand
import Testing

@testable import Forecasting

@Suite struct CoverageTests {
  /// The share of days, and of spans of 28 days, within the 80 % band, over many series.
  private func coverage(
    seed: UInt64, series: Int, _ make: (inout Simulated) -> [Double]
  ) -> (daily: Double, cumulative: Double) {
    var process = Simulated(seed: seed)
    let spans = Array(Quantiles.spans(within: 28))
    var daily = 0.0
    var cumulative = 0.0
    for _ in 0..<series {
      let all = make(&process)
      let y = Array(all.dropLast(28))
      let actual = all.suffix(28)
      let forecast = SeriesModel.fit(y).forecast(y, horizon: 28)
      for (day, value) in actual.enumerated() {
        let band = forecast.quantile(day: day, level: 1)...forecast.quantile(day: day, level: 5)
        if band.contains(value) { daily += 1 }
      }
      let last = (spans.count - 1) * Quantiles.levels.count
      let band = forecast.cumulative[last + 1]...forecast.cumulative[last + 5]
      if band.contains(actual.reduce(0, +)) { cumulative += 1 }
    }
    return (daily / Double(28 * series), cumulative / Double(series))
  }

  @Test func regularDemandIsWithinItsBands() {
    let found = coverage(seed: 31, series: 16) { $0.weekly(days: 198) }
    #expect((0.75...0.9).contains(found.daily), "seed 31: \(found)")
    #expect((0.6...1).contains(found.cumulative), "seed 31: \(found)")
  }

  @Test func countsAreWithinTheirBands() {
    // A band of whole units holds more than its share.
    let found = coverage(seed: 32, series: 16) { $0.counts(days: 198) }
    #expect((0.78...0.93).contains(found.daily), "seed 32: \(found)")
    #expect((0.6...1).contains(found.cumulative), "seed 32: \(found)")
  }

  @Test func sparseDemandIsWithinItsBands() {
    let found = coverage(seed: 33, series: 16) { $0.sparse(days: 198) }
    #expect((0.8...0.97).contains(found.daily), "seed 33: \(found)")
    #expect((0.6...1).contains(found.cumulative), "seed 33: \(found)")
  }

  @Test func theFirstSpanIsTheFirstDay() {
    var process = Simulated(seed: 34)
    for y in [process.weekly(days: 150), process.sparse(days: 150)] {
      let forecast = SeriesModel.fit(y, settings: FitSettings(season: 1)).forecast(y, horizon: 14)
      let width = Quantiles.levels.count
      for level in 0..<width {
        let day = forecast.quantile(day: 0, level: level)
        #expect(abs(forecast.cumulative[level] - day) <= 0.15 * day + 1)
      }
    }
  }

  @Test func widerSpansHoldMoreDemand() {
    var process = Simulated(seed: 35)
    let y = process.counts(days: 200)
    let forecast = SeriesModel.fit(y).forecast(y, horizon: 112)
    let width = Quantiles.levels.count
    for level in 2..<width {
      let row = stride(from: level, to: forecast.cumulative.count, by: width).map {
        forecast.cumulative[$0]
      }
      #expect(zip(row, row.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }
}
