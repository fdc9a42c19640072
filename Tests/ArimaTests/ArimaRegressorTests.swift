import Testing

@testable import Arima

@Suite("ARIMA models with regressors")
struct ArimaRegressorTests {
  private static let days = 220
  private static let ahead = 14
  private static let price = Regressor(
    name: "price", values: SimulatedProcess(1, 0, 0, ar: [0.5], mean: 10).series(240, seed: 1))
  private static let promotion = Regressor(
    name: "promotion", values: (0..<240).map { ($0 * 7919) % 11 < 2 ? 1 : 0 })

  private static func demand(_ process: SimulatedProcess, seed: UInt64) -> [Double] {
    zip(process.series(days, seed: seed), 0..<days).map { noise, day in
      100 + noise - 3 * price.values[day] + 8 * promotion.values[day]
    }
  }

  static let processes = [
    SimulatedProcess(1, 0, 0, ar: [0.6]), SimulatedProcess(0, 1, 1, ma: [-0.6]),
    SimulatedProcess(1, 0, 0, seasonal: (0, 1, 1), season: 7, ar: [0.3], sma: [-0.6]),
  ]

  @Test("What a price and a promotion do is found within its standard error", arguments: 0..<12)
  func recovered(number: Int) throws {
    let demand = Self.demand(Self.processes[number % 3], seed: UInt64(number + 500))
    let model = try ArimaModel.fit(
      demand, regressors: [Self.price, Self.promotion], settings: .init(seasons: [7]))
    for (name, effect) in [("price", -3.0), ("promotion", 8)] {
      let found = try #require(model.coefficients.first { $0.name == name })
      #expect(found.standardError < 0.5)
      #expect(abs(found.value - effect) < 4 * found.standardError, "\(model.title): \(found)")
    }
    #expect(model.warnings.isEmpty)
    #expect(model.title.contains("with"))
    #expect(model.title.hasSuffix("price, promotion"))
  }

