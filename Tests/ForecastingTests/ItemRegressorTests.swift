import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

@Suite("Prices and promotions of an item")
struct ItemRegressorTests {
  private let start = Day(year: 2025, month: 1, day: 1)

  @Test("a price counts by its logarithm over the first one, which days before it take")
  func prices() {
    let series = DemandSeries(
      start: start, units: [0, 1, 2, 3, 4], prices: [0, 0, 2, 2, 4])
    let columns = ItemRegressors(series, from: 1)
    #expect(columns.price.map { ($0 * 1e6).rounded() } == [0, 0, 0, 693_147])
    #expect(columns.promotion.isEmpty)
    #expect(columns.columns.map(\.beyond) == [.last])
  }

  @Test("without prices and promotions there are no columns")
  func nothing() {
    let plain = DemandSeries(start: start, units: [1, 2, 3])
    #expect(ItemRegressors(plain, from: 0).columns.isEmpty)
    let none = DemandSeries(
      start: start, units: [1, 2, 3], prices: [0, 0, 0], promotions: [false, false, false])
    #expect(ItemRegressors(none, from: 0).columns.isEmpty)
  }

  @Test("the total has the mean price of locations with one, and the share with a promotion")
  func total() {
    let north = DemandSeries(
      start: start, units: [1, 1, 1, 1], prices: [1, 1, 1, 4],
      promotions: [false, true, true, true])
    let south = DemandSeries(
      start: start + 2, units: [1, 1], prices: [3, 3], promotions: [true, false])
    let west = DemandSeries(start: start, units: [1, 1, 1, 1])
    let parts = [(north, 4), (south, 2), (west, 4)].map {
      (regressors: ItemRegressors($0.0, from: 0), days: $0.1)
    }
    let total = ItemRegressors(total: parts)
    #expect(total.price.map { ($0 * 1e6).rounded() } == [0, 0, 0, 693_147])
    #expect(total.promotion == [0, 0.5, 2.0 / 3, 1.0 / 3])
  }

  @Test("a promotion lifts its days in the model, not the days to come")
  func promotions() throws {
    var process = Simulated(seed: 91)
    let promotions = (0..<210).map { ($0 * 7_919) % 13 < 2 }
    let units = zip(process.weekly(days: 210), promotions).map { $0 + ($1 ? 120 : 0) }
    let demand = LocationDemand(
      location: try Location("north"),
      series: DemandSeries(start: start, units: units, promotions: promotions))
    let settings = FitSettings(horizon: 14, candidates: [.arima])
    let model = ItemModel.fit([demand], asOf: start + 209, settings: settings)
    let details = try #require(model.total.details)
    let lift = try #require(details.coefficients.first { $0.name == "promotion" })
    #expect(abs(lift.value - 120) < 15)
    let next = model.forecast([demand], asOf: start + 209, horizon: 7).total
    let usual = zip(units, promotions).filter { !$0.1 }.map(\.0)
    let level = usual.reduce(0, +) / Double(usual.count)
    #expect(abs(next.meanDemand(days: 7) / 7 - level) < 25)
  }

  @Test("an item is renewed series by series")
  func renewed() throws {
    var process = Simulated(seed: 92)
    let all = try ["north", "south"].map { name in
      LocationDemand(
        location: try Location(name),
        series: DemandSeries(start: start, units: process.counts(days: 170)))
    }
    let settings = FitSettings(horizon: 14, candidates: [.arima])
    let model = ItemModel.fit(all, asOf: start + 159, settings: settings, seed: 5)
    var later = model.renewed(all, asOf: start + 164, settings: settings, seed: 5)
    #expect(later.models.map(\.renewal) == Array(repeating: .kept(newDays: 5), count: 3))
    #expect(later.models.map(\.name) == [.arima, .arima, .arima])
    var corrected = all
    corrected[1].series.units[30] += 1
    later = model.renewed(corrected, asOf: start + 164, settings: settings, seed: 5)
    #expect(
      later.models.map(\.renewal) == [
        .refitted("the past was corrected"), .kept(newDays: 5),
        .refitted("the past was corrected"),
      ])
  }

  @Test("a location that comes later is fitted, what is gone is no harm")
  func newLocation() throws {
    var process = Simulated(seed: 93)
    let all = try ["north", "south"].map { name in
      LocationDemand(
        location: try Location(name),
        series: DemandSeries(start: start, units: process.counts(days: 170)))
    }
    let settings = FitSettings(horizon: 14, candidates: [.arima])
    let one = ItemModel.fit([all[0]], asOf: start + 159, settings: settings)
    let two = one.renewed(all, asOf: start + 164, settings: settings)
    #expect(two.locations.map(\.model.renewal) == [.kept(newDays: 5), .fitted])
    let none = two.renewed([], asOf: start + 165, settings: settings)
    #expect(none.total.name == .fallback)
  }
}
