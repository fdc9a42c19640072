import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

@Suite struct ItemModelTests {
  private let start = Day(year: 2025, month: 1, day: 1)

  /// Two locations that sell often, one that does not.
  private func item(seed: UInt64, days: Int = 160) throws -> [LocationDemand] {
    var process = Simulated(seed: seed)
    let busy = process.counts(days: days)
    let other = process.counts(days: days)
    let quiet = process.sparse(days: days, probability: 0.1)
    return try [("north", busy), ("south", other), ("west", quiet)].map {
      LocationDemand(
        location: try Location($0), series: DemandSeries(start: start, units: $1))
    }
  }

  private func sums(_ forecast: ItemForecast) -> [Double] {
    var sum = [Double](repeating: 0, count: forecast.total.horizon)
    for part in forecast.locations {
      for day in sum.indices { sum[day] += part.forecast.mean[day] }
    }
    return sum
  }

  @Test func theTotalsMeanIsTheSumOfItsLocations() throws {
    let item = try item(seed: 41)
    let model = ItemModel.fit(item, asOf: start + 159)
    let forecast = model.forecast(item, asOf: start + 159, horizon: 28)
    #expect(forecast.total.mean == sums(forecast))
  }

  @Test func onlyLocationsThatSellOftenHaveModelsOfTheirOwn() throws {
    let model = ItemModel.fit(try item(seed: 42), asOf: start + 159)
    #expect(model.locations.map(\.location.description) == ["north", "south"])
  }

  @Test func aQuietLocationGetsItsShare() throws {
    let item = try item(seed: 43)
    let model = ItemModel.fit(item, asOf: start + 159)
    let west = model.forecast(item, asOf: start + 159, horizon: 28).locations[2]
    #expect(west.location.description == "west")
    #expect((0.05...0.8).contains(west.forecast.mean[0]))
    let median = Quantiles.levels.firstIndex(of: 0.5) ?? 0
    #expect(west.forecast.quantile(day: 0, level: median) == 0)
  }

  @Test func theOrderOfLocationsDoesNotMatter() throws {
    let item = try item(seed: 44)
    let model = ItemModel.fit(item, asOf: start + 159)
    let other = ItemModel.fit(item.reversed(), asOf: start + 159)
    #expect(model.packed() == other.packed())
    #expect(
      model.forecast(item, asOf: start + 159, horizon: 7)
        == other.forecast(item.reversed(), asOf: start + 159, horizon: 7))
  }

  @Test func oneLocationIsTheTotal() throws {
    let item = [try item(seed: 45)[0]]
    let model = ItemModel.fit(item, asOf: start + 159)
    #expect(model.locations.isEmpty)
    let forecast = model.forecast(item, asOf: start + 159, horizon: 28)
    #expect(forecast.locations[0].forecast == forecast.total)
  }

  @Test func aLocationThatAppearsLaterIsForecast() throws {
    let all = try item(seed: 46)
    for known in 0...2 {
      let model = ItemModel.fit(Array(all[..<known]), asOf: start + 159)
      let forecast = model.forecast(all, asOf: start + 159, horizon: 14)
      #expect(forecast.locations.count == 3)
      #expect(forecast.locations.allSatisfy { $0.forecast.mean[0] > 0 || known == 0 })
      #expect(forecast.total.mean == sums(forecast))
    }
  }

  @Test func daysBeforeTheFirstSaleAreNoHistory() throws {
    let item = try item(seed: 47)
    let early = item.map {
      LocationDemand(
        location: $0.location,
        series: DemandSeries(
          start: start - 50, units: [Double](repeating: 0, count: 50) + $0.series.units))
    }
    #expect(
      ItemModel.fit(item, asOf: start + 159).packed()
        == ItemModel.fit(early, asOf: start + 159).packed())
  }

  @Test func daysAfterAsOfAreNotSeen() throws {
    let item = try item(seed: 48)
    var more = item
    for index in more.indices { more[index].series.units += [900, 900, 900] }
    #expect(
      ItemModel.fit(item, asOf: start + 159).packed()
        == ItemModel.fit(more, asOf: start + 159).packed())
  }

  @Test func missingDaysOfOneLocationDoNotLowerTheTotal() throws {
    var item = try item(seed: 49)
    for day in 100..<160 { item[0].series.units[day] = .nan }
    let model = ItemModel.fit(item, asOf: start + 159)
    let forecast = model.forecast(item, asOf: start + 159, horizon: 28)
    #expect(forecast.total.meanDemand(days: 28) > 28 * 8)
  }

  @Test func nothingAtAllIsForecastAsNothing() {
    let model = ItemModel.fit([], asOf: start)
    let forecast = model.forecast([], asOf: start, horizon: 5)
    #expect(forecast.total.mean == [0, 0, 0, 0, 0])
    #expect(forecast.locations.isEmpty)
  }

  @Test func packedModelsForecastTheSame() throws {
    let item = try item(seed: 50)
    for count in 0...3 {
      let some = Array(item[..<count])
      let model = ItemModel.fit(some, asOf: start + 159)
      let copy = try ItemModel(packed: model.packed())
      #expect(
        copy.forecast(item, asOf: start + 159, horizon: 9)
          == model.forecast(item, asOf: start + 159, horizon: 9))
    }
  }

  @Test func hostileBytesAreRefusedOrHarmless() throws {
    let item = try item(seed: 51, days: 90)
    let bytes = ItemModel.fit(item, asOf: start + 89).packed()
    var generator = SplitMix64(seed: 51)
    for length in 0..<bytes.count {
      #expect(throws: PackingError.self) { try ItemModel(packed: Array(bytes[..<length])) }
    }
    for _ in 0..<200 {
      var damaged = bytes
      damaged[Int(generator.next() % UInt64(bytes.count))] = UInt8(generator.next() & 0xFF)
      guard let model = try? ItemModel(packed: damaged) else { continue }
      let forecast = model.forecast(item, asOf: start + 89, horizon: 7)
      #expect(forecast.total.quantiles.allSatisfy { $0.isFinite && $0 >= 0 })
    }
  }
}
