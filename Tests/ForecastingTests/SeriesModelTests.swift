import Arima
import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

@Suite struct SeriesModelTests {
  /// Every history that could trip a fit.
  static let edges: [(name: String, y: [Double])] = {
    var process = Simulated(seed: 11)
    let weekly = process.weekly(days: 84)
    var outlier = weekly
    outlier[40] = 1e9
    var late = weekly
    late[83] = 1e9
    var gaps = weekly
    for day in stride(from: 3, to: 84, by: 4) { gaps[day] = .nan }
    var wild = weekly
    wild[5] = -3
    wild[6] = .infinity
    wild[7] = -.infinity
    wild[8] = 1e300
    return [
      ("empty", []), ("one", [5]), ("one zero", [0]), ("two", [1, 2]), ("three", [0, 2, 0]),
      ("constant", [Double](repeating: 7, count: 100)),
      ("short constant", [Double](repeating: 7, count: 9)),
      ("zero", [Double](repeating: 0, count: 100)),
      ("missing", [Double](repeating: .nan, count: 100)),
      ("infinite", [Double](repeating: .infinity, count: 30)),
      ("negative", [Double](repeating: -1, count: 30)),
      ("short of two seasons", Array(weekly[..<13])), ("two seasons", Array(weekly[..<14])),
      ("outlier", outlier), ("outlier at the end", late), ("gaps", gaps), ("wild", wild),
      ("large", weekly.map { $0 * 1e12 }), ("small", weekly.map { $0 * 1e-12 }),
      ("huge", weekly.map { $0 * 1e97 }), ("tiny", weekly.map { $0 * 1e-300 }),
      ("one sale", [Double](repeating: 0, count: 99) + [4]),
      ("first sale long ago", [4] + [Double](repeating: 0, count: 99)),
      ("missing at the end", weekly + [Double](repeating: .nan, count: 40)),
      ("declining", (0..<90).map { max(0, 100 - 1.5 * Double($0)) }),
      ("exploding", (0..<90).map { Double(1 << min(60, $0)) }),
      ("last only", [Double](repeating: .nan, count: 50) + [3]),
    ]
  }()

  static let names = ModelName.allCases

  @Test func noHistoryTripsAnyModel() {
    for edge in Self.edges {
      for candidates in [Self.names, []] + Self.names.dropFirst(2).map({ [$0] }) {
        for season in candidates.count > 1 ? [7, 24] : [7] {
          let settings = FitSettings(season: season, horizon: 28, candidates: candidates)
          let model = SeriesModel.fit(edge.y, settings: settings)
          let problem = fault(in: model.forecast(edge.y, horizon: 30), horizon: 30)
          #expect(problem == nil, "\(edge.name), \(candidates), season \(season)")
          #expect(!model.reason.isEmpty)
        }
      }
    }
  }

  @Test func aConstantSeriesIsForecastExactly() {
    let y = [Double](repeating: 7, count: 100)
    let forecast = SeriesModel.fit(y).forecast(y, horizon: 14)
    #expect(forecast.mean.allSatisfy { abs($0 - 7) < 1e-6 })
    #expect(forecast.quantiles.allSatisfy { abs($0 - 7) < 1e-3 })
  }

  @Test func nothingSoldIsForecastAsNothing() {
    let y = [Double](repeating: 0, count: 100)
    let forecast = SeriesModel.fit(y).forecast(y, horizon: 14)
    #expect(forecast.quantiles.allSatisfy { $0 == 0 })
    #expect(forecast.cumulative.allSatisfy { $0 == 0 })
  }

  @Test func daysMissingAtTheEndDoNotEmptyTheForecast() {
    var process = Simulated(seed: 29)
    let y = process.counts(days: 150) + [Double](repeating: .nan, count: 80)
    for name in Self.names {
      let model = SeriesModel.fit(y, settings: FitSettings(candidates: [name]))
      #expect((3...8).contains(model.forecast(y, horizon: 7).meanDemand(days: 7) / 7), "\(name)")
    }
  }

  @Test func theUnitOfDemandDoesNotMatter() {
    var process = Simulated(seed: 21)
    let y = process.weekly(days: 150)
    let scaled = y.map { $0 * 0x1p40 }
    let one = SeriesModel.fit(y).forecast(y, horizon: 14)
    let other = SeriesModel.fit(scaled).forecast(scaled, horizon: 14)
    #expect(other.mean == one.mean.map { $0 * 0x1p40 })
  }

  @Test func theSameHistoryGivesTheSameBits() {
    var process = Simulated(seed: 22)
    let y = process.counts(days: 200)
    let first = SeriesModel.fit(y)
    _ = SeriesModel.fit(process.weekly(days: 90))
    let second = SeriesModel.fit(y)
    #expect(first.packed() == second.packed())
    #expect(first.forecast(y, horizon: 28) == second.forecast(y, horizon: 28))
  }

  @Test func sparseDemandHasAMedianOfZeroAndAMeanAbove() {
    var process = Simulated(seed: 23)
    let y = process.sparse(days: 400)
    let forecast = SeriesModel.fit(y).forecast(y, horizon: 28)
    let middle = Quantiles.levels.firstIndex(of: 0.5) ?? 0
    #expect((0..<28).allSatisfy { forecast.quantile(day: $0, level: middle) == 0 })
    #expect(abs(forecast.mean[0] - 0.5) < 0.2)
  }

