import Glibc
import TestSupport
import Testing

@testable import Arima

@Suite("ARIMA models of series of chance")
struct ArimaChanceTests {
  /// A series, settings and regressors that no one would think of.
  private struct Case {
    var values: [Double] = []
    var settings = ArimaSettings()
    var regressors: [Regressor] = []

    init(seed: UInt64) {
      var models = RandomModels(seed: seed)
      let count = models.within(0...3) == 0 ? models.within(3...20) : models.within(15...150)
      values = Self.series(count, &models)
      if models.within(0...2) == 0 {
        let share = models.random.uniform()
        for day in values.indices where models.random.uniform() < share { values[day] = .nan }
      }
      if models.within(0...5) == 0 {
        let factor = exp(200 * (models.random.uniform() - 0.5))
        for day in values.indices { values[day] *= factor }
      }
      settings.seasons = [[], [7], [12], [4], [2], [7, 30], [24], [30]][models.within(0...7)]
      settings.power =
        [
          .none, .none, .none, .automatic, .lambda(0), .lambda(-1), .lambda(2), .lambda(0.3),
        ][models.within(0...7)]
      if models.within(0...9) == 0 { settings.search = .exhaustive }
      if models.within(0...5) == 0 {
        var order = models.order(season: [1, 1, 4, 7, 12][models.within(0...4)])
        order.d = models.within(0...2)
        if order.season > 1 { order.seasonalD = models.within(0...1) }
        settings.search = .order(order, hasConstant: models.within(0...1) == 0)
      }
      for index in 0..<max(0, models.within(-4...3)) {
        let column = Self.series(count + 20, &models)
        regressors.append(Regressor(name: "r\(index)", values: column))
      }
    }

    private static func series(_ count: Int, _ models: inout RandomModels) -> [Double] {
      let noise = models.noise(count)
      let kind = models.within(0...7)
      let level = 10 * models.random.uniform()
      return noise.indices.map { day in
        switch kind {
        case 0: noise[day] + level
        case 1: max(0, (level + 2 * noise[day]).rounded())
        case 2: noise[day] > 1.5 ? level.rounded(.up) : 0
        case 3: exp(level + noise[day])
        case 4: level * Double(day) + noise[day]
        case 5: noise[...day].reduce(0, +)
        case 6: level + Double(day % 7) + 0.1 * noise[day]
        default: day < count / 2 ? level : level + 20 + noise[day]
        }
      }
    }
  }

  @Test("Each is a model whose forecasts are numbers, or an error that says why", arguments: 0..<8)
  func defined(part: Int) throws {
    var fitted = 0
    for number in 0..<60 {
      let seed = UInt64(1_000 * part + number)
      let given = Case(seed: seed)
      let model: ArimaModel
      do {
        model = try ArimaModel.fit(
          given.values, regressors: given.regressors, settings: given.settings)
      } catch {
        #expect(!error.description.isEmpty)
        continue
      }
      fitted += 1
      let forecast = try model.forecast(horizon: 8, regressors: given.regressors)
      #expect(
        forecast.mean.allSatisfy { $0.isFinite },
        "seed \(seed): \(model.title) lambda \(model.lambda ?? 1)")
      #expect(forecast.variance.allSatisfy { $0 >= 0 && $0.isFinite }, "seed \(seed)")
      #expect(forecast.cumulativeVariance.allSatisfy { $0 >= 0 && $0.isFinite }, "seed \(seed)")
      let read = try ArimaModel(packed: model.packed())
      #expect(
        try read.forecast(horizon: 8, regressors: given.regressors) == forecast, "seed \(seed)")
      let drawn = try model.simulate(
        horizon: 4, paths: 10, seed: seed, regressors: given.regressors)
      #expect(
        drawn.allSatisfy { $0 >= 0 && $0.isFinite },
        "seed \(seed): \(model.title) lambda \(model.lambda ?? 1)")
      var updated = model
      try updated.update(
        with: [given.values[0], .nan, given.values[2]], regressors: given.regressors)
      #expect(try ArimaModel(packed: updated.packed()).packed() == updated.packed())
    }
    #expect(fitted > 30)
  }

  @Test("What comes after the fit, however large, leaves a model that can be stored")
  func wild() throws {
    for kind in 0..<8 {
      for factor in [1, 1e-90, 1e90] {
        let values = SimulatedProcess.usual(kind).series(100, seed: UInt64(kind))
        var model = try ArimaModel.fit(
          values.map { $0 * factor }, settings: .init(seasons: [7]))
        for new in [[1e100, -1e100], [1e99, .infinity, -1e98], [1e12, 0, 0]] {
          try model.update(with: new)
          let read = try ArimaModel(packed: model.packed())
          #expect(read.packed() == model.packed())
          #expect(try model.forecast(horizon: 3).mean.allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test("A flat series that moves calls for another fit")
  func flat() throws {
    var model = try ArimaModel.fit([Double](repeating: 5, count: 60))
    try model.update(with: [Double](repeating: 5, count: 10))
    #expect(model.callForRefit == nil)
    try model.update(with: [9, 9, 9, 9, 9])
    #expect(model.callForRefit != nil)
  }
}
