import Arima
import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

@Suite("ARIMA among the models")
struct ArimaFamilyTests {
  private let arima = FitSettings(season: 7, horizon: 14, candidates: [.arima])

  private func fit(_ y: [Double], regressors: [SeriesRegressor] = []) -> SeriesModel {
    SeriesModel.fit(y, regressors: regressors, settings: arima)
  }

  /// A weekly series that a promotion lifts by 100.
  private func promoted(seed: UInt64, days: Int) -> (y: [Double], promotion: [Double]) {
    var process = Simulated(seed: seed)
    let promotion = (0..<days).map { ($0 * 7_919) % 11 < 2 ? 1.0 : 0 }
    return (zip(process.weekly(days: days), promotion).map { $0 + 100 * $1 }, promotion)
  }

  @Test("new days through the saved state are as good as a pass over everything")
  func stateAndPass() throws {
    var process = Simulated(seed: 61)
    let y = process.weekly(days: 230)
    let model = fit(Array(y[..<200]))
    try #require(model.name == .arima)
    let history = History(y, season: 7, scale: model.scale)
    let fitted = try #require(model.model as? ArimaFitted)
    #expect(fitted.hasSeen(history))
    let fresh = ArimaFitted(
      try fitted.model.filtered(over: history.units), after: history)
    let one = fitted.paths(history, origins: [230], horizon: 14)[0]
    let other = fresh.paths(history, origins: [230], horizon: 14)[0]
    for day in 0..<14 {
      #expect(abs(one.mean[day] - other.mean[day]) < 1e-6)
      #expect(abs(one.variance[day] / other.variance[day] - 1) < 1e-3)
    }
  }

