import Glibc
import Testing

@testable import Arima

@Suite("ARIMA models under a power, and with long seasons")
struct ArimaPowerTests {
  /// A level that wanders in its logarithm, a week, and a spread that grows with both.
  private func multiplicative(_ count: Int, seed: UInt64) -> [Double] {
    let level = SimulatedProcess(0, 1, 1, ma: [-0.7]).series(count, seed: seed)
    let week = [0.3, 0.1, -0.2, -0.1, 0, 0.4, -0.5]
    return level.indices.map { exp(4 + 0.15 * level[$0] + week[$0 % 7]) }
  }

  @Test(
    "Forecasts of a multiplicative series are positive, and their intervals cover",
    arguments: [ArimaSettings.Power.automatic, .lambda(0), .lambda(0.3)])
  func coverage(power: ArimaSettings.Power) throws {
    var inside = 0
    var above = 0
    var total = 0
    for seed in 0..<40 {
      let whole = multiplicative(180, seed: UInt64(seed))
      let model = try ArimaModel.fit(
        Array(whole[..<173]), settings: .init(seasons: [7], power: power))
      let forecast = try model.forecast(horizon: 7)
      #expect(forecast.mean.allSatisfy { $0 > 0 && $0 < 100 * (whole.max() ?? 0) })
      #expect(forecast.variance.allSatisfy { $0 > 0 && $0.isFinite })
      let paths = 400
      let drawn = try model.simulate(horizon: 7, paths: paths, seed: 5)
      for day in 0..<7 {
        let sorted = (0..<paths).map { drawn[$0 * 7 + day] }.sorted()
        let value = whole[173 + day]
        total += 1
        if value > sorted[paths / 2] { above += 1 }
        if value > sorted[paths / 10], value < sorted[paths * 9 / 10] { inside += 1 }
      }
    }
    let share = Double(inside) / Double(total)
    #expect((0.72...0.88).contains(share), "80 % intervals cover \(share)")
    let upper = Double(above) / Double(total)
    #expect((0.4...0.6).contains(upper), "\(upper) lie above the median")
  }

  @Test("The automatic power of a multiplicative series is near 0, of a plain one it does no harm")
  func automatic() throws {
    let model = try ArimaModel.fit(
      multiplicative(200, seed: 60), settings: .init(seasons: [7], power: .automatic))
    let lambda = try #require(model.lambda)
    #expect(lambda < 0.5)
    let plain = SimulatedProcess.usual(0).series(200, seed: 3).map { $0 + 100 }
    let with = try ArimaModel.fit(plain, settings: .init(power: .automatic))
    let without = try ArimaModel.fit(plain)
    let (a, b) = (try with.forecast(horizon: 7), try without.forecast(horizon: 7))
    for day in 0..<7 {
      #expect(abs(a.mean[day] - b.mean[day]) < 0.3 * b.variance[day].squareRoot())
      #expect((0.8...1.25).contains(a.variance[day] / b.variance[day]))
    }
  }

  @Test("A power that does not fit names the value and its day as they were given")
  func refused() throws {
    var values = multiplicative(60, seed: 4)
    values[0] = .nan
    values[1] = .nan
    values[40] = -3
    #expect(throws: ArimaError.lambdaRefused(0.5, point: 40, value: -3)) {
      try ArimaModel.fit(values, settings: .init(power: .lambda(0.5)))
    }
    values[40] = 0
    #expect(throws: ArimaError.lambdaRefused(0, point: 40, value: 0)) {
      try ArimaModel.fit(values, settings: .init(power: .lambda(0)))
    }
    #expect(throws: ArimaError.lambdaOutOfRange(7)) {
      try ArimaModel.fit(values, settings: .init(power: .lambda(7)))
    }
    #expect(throws: ArimaError.self) {
      try ArimaModel.fit(values, settings: .init(power: .lambda(.nan)))
    }
  }

  /// The mean size of the errors of forecasts.
  private func error(
    _ whole: [Double], _ ahead: Int, _ seasons: [Int]
  ) throws -> Double {
    let model = try ArimaModel.fit(
      Array(whole.dropLast(ahead)), settings: .init(seasons: seasons))
    let forecast = try model.forecast(horizon: ahead)
    return zip(forecast.mean, whole.suffix(ahead)).reduce(0) { $0 + abs($1.0 - $1.1) }
      / Double(ahead)
  }

  @Test("Harmonics of a season of 52 make better forecasts than none")
  func weeks() throws {
    var (with, without) = (0.0, 0.0)
    for seed in 0..<5 {
      let noise = SimulatedProcess(1, 0, 0, ar: [0.4]).series(234, seed: UInt64(seed))
      let whole = noise.indices.map { week in
        let angle = 2 * Double.pi * Double(week) / 52
        return 60 + 8 * sin(angle) + 4 * cos(2 * angle) + noise[week]
      }
      with += try error(whole, 26, [52])
      without += try error(whole, 26, [])
    }
    #expect(with < 0.6 * without, "\(with) with, \(without) without")
  }

  @Test("A week and a year are drawn together, the year by harmonics")
  func year() throws {
    let noise = SimulatedProcess(1, 0, 0, ar: [0.4]).series(900, seed: 9)
    let week = [3.0, 1, -2, -1, 0, 4, -5]
    let whole = noise.indices.map { day in
      60 + 10 * sin(2 * Double.pi * Double(day) / 365) + week[day % 7] + noise[day]
    }
    let model = try ArimaModel.fit(
      Array(whole.dropLast(90)), settings: .init(seasons: [7, 365]))
    #expect(model.season == 7)
    #expect(model.title.contains("harmonics of 365"))
    let with = try error(whole, 90, [365, 7])
    let without = try error(whole, 90, [7])
    #expect(with < 0.9 * without)
    #expect(with < 1.6)
    let read = try ArimaModel(packed: model.packed())
    #expect(try read.forecast(horizon: 9) == model.forecast(horizon: 9))
  }
}
