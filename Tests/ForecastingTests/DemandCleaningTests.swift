import Demand
import TestSupport
import Testing

@testable import Forecasting

@Suite("What models take of days")
struct DemandCleaningTests {
  private static let start = Day(year: 2025, month: 1, day: 1)

  private func series(
    _ units: [Double], promotions: [Bool] = [], outOfStock: [Int] = []
  ) -> DemandSeries {
    DemandSeries(
      start: Self.start, units: units, promotions: promotions,
      stockouts: outOfStock.isEmpty ? [] : units.indices.map { outOfStock.contains($0) })
  }

  private func cleaned(
    _ series: DemandSeries, after days: Int = 0, events: [Event] = []
  ) throws -> DemandCleaning {
    DemandCleaning(
      LocationDemand(location: try Location("lyon"), series: series), events: events,
      asOf: series.end + days)
  }

  private func isSame(_ left: [Double], _ right: [Double]) -> Bool {
    left.map(\.bitPattern) == right.map(\.bitPattern)
  }

  @Test("days begin with the first sale, and days without one are 0, also after the last row")
  func idle() throws {
    let found = try cleaned(series([0, 0, 3, 0, 2]), after: 2)
    #expect(found.values == [3, 0, 2, 0, 0])
    #expect(found.skipped == 2)
    #expect(found.idleDays == 3)
    #expect(found.trailingDays == 2)
  }

  @Test("a day with an empty shelf is missing, whatever sold on it")
  func stockout() throws {
    let found = try cleaned(series([4, 1, 0, 5], outOfStock: [1, 2]))
    #expect(isSame(found.values, [4, .nan, .nan, 5]))
    #expect(found.stockoutDays == 2)
    #expect(found.idleDays == 0)
  }

  @Test("empty shelves before the first day that counts do not begin the history")
  func early() throws {
    let found = try cleaned(series([1, 0, 5], outOfStock: [0, 1]))
    #expect(found.values == [5])
    #expect(found.stockoutDays == 0)
  }

  @Test("where all sales fell on days with an empty shelf they count: they are better than nothing")
  func onlyStockouts() throws {
    let found = try cleaned(series([3, 0, 2, 0], outOfStock: [0, 2]))
    #expect(found.values == [3, 0, 2, 0])
    #expect(found.keptStockoutDays == 2)
    #expect(found.stockoutDays == 0)
  }

  @Test("a day on which more came back than was sold is 0, and not missing")
  func returns() throws {
    let found = try cleaned(series([4, -2, 0, 1]))
    #expect(found.values == [4, 0, 0, 1])
    #expect(found.returnDays == 1)
    #expect(found.idleDays == 1)
  }

  @Test("what sales and returns of parts of units leave between themselves is nothing")
  func remainders() throws {
    let found = try cleaned(series([1, 0.3 - 0.2 - 0.1, 0.1 + 0.2 - 0.3]))
    #expect(found.values == [1, 0, 0])
    #expect(found.returnDays == 0)
    #expect(found.idleDays == 2)
  }

  @Test("a total is made up in whole units where demand is counted, and on average rightly")
  func total() throws {
    let days = 0..<400
    let busy = days.map { Double(3 + $0 % 5) }
    let slow = days.map { $0 % 4 == 0 ? 1.0 : 0 }
    let gone = days.map { $0 < 100 ? 1.0 : 0 }
    let history = ItemHistory(
      try [
        ("a", series(busy)), ("b", series(slow, outOfStock: Array(200..<300))),
        ("c", series(gone, outOfStock: [380, 381])),
      ].map {
        LocationDemand(location: try Location($0), series: $1)
      }, category: "", asOf: Self.start + 399)
    let total = history.total.values
    #expect(total.allSatisfy { $0 == $0.rounded() })
    let made = (200..<300).reduce(0) { $0 + total[$1] - busy[$1] }
    #expect((15...35).contains(made), "\(made)")
    #expect(total[380] == busy[380] + slow[380] && total[381] == busy[381] + slow[381])
  }

  @Test("a day far beyond all others is missing, and named with the most that sold on another")
  func outlier() throws {
    var units = (0..<100).map { Double(3 + $0 % 5) }
    units[60] = 71
    let found = try cleaned(series(units))
    #expect(found.values[60].isNaN)
    #expect(
      found.outliers
        == [DemandCleaning.Outlier(day: Self.start + 60, units: 71, most: 7)])
    units[60] = 70
    #expect(try cleaned(series(units)).outliers.isEmpty)
  }

  @Test("a day of an event is no outlier at the locations where it takes place")
  func event() throws {
    var units = [Double](repeating: 6, count: 120)
    units[60] = 200
    var event = Event(name: "singles", firstDay: Self.start + 60)
    #expect(try cleaned(series(units), events: [event]).outliers.isEmpty)
    event.scope.location = try Location("rome")
    #expect(try cleaned(series(units), events: [event]).outliers.count == 1)
    let later = Event(name: "singles", firstDay: Self.start + 61)
    #expect(try cleaned(series(units), events: [later]).outliers.count == 1)
  }

  @Test("a promotion, a new level, a second peak and a short history leave a day as it is")
  func noOutlier() throws {
    let plain = (0..<100).map { Double(3 + $0 % 5) }
    var promoted = plain
    promoted[60] = 500
    let days = plain.indices.map { $0 == 60 }
    #expect(try cleaned(series(promoted, promotions: days)).outliers.isEmpty)
    var risen = plain
    for day in 60..<100 { risen[day] *= 50 }
    #expect(try cleaned(series(risen)).outliers.isEmpty)
    var twice = plain
    twice[20] = 400
    twice[90] = 300
    #expect(try cleaned(series(twice)).outliers.isEmpty)
    var short = Array(plain.prefix(28))
    short[20] = 400
    #expect(try cleaned(series(short)).outliers.isEmpty)
  }

  @Test("a peak that comes back after a year is none")
  func yearly() throws {
    var units = [Double](repeating: 4, count: 800)
    units[200] = 90
    #expect(try cleaned(series(units)).outliers.count == 1)
    units[200 + 365] = 80
    #expect(try cleaned(series(units)).outliers.isEmpty)
  }

  @Test(
    "a shelf that has been empty of late does not take the forecast down",
    arguments: [ModelName.fallback, .smoothing, .arima, .tsb, .sba, .seasonalNaive])
  func emptyOfLate(name: ModelName) throws {
    var process = Simulated(seed: 4)
    let isSparse = [ModelName.tsb, .sba].contains(name)
    let units =
      isSparse ? process.sparse(days: 200, probability: 0.3) : process.counts(days: 200)
    let mean = units.reduce(0, +) / 200
    let whole = series(
      units + [Double](repeating: 0, count: 40), outOfStock: Array(200..<240))
    let item = [LocationDemand(location: try Location("north"), series: whole)]
    let model = ItemModel.fit(
      item, asOf: whole.end, settings: FitSettings(horizon: 28, candidates: [name]))
    let forecast = model.forecast(item, asOf: whole.end, horizon: 28).total
    let ratio = forecast.meanDemand(days: 28) / 28 / mean
    #expect((0.6...1.6).contains(ratio), "\(name): \(ratio)")
    #expect(model.total.name == name)
  }
}
