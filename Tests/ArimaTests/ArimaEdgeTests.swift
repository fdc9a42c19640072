import TestSupport
import Testing

@testable import Arima

@Suite("ARIMA models of series at the edges")
struct ArimaEdgeTests {
  private static let noise = SimulatedProcess.usual(0).series(120, seed: 1)

  /// A series, and what is forecast of it where it is known.
  struct Edge: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let values: [Double]
    var seasons: [Int] = [7]
    var expected: [Double]?
  }

  private static let six = [30, 41, 53, 66, 79, 91]
  private static let sixSeasons: [Double] = (0..<400).map { (day: Int) -> Double in
    var value = noise[day % 120]
    for season in six where day % season < season / 2 { value += 6 }
    return value
  }
  private static let geometric: [Double] = (0..<60).map { (day: Int) -> Double in
    (0..<day).reduce(1) { value, _ in value * 1.1 }
  }

  static let edges: [Edge] = [
    Edge(testDescription: "three", values: [3, 5, 4]),
    Edge(testDescription: "four", values: [3, 5, 4, 8]),
    Edge(testDescription: "five", values: [3, 5, 4, 8, 1]),
    Edge(testDescription: "eight", values: [3, 5, 4, 8, 1, 9, 2, 5]),
    Edge(
      testDescription: "constant", values: [Double](repeating: 4.7, count: 40),
      expected: [4.7, 4.7, 4.7, 4.7, 4.7]),
    Edge(
      testDescription: "three of one value", values: [2, 2, 2], expected: [2, 2, 2, 2, 2]),
    Edge(
      testDescription: "all zero", values: [Double](repeating: 0, count: 40),
      expected: [0, 0, 0, 0, 0]),
    Edge(
      testDescription: "linear", values: (0..<40).map { 3 + 2 * Double($0) },
      expected: [83, 85, 87, 89, 91]),
    Edge(
      testDescription: "falling", values: (0..<40).map { 3 - 0.1 * Double($0) },
      expected: [-1, -1.1, -1.2, -1.3, -1.4]),
    Edge(
      testDescription: "a week again and again",
      values: (0..<70).map { Double([5, 1, 2, 8, 3, 9, 4][$0 % 7]) },
      expected: [5, 1, 2, 8, 3]),
    Edge(testDescription: "shorter than two seasons", values: Array(noise[..<13])),
    Edge(testDescription: "two seasons", values: Array(noise[..<14])),
    Edge(testDescription: "two seasons and a day", values: Array(noise[..<15])),
    Edge(testDescription: "a season longer than the series", values: noise, seasons: [365]),
    Edge(
      testDescription: "a lag longer than the series", values: Array(noise[..<10]), seasons: [12]),
    Edge(testDescription: "one season twice", values: noise, seasons: [7, 7]),
    Edge(testDescription: "one long season twice", values: noise + noise, seasons: [52, 52]),
    Edge(
      testDescription: "six long seasons",
      values: sixSeasons, seasons: six),
    Edge(testDescription: "a season of 1", values: noise, seasons: [1]),
    Edge(testDescription: "a season of 2", values: noise, seasons: [2]),
    Edge(
      testDescription: "one huge day",
      values: noise.enumerated().map { $0.offset == 60 ? 1e9 : $0.element }),
    Edge(
      testDescription: "NaN and infinities",
      values: noise.enumerated().map {
        [10: Double.nan, 20: .infinity, 30: -.infinity, 40: 1e300][$0.offset] ?? $0.element
      }),
    Edge(testDescription: "alternating", values: (0..<60).map { Double($0 % 2) }),
    Edge(testDescription: "a step", values: (0..<60).map { $0 < 30 ? 1 : 5 }),
    Edge(testDescription: "a step by the end", values: (0..<60).map { $0 < 59 ? 1 : 5 }),
    Edge(testDescription: "one day of demand", values: (0..<60).map { $0 == 20 ? 5 : 0 }),
    Edge(
      testDescription: "observed far apart",
      values: (0..<80).map { $0 % 20 == 3 ? Double($0 % 7) : .nan }),
    Edge(
      testDescription: "one value and missing, twice",
      values: (0..<30).map { $0 == 4 || $0 == 20 || $0 == 21 ? 3 : .nan },
      expected: [3, 3, 3, 3, 3]),
    Edge(
      testDescription: "quadratic", values: (0..<50).map { Double($0 * $0) }),
    Edge(testDescription: "the smallest numbers", values: noise.map { $0 * 1e-200 }),
    Edge(testDescription: "denormal", values: noise.map { $0 * 0x1p-1030 }),
    Edge(testDescription: "the largest numbers", values: noise.map { $0 * 1e97 }),
    Edge(testDescription: "digits far behind", values: noise.map { 1e9 + $0 }),
    Edge(testDescription: "geometric", values: geometric),
    Edge(
      testDescription: "20,000 points", values: SimulatedProcess.usual(2).series(20_000, seed: 2)),
  ]

  @Test("Each has a forecast that is a number, and is stored", arguments: edges)
  func answered(edge: Edge) throws {
    let model = try ArimaModel.fit(edge.values, settings: .init(seasons: edge.seasons))
    let forecast = try model.forecast(horizon: 5)
    #expect(forecast.mean.allSatisfy { $0.isFinite }, "\(model.title): \(forecast.mean)")
    #expect(forecast.variance.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(forecast.cumulativeVariance.allSatisfy { $0 >= 0 && $0.isFinite })
    let read = try ArimaModel(packed: model.packed())
    #expect(try read.forecast(horizon: 5) == forecast)
    #expect(
      try model.simulate(horizon: 5, paths: 20, seed: 1).allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(model.coefficients.allSatisfy { $0.value.isFinite && !$0.standardError.isNaN })
    #expect(model.shares.allSatisfy { $0.logLikelihood.isFinite && !$0.weight.isNaN })
    var updated = model
    try updated.update(with: [1, .nan, 2])
    #expect(try updated.forecast(horizon: 5).mean.allSatisfy { $0.isFinite })
    if let expected = edge.expected {
      for (found, right) in zip(forecast.mean, expected) {
        #expect(abs(found - right) < 1e-6 * max(1, abs(right)), "\(model.title)")
      }
      #expect(forecast.variance.allSatisfy { $0 < 1e-9 })
    }
  }

  @Test("A forecast stays within reason of the series", arguments: edges)
  func sensible(edge: Edge) throws {
    let model = try ArimaModel.fit(edge.values, settings: .init(seasons: edge.seasons))
    let forecast = try model.forecast(horizon: 5)
    let observed = edge.values.filter { abs($0) <= 1e100 }
    let (low, high) = (observed.min() ?? 0, observed.max() ?? 0)
    let width = max(high - low, 1e-12 * abs(high), 1e-300)
    #expect(
      forecast.mean.allSatisfy { $0 > low - 2 * width && $0 < high + 2 * width },
      "\(model.title): \(forecast.mean)")
  }

  @Test("Too little is an error that says so")
  func refused() {
    let little: [([Double], Int)] = [
      ([], 0), ([3], 1), ([3, 4], 2), ([Double](repeating: .nan, count: 30), 0),
      ([.nan, 3, .nan, .nan], 1), ([.infinity, 1, 2, -.infinity], 2),
    ]
    for (values, count) in little {
      for search in [
        ArimaSettings.Search.stepwise, .exhaustive, .order(ArimaOrder(1, 0, 0), hasConstant: true),
      ] {
        #expect(throws: ArimaError.tooFewPoints(has: count, needs: 3)) {
          try ArimaModel.fit(values, settings: .init(seasons: [7], search: search))
        }
      }
    }
    for season in [0, -1, 10_000] {
      #expect(throws: ArimaError.seasonOutOfRange(season)) {
        try ArimaModel.fit(Self.noise, settings: .init(seasons: [7, season]))
      }
    }
  }

  @Test("An order that a model cannot have is refused, and one that it can is stored")
  func orders() throws {
    let points = 400
    let values = SimulatedProcess.usual(2).series(points, seed: 3)
    for order in [
      ArimaOrder(6, 0, 0), ArimaOrder(0, 0, 10), ArimaOrder(0, 3, 1), ArimaOrder(300, 0, 0),
      ArimaOrder(0, 0, 0, seasonal: (0, 1, 1), season: 30),
      ArimaOrder(0, 0, 0, seasonal: (0, 3, 0), season: 7),
      ArimaOrder(0, 0, 0, seasonal: (3, 0, 0), season: 7),
    ] {
      #expect(throws: ArimaError.orderRefused(order, points: points)) {
        try ArimaModel.fit(values, settings: .init(search: .order(order, hasConstant: false)))
      }
    }
    for order in [
      ArimaOrder(5, 0, 0), ArimaOrder(0, 2, 5), ArimaOrder(3, 0, 2),
      ArimaOrder(0, 0, 0, seasonal: (2, 0, 2), season: 12),
      ArimaOrder(0, 1, 1, seasonal: (0, 1, 1), season: 24),
      ArimaOrder(0, 0, 0, seasonal: (0, 2, 1), season: 7),
    ] {
      let model = try ArimaModel.fit(
        values, settings: .init(search: .order(order, hasConstant: false)))
      #expect(model.order == order)
      #expect(try ArimaModel(packed: model.packed()).packed() == model.packed())
    }
    for (order, count) in [
      (ArimaOrder(1, 1, 1), 5), (ArimaOrder(0, 0, 0, seasonal: (0, 1, 1), season: 7), 8),
      (ArimaOrder(0, 2, 0), 3),
    ] {
      #expect(throws: ArimaError.orderRefused(order, points: count)) {
        try ArimaModel.fit(
          Array(values[..<count]), settings: .init(search: .order(order, hasConstant: false)))
      }
    }
  }

  @Test("A series times a power of two has exactly its forecasts", arguments: 0..<8)
  func powersOfTwo(kind: Int) throws {
    let values = SimulatedProcess.usual(kind).series(120, seed: UInt64(kind))
    let settings = ArimaSettings(seasons: [7])
    let model = try ArimaModel.fit(values, settings: settings)
    let plain = try model.forecast(horizon: 14)
    for factor in [0x1p40, 0x1p-40, 0x1p200, 0x1p-200] {
      let scaled = try ArimaModel.fit(values.map { $0 * factor }, settings: settings)
      #expect(scaled.title == model.title && scaled.effort == model.effort)
      let forecast = try scaled.forecast(horizon: 14)
      #expect(forecast.mean == plain.mean.map { $0 * factor })
      #expect(forecast.variance == plain.variance.map { $0 * factor * factor })
    }
  }

  @Test("A series of any scale has the same order and scaled forecasts", arguments: 0..<8)
  func scales(kind: Int) throws {
    let values = SimulatedProcess.usual(kind).series(120, seed: UInt64(kind))
    let settings = ArimaSettings(seasons: [7])
    let model = try ArimaModel.fit(values, settings: settings)
    let plain = try model.forecast(horizon: 14)
    for factor in [1e12, 1e-12] {
      let scaled = try ArimaModel.fit(values.map { $0 * factor }, settings: settings)
      #expect(scaled.title == model.title)
      let forecast = try scaled.forecast(horizon: 14)
      for day in 0..<14 {
        let deviation = plain.variance[day].squareRoot()
        #expect(abs(forecast.mean[day] / factor - plain.mean[day]) < 1e-3 * deviation)
        #expect(abs(forecast.variance[day].squareRoot() / factor / deviation - 1) < 1e-3)
      }
    }
  }

  @Test("What is asked of no days is nothing")
  func nothing() throws {
    var model = try ArimaModel.fit(Self.noise, settings: .init(seasons: [7]))
    #expect(try model.forecast(horizon: 0) == ArimaForecast())
    #expect(try model.forecast(horizon: -3) == ArimaForecast())
    #expect(try model.simulate(horizon: 0, paths: 5, seed: 1).isEmpty)
    #expect(try model.simulate(horizon: 5, paths: 0, seed: 1).isEmpty)
    let before = model.packed()
    try model.update(with: [])
    #expect(model.packed() == before)
  }

  @Test(
    "A few points vary about their mean, not about 0",
    arguments: [
      [5, 6, 9], [5, 2, 9], [4, 4, 5], [5, 2, 9, 7], [1, 9, 2, 7, 4], [3, 9, 1, 8, 2, 9],
      [0, 3, 0, 0, 8, 0, 2, 0, 0, 1, 0],
    ])
  func fewPoints(_ values: [Double]) throws {
    let mean = values.reduce(0, +) / Double(values.count)
    for search in [ArimaSettings.Search.stepwise, .exhaustive] {
      let model = try ArimaModel.fit(values, settings: .init(search: search))
      let forecast = try model.forecast(horizon: 20)
      #expect(abs(forecast.mean[19] - mean) < 0.2 * mean, "\(model.title)")
      #expect(forecast.variance.allSatisfy { $0 > 0 })
    }
  }
}
