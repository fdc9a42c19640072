import Demand
import Packing
import TestSupport
import Testing

@testable import Forecasting

@Suite("Renewal of models")
struct RenewalTests {
  private let arima = FitSettings(season: 7, horizon: 14, candidates: [.arima])
  private let y: [Double]
  private let model: SeriesModel

  init() {
    var process = Simulated(seed: 81)
    y = process.weekly(days: 260)
    model = SeriesModel.fit(Array(y[..<200]), settings: arima)
  }

  @Test("keeps a model that fits, day by day as all at once")
  func kept() throws {
    let (all, outcome) = model.renewed(Array(y[..<207]), settings: arima)
    #expect(outcome == .kept(newDays: 7))
    var byDay = model
    for day in 201...207 {
      (byDay, _) = byDay.renewed(Array(y[..<day]), settings: arima)
      byDay = try SeriesModel(packed: byDay.packed())
    }
    #expect(byDay.renewal == .kept(newDays: 1))
    let past = Array(y[..<207])
    #expect(byDay.forecast(past, horizon: 14) == all.forecast(past, horizon: 14))
    #expect(all.details?.daysSinceFit == 7)
    #expect(all.details?.coefficients == model.details?.coefficients)
  }

  @Test("a kept model forecasts what the earlier one forecasts of the longer history")
  func sameForecast() {
    let (later, _) = model.renewed(y, settings: arima)
    guard case .kept = later.renewal else { return }
    #expect(later.forecast(y, horizon: 14) == model.forecast(y, horizon: 14))
  }

  @Test("fits again when the level has moved, and says so")
  func drift() {
    var process = Simulated(seed: 82)
    let noise = (0..<320).map { _ in 100 + 5 * process.normal() }
    let steady = SeriesModel.fit(
      Array(noise[..<280]),
      settings: FitSettings(
        season: 7, horizon: 14, candidates: [.arima],
        arima: ArimaOptions(order: .init(0, 0, 0, hasConstant: true))))
    var settings = arima
    settings.arima.order = .init(0, 0, 0, hasConstant: true)
    let moved = Array(noise[..<280]) + noise[280...].map { $0 + 15 }
    let outcome = steady.renewed(moved, settings: settings).outcome
    #expect(outcome.description.hasPrefix("refitted: errors of the last "))
    #expect(outcome.description.hasSuffix("the level has moved"))
  }

  @Test("fits again when the past was corrected, or got shorter")
  func correctedPast() {
    var corrected = y
    corrected[20] += 1
    #expect(
      model.renewed(corrected, settings: arima).outcome == .refitted("the past was corrected"))
    let shorter = model.renewed(Array(y[..<150]), settings: arima).outcome
    #expect(shorter == .refitted("the history has become shorter"))
  }

  @Test("fits again when other models, another season or other regressors are asked for")
  func otherSettings() {
    var settings = arima
    settings.season = 5
    #expect(
      model.renewed(y, settings: settings).outcome
        == .refitted("the season is 5 now and was 7"))
    settings = arima
    settings.candidates = [.arima, .smoothing]
    let reason = "the models, their settings or the regressors are others now"
    #expect(model.renewed(y, settings: settings).outcome == .refitted(reason))
    let price = SeriesRegressor(name: "price", values: y.map { $0 / 7 }, beyond: .last)
    let outcome = model.renewed(y, regressors: [price], settings: arima).outcome
    #expect(outcome == .refitted(reason))
    settings = arima
    settings.horizon = 28
    settings.seed = 9
    #expect(model.renewed(Array(y[..<201]), settings: settings).outcome == .kept(newDays: 1))
  }

  @Test("fits models without a state again")
  func stateless() {
    let settings = FitSettings(season: 7, horizon: 14, candidates: [.smoothing])
    let model = SeriesModel.fit(Array(y[..<200]), settings: settings)
    let (later, outcome) = model.renewed(y, settings: settings)
    #expect(outcome == .refitted("the model keeps no state to go on from"))
    #expect(
      later.forecast(y, horizon: 7)
        == SeriesModel.fit(y, settings: settings)
        .forecast(y, horizon: 7))
  }

  @Test("the outcome is stored with the model")
  func stored() throws {
    var corrected = y
    corrected[20] += 1
    for later in [
      model, model.renewed(Array(y[..<203]), settings: arima).model,
      model.renewed(corrected, settings: arima).model,
    ] {
      #expect(try SeriesModel(packed: later.packed()).renewal == later.renewal)
    }
    #expect(Renewal.kept(newDays: 1).description == "kept: 1 new day")
  }
}