  @Test("paths from earlier origins know nothing of later days")
  func earlierOrigins() throws {
    var process = Simulated(seed: 62)
    let y = process.weekly(days: 200)
    let fitted = try #require(fit(y).model as? ArimaFitted)
    let history = History(y, season: 7)
    let whole = fitted.paths(history, origins: [150, 160], horizon: 7)
    let cut = fitted.paths(history.prefix(160), origins: [150, 160], horizon: 7)
    for (one, other) in zip(whole, cut) { #expect(one.mean == other.mean) }
  }

  @Test("a corrected past changes the forecast without a fit")
  func correctedPast() throws {
    var process = Simulated(seed: 63)
    let y = process.weekly(days: 200)
    var settings = arima
    settings.arima.order = ArimaOptions.Order(0, 1, 1)
    let model = SeriesModel.fit(y, settings: settings)
    var corrected = y
    for day in 190..<200 { corrected[day] += 80 }
    let before = model.forecast(y, horizon: 7).meanDemand(days: 7)
    let after = model.forecast(corrected, horizon: 7).meanDemand(days: 7)
    #expect(after > before + 7)
  }

  @Test("a known future regressor moves the day that it is on, one that is not known does not")
  func knownFuture() throws {
    let (y, promotion) = promoted(seed: 64, days: 210)
    let past = Array(y[..<200])
    var future = Array(promotion[..<200]) + [Double](repeating: 0, count: 14)
    future[203] = 1
    func forecast(_ beyond: SeriesRegressor.Beyond) -> Forecast {
      let regressor = SeriesRegressor(name: "promotion", values: future, beyond: beyond)
      return fit(past, regressors: [regressor]).forecast(past, regressors: [regressor], horizon: 14)
    }
    let known = forecast(.known)
    let zero = forecast(.zero)
    #expect(abs(known.mean[3] - zero.mean[3] - 100) < 12)
    #expect(abs(known.mean[4] - zero.mean[4]) < 3)
  }

  @Test("a held regressor keeps its last value, known ones are held where they end")
  func heldValues() {
    let last = SeriesRegressor(name: "a", values: [1, 2, 3, 9], beyond: .last)
    #expect(last.known(at: 3, horizon: 2) == [1, 2, 3, 3, 3])
    let known = SeriesRegressor(name: "a", values: [1, .nan, 3, 9], beyond: .known)
    #expect(known.known(at: 3, horizon: 2) == [1, 1, 3, 9, 9])
    let zero = SeriesRegressor(name: "a", values: [1, 2], beyond: .zero)
    #expect(zero.known(at: 2, horizon: 2) == [1, 2, 0, 0])
  }

  @Test("demand with too few days of it is refused in words")
  func intermittent() {
    var process = Simulated(seed: 65)
    let model = fit(process.sparse(days: 300, probability: 0.1))
    #expect(model.name == .fallback)
    #expect(model.reason.contains("demand is intermittent"))
  }

  @Test("a regressor with a hole is refused in words, and the refusal survives packing")
  func hole() throws {
    let (y, promotion) = promoted(seed: 66, days: 100)
    var values = promotion
    values[50] = .nan
    let model = fit(
      y, regressors: [SeriesRegressor(name: "promotion", values: values, beyond: .zero)])
    #expect(model.name == .fallback)
    #expect(model.reason.contains("regressor \"promotion\": the value of day 51"))
    #expect(try SeriesModel(packed: model.packed()).reason == model.reason)
  }

  @Test("a regressor that says nothing is left out and named")
  func uselessRegressor() throws {
    let (y, _) = promoted(seed: 67, days: 100)
    let flat = [Double](repeating: 2, count: 100)
    let model = fit(y, regressors: [SeriesRegressor(name: "price", values: flat, beyond: .last)])
    #expect(model.name == .arima)
    #expect(model.summary.contains("price: is constant"))
    #expect(try #require(model.details).warnings == ["price: is constant"])
  }

  @Test("what it rests on comes from the packed bytes alone")
  func details() throws {
    let (y, promotion) = promoted(seed: 68, days: 200)
    let regressor = SeriesRegressor(name: "promotion", values: promotion, beyond: .zero)
    let model = fit(y, regressors: [regressor])
    let details = try #require(SeriesModel(packed: model.packed()).details)
    #expect(details == model.details)
    let lift = try #require(details.coefficients.first { $0.name == "promotion" })
    #expect(abs(lift.value - 100) < 5 * (try #require(lift.standardError)) + 1)
    #expect(details.shares.first?.title == details.title)
    #expect(abs(details.shares.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
    #expect(details.tried > 10)
  }

  @Test("an order that is asked for is taken as it is")
  func fixedOrder() {
    var process = Simulated(seed: 69)
    let y = process.weekly(days: 150)
    var settings = arima
    settings.arima.order = ArimaOptions.Order(1, 0, 1, seasonal: (0, 1, 1))
    let model = SeriesModel.fit(y, settings: settings)
    #expect(model.summary == "arima: ARIMA(1,0,1)(0,1,1)[7]")
  }

  @Test("a longer season is drawn beside the week")
  func longSeason() throws {
    var process = Simulated(seed: 70)
    let wave: [Double] = [0, 10, 20, 28, 34, 38, 40, 38, 34, 28, 20, 10]
    let y = process.weekly(days: 480).enumerated().map { day, value in
      value + 2 * wave[(day / 5) % 12]
    }
    var settings = arima
    settings.longSeasons = [60]
    let model = SeriesModel.fit(y, settings: settings)
    #expect(model.summary.contains("of 60"))
  }

  @Test("drawn paths have the mean of the forecast, and other models have none")
  func drawnPaths() throws {
    var process = Simulated(seed: 71)
    let y = process.weekly(days: 200)
    let model = fit(y)
    let paths = try #require(model.simulate(y, horizon: 7, paths: 2_000, seed: 3))
    #expect(paths.count == 14_000)
    #expect(paths == model.simulate(y, horizon: 7, paths: 2_000, seed: 3))
    let mean = model.forecast(y, horizon: 7).mean
    for day in 0..<7 {
      let drawn = stride(from: day, to: paths.count, by: 7).reduce(0) { $0 + paths[$1] } / 2_000
      #expect(abs(drawn - mean[day]) < 2)
    }
    let smoothing = SeriesModel.fit(y, settings: FitSettings(candidates: [.smoothing]))
    #expect(smoothing.simulate(y, horizon: 7, paths: 5, seed: 3) == nil)
  }

  @Test("a refit keeps orders and moves parameters little")
  func refit() throws {
    var process = Simulated(seed: 72)
    let y = process.weekly(days: 300)
    let family = ArimaFamily()
    let early = try family.fit(
      History(Array(y[..<250]), season: 7), settings: arima, start: nil)
    let later = try family.fit(History(y, season: 7), settings: arima, start: early)
    let titles = { (model: any FittedModel) in Set(model.details?.shares.map(\.title) ?? []) }
    #expect(titles(later).isSubset(of: titles(early)) && !titles(later).isEmpty)
    #expect(later.details?.tried == early.details?.tried)
  }
}