  @Test func newDaysMoveTheForecastWithoutAFit() {
    var process = Simulated(seed: 24)
    let y = process.counts(days: 200)
    let model = SeriesModel.fit(y)
    let before = model.forecast(y, horizon: 7).meanDemand(days: 7)
    let after = model.forecast(y + y[193...].map { $0 + 20 }, horizon: 7).meanDemand(days: 7)
    #expect(after > before)
  }

  @Test func aModelThatIsAskedForByNameIsTaken() {
    var process = Simulated(seed: 25)
    let sparse = process.sparse(days: 300)
    let regular = process.counts(days: 300)
    for name in Self.names {
      let y = [.arima, .blend].contains(name) ? regular : sparse
      #expect(SeriesModel.fit(y, settings: Self.alone(name)).name == name)
    }
  }

  @Test func aRefusedModelFallsBackAndSaysWhy() {
    let y = [Double](repeating: 3, count: 100)
    let model = SeriesModel.fit(y, settings: FitSettings(candidates: [.croston]))
    #expect(model.name == .fallback)
    #expect(model.candidates.first?.outcome == .refused(.regularDemand(zeroPercent: 0)))
    #expect(model.reason.contains("demand is regular"))
  }

  @Test func quantilesAtTheRecordsLevelsAreTheRecords() {
    var process = Simulated(seed: 26)
    let y = process.counts(days: 150)
    let model = SeriesModel.fit(y)
    let quantiles = model.quantiles(y, horizon: 10, levels: Quantiles.levels)
    #expect(quantiles == model.forecast(y, horizon: 10).quantiles)
  }

  @Test func packedModelsForecastTheSame() throws {
    for edge in Self.edges {
      for name in Self.names {
        let model = SeriesModel.fit(edge.y, settings: Self.alone(name))
        let copy = try SeriesModel(packed: model.packed(), networks: [Self.network])
        #expect(copy.packed() == model.packed())
        #expect(copy.forecast(edge.y, horizon: 9) == model.forecast(edge.y, horizon: 9))
        #expect(copy.reason == model.reason)
      }
    }
  }

  /// An ARIMA takes 1 KB where its filters are steady and 2 KB where not; what all models carry
  /// takes up to 300 bytes, smoothing with a week 100.
  @Test func aPackedModelIsSmall() {
    var process = Simulated(seed: 27)
    for y in [process.weekly(days: 300), process.counts(days: 300), process.sparse(days: 300)] {
      let others = Self.names.filter { $0 != .arima && $0 != .blend }
      #expect(SeriesModel.fit(y, settings: FitSettings(candidates: others)).packed().count < 400)
      for (names, smoothing) in [([.arima], 0), ([.blend], 100), (Self.names, 100)] {
        let model = SeriesModel.fit(y, settings: FitSettings(candidates: names))
        let arima = (model.model as? BlendModel)?.arima ?? model.model
        let isSteady = (arima as? ArimaFitted)?.model.isSteady ?? true
        let limit = (isSteady ? 1_024 : 2_048) + 300 + smoothing
        #expect(model.packed().count <= limit, "\(model.summary)")
      }
    }
  }

  @Test func hostileBytesAreRefusedOrHarmless() {
    var process = Simulated(seed: 28)
    var generator = SplitMix64(seed: 28)
    let sparse = process.sparse(days: 100)
    let regular = process.counts(days: 100)
    for name in Self.names {
      let y = [.arima, .blend].contains(name) ? regular : sparse
      let bytes = SeriesModel.fit(y, settings: Self.alone(name)).packed()
      for length in 0..<bytes.count {
        #expect(throws: PackingError.self) { try SeriesModel(packed: Array(bytes[..<length])) }
      }
      for _ in 0..<400 {
        var damaged = bytes
        damaged[Int(generator.next() % UInt64(bytes.count))] = UInt8(generator.next() & 0xFF)
        let model = try? SeriesModel(packed: damaged, networks: [Self.network])
        guard let model else { continue }
        #expect(fault(in: model.forecast(y, horizon: 14), horizon: 14) == nil)
      }
    }
  }

  /// A network for those that need one.
  private static let network: SharedNetwork = {
    var process = Simulated(seed: 29)
    let inputs = (0..<12).map { _ in SeriesInput(values: process.counts(days: 300)) }
    return SharedNetwork.learned(from: inputs, settings: FitSettings(season: 7, horizon: 28))
  }()

  private static func alone(_ name: ModelName) -> FitSettings {
    FitSettings(season: 7, horizon: 28, candidates: [name], network: network)
  }

  /// What is wrong with a forecast, if anything.
  private func fault(in forecast: Forecast, horizon: Int) -> String? {
    guard forecast.horizon == horizon else { return "horizon" }
    let all = forecast.mean + forecast.quantiles + forecast.cumulative
    guard all.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return "range" }
    let width = Quantiles.levels.count
    for values in [forecast.quantiles, forecast.cumulative] {
      for first in stride(from: 0, to: values.count, by: width) {
        let row = values[first..<(first + width)]
        if zip(row, row.dropFirst()).contains(where: { $0 > $1 }) { return "order" }
      }
    }
    return nil
  }
}