  @Test("Regressors reach into the forecast")
  func future() throws {
    let demand = Self.demand(Self.processes[0], seed: 20)
    let given = [Self.price, Self.promotion]
    let model = try ArimaModel.fit(demand, regressors: given)
    let forecast = try model.forecast(horizon: Self.ahead, regressors: given)
    var cheaper = given
    for day in Self.days..<240 { cheaper[0].values[day] -= 2 }
    let other = try model.forecast(horizon: Self.ahead, regressors: cheaper)
    let effect = try #require(model.coefficients.first { $0.name == "price" }).value
    for day in 0..<Self.ahead {
      #expect(abs(other.mean[day] - forecast.mean[day] + 2 * effect) < 0.05)
      #expect(abs(other.variance[day] / forecast.variance[day] - 1) < 0.01)
    }
    // The order of the given does not matter, nor do others beside them.
    let extra = Regressor(name: "weather", values: [])
    #expect(
      try model.forecast(horizon: Self.ahead, regressors: [extra] + given.reversed()) == forecast)
  }

  @Test("A forecast beyond what a regressor reaches says which, and how far it reaches")
  func missing() throws {
    let demand = Self.demand(Self.processes[0], seed: 21)
    var model = try ArimaModel.fit(demand, regressors: [Self.price])
    let short = Regressor(name: "price", values: Array(Self.price.values[..<(Self.days + 3)]))
    #expect(try model.forecast(horizon: 3, regressors: [short]).mean.count == 3)
    #expect(throws: ArimaError.futureMissing(column: "price", has: 3, needs: 7)) {
      try model.forecast(horizon: 7, regressors: [short])
    }
    #expect(throws: ArimaError.futureMissing(column: "price", has: 0, needs: 7)) {
      try model.forecast(horizon: 7)
    }
    #expect(throws: ArimaError.futureMissing(column: "price", has: 0, needs: 2)) {
      try model.update(with: [1, 2])
    }
    #expect(model.days == Self.days)
    var broken = Self.price
    broken.values[Self.days + 1] = .nan
    #expect(throws: ArimaError.self) { try model.forecast(horizon: 7, regressors: [broken]) }
    #expect(throws: ArimaError.self) {
      try model.simulate(horizon: 7, paths: 1, seed: 1, regressors: [broken])
    }
  }

  @Test("Regressors that cannot be used are refused, or dropped by name")
  func refused() throws {
    let demand = Self.demand(Self.processes[0], seed: 22)
    let short = Regressor(name: "short", values: [1, 2])
    #expect(throws: ArimaError.regressorLength(column: "short", has: 2, needs: Self.days)) {
      try ArimaModel.fit(demand, regressors: [short])
    }
    #expect(throws: ArimaError.regressorTwice(column: "price")) {
      try ArimaModel.fit(demand, regressors: [Self.price, Self.price])
    }
    let twice = Regressor(name: "twice", values: Self.price.values.map { 2 * $0 + 1 })
    let fixed = Regressor(name: "fixed", values: [Double](repeating: 4, count: 240))
    let model = try ArimaModel.fit(demand, regressors: [Self.price, fixed, twice])
    #expect(model.warnings.count == 2)
    #expect(model.warnings.contains { $0.hasPrefix("fixed: is constant") })
    #expect(model.warnings.contains { $0.hasPrefix("twice: follows from price") })
    // Those that were dropped are not asked for.
    #expect(try model.forecast(horizon: 5, regressors: [Self.price]).mean.count == 5)
    let read = try ArimaModel(packed: model.packed())
    #expect(read.warnings == model.warnings)
  }

  @Test("A value that is no number is named by its day of the series")
  func named() throws {
    var demand = Self.demand(Self.processes[0], seed: 23)
    var broken = Self.price
    broken.values[50] = .infinity
    #expect(throws: ArimaError.regressorNotFinite(column: "price", point: 50)) {
      try ArimaModel.fit(demand, regressors: [broken])
    }
    for day in 0..<10 { demand[day] = .nan }
    #expect(throws: ArimaError.regressorNotFinite(column: "price", point: 50)) {
      try ArimaModel.fit(demand, regressors: [broken])
    }
  }

  @Test("Regressors of any scale give the same forecasts", arguments: [1e9, 1e-9, -1e6])
  func scales(factor: Double) throws {
    for number in 0..<3 {
      let demand = Self.demand(Self.processes[number], seed: UInt64(number + 30))
      let scaled = Regressor(name: "price", values: Self.price.values.map { $0 * factor })
      let settings = ArimaSettings(seasons: [7])
      let one = try ArimaModel.fit(
        demand, regressors: [Self.price, Self.promotion], settings: settings)
      let other = try ArimaModel.fit(
        demand, regressors: [scaled, Self.promotion], settings: settings)
      #expect(one.title == other.title)
      let (plain, found) = (
        try one.forecast(horizon: 14, regressors: [Self.price, Self.promotion]),
        try other.forecast(horizon: 14, regressors: [scaled, Self.promotion])
      )
      for day in 0..<14 {
        #expect(abs(found.mean[day] / plain.mean[day] - 1) < 1e-4)
        #expect(abs(found.variance[day] / plain.variance[day] - 1) < 1e-3)
      }
      let (a, b) = (one.coefficients, other.coefficients)
      let place = try #require(a.firstIndex { $0.name == "price" })
      #expect(abs(b[place].value * factor / a[place].value - 1) < 1e-4)
      #expect(abs(b[place].standardError * abs(factor) / a[place].standardError - 1) < 1e-3)
    }
  }

  @Test("A model with a regressor of a long name is read as it was written")
  func longName() throws {
    let name = String(repeating: "price of the competitor across the street ", count: 4)
    let other = name + "and of the other one"
    let demand = Self.demand(Self.processes[0], seed: 24)
    let given = [
      Regressor(name: name, values: Self.price.values),
      Regressor(name: other, values: Self.promotion.values),
    ]
    let model = try ArimaModel.fit(demand, regressors: given)
    let read = try ArimaModel(packed: model.packed())
    #expect(
      try read.forecast(horizon: 5, regressors: given)
        == model.forecast(horizon: 5, regressors: given))
  }

  @Test("More regressors than a series can teach are left out by name")
  func many() throws {
    var models = RandomModels(seed: 60)
    let demand = Self.demand(Self.processes[0], seed: 25)
    let given = (0..<40).map { Regressor(name: "r\($0)", values: models.noise(240)) }
    let model = try ArimaModel.fit(demand, regressors: given)
    #expect(model.warnings.count == 8)
    #expect(model.warnings.allSatisfy { $0.hasSuffix("one regressor too many") })
    let read = try ArimaModel(packed: model.packed())
    #expect(
      try read.forecast(horizon: 5, regressors: given)
        == model.forecast(horizon: 5, regressors: given))
    let few = try ArimaModel.fit(
      Array(demand[..<20]), regressors: given.map { .init(name: $0.name, values: $0.values) })
    #expect(try few.forecast(horizon: 5, regressors: given).mean.allSatisfy { $0.isFinite })
  }
}
