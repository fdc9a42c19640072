import Demand
import Testing

@testable import Forecasting

@Suite("What a model expected of known days")
struct FittedValueTests {
  private let start = Day(year: 2025, month: 1, day: 1)

  /// One location that sells often and one that does not.
  private func item(days: Int) throws -> [LocationDemand] {
    let busy = (0..<days).map { (day: Int) -> Double in
      let noise = (day * 7_919) % 3
      return Double(4 + day % 7 + noise)
    }
    let quiet = (0..<days).map { (day: Int) -> Double in day % 9 == 0 ? 1 : 0 }
    return try [("north", busy), ("west", quiet)].map {
      LocationDemand(location: try Location($0), series: DemandSeries(start: start, units: $1))
    }
  }

  @Test(
    "is what the same model forecasts a day ahead from the day before",
    arguments: [ModelName.smoothing, .arima, .tsb, .seasonalNaive])
  func oneStep(name: ModelName) throws {
    let item = try item(days: 120)
    let settings = FitSettings(candidates: [name])
    let model = ItemModel.fit(item, asOf: start + 119, settings: settings)
    let north = try Location("north")
    let fitted = model.fitted(item, asOf: start + 119, days: 14, at: north)
    #expect(fitted.count == 14)
    for (index, expected) in fitted.enumerated() {
      let seen = start + (119 - 14 + index)
      let forecast = model.forecast(item, asOf: seen, horizon: 1)
      let part = try #require(forecast.locations.first { $0.location == north })
      #expect(abs(part.forecast.mean[0] - expected) <= 1e-9 * max(1, expected))
    }
  }

  @Test("is nothing where a location has no model of its own, and of the first days")
  func none() throws {
    let item = try item(days: 120)
    let model = ItemModel.fit(
      item, asOf: start + 119, settings: FitSettings(candidates: [.smoothing]))
    #expect(model.fitted(item, asOf: start + 119, days: 14, at: try Location("west")).isEmpty)
    #expect(model.fitted(item, asOf: start + 119, days: 14, at: try Location("nowhere")).isEmpty)
    #expect(model.fitted(item, asOf: start + 119, days: 500).count == 120 - 28)
    #expect(model.fitted(item, asOf: start + 9, days: 500).isEmpty)
  }
}
