import Demand
import Packing
import Testing

@testable import Forecasting

@Suite("Blends of smoothing and ARIMA")
struct BlendTests {
  private let both = FitSettings(
    season: 7, horizon: 14, candidates: [.smoothing, .arima, .blend])
  private let alone = FitSettings(season: 7, horizon: 14, candidates: [.blend])
  private let y: [Double]
  /// `y` and four days more.
  private let grown: [Double]

  init() {
    var process = Simulated(seed: 91)
    grown = process.weekly(days: 214)
    y = Array(grown[..<210])
  }

  private func outcome(of name: ModelName, in model: SeriesModel) -> Candidate.Outcome? {
    model.candidates.first { $0.name == name }?.outcome
  }

  @Test("is taken where its parts do about as well, and stands among the candidates")
  func chosen() throws {
    let model = SeriesModel.fit(y, settings: both)
    #expect(model.name == .blend)
    #expect(model.candidates.map(\.name) == [.smoothing, .arima, .blend])
    let scores = model.candidates.compactMap(\.score)
    try #require(scores.count == 3)
    #expect(max(scores[0], scores[1]) <= 1.25 * min(scores[0], scores[1]))
    #expect(scores[2] <= (scores[0] + scores[1]) / 2 * (1 + 1e-9))
    #expect(model.summary.hasPrefix("blend: mean of ets: ETS("))
    #expect(model.summary.contains(" and arima: "))
    #expect(model.details?.coefficients.isEmpty == false)
  }

  @Test("forecasts the mean of what its parts forecast, and spreads as far as they lie apart")
  func mean() throws {
    let blend = try #require(SeriesModel.fit(y, settings: both).model as? BlendModel)
    let history = History(y, season: 7)
    let origins = [180, 210]
    let paths = blend.paths(history, origins: origins, horizon: 14)
    let some = blend.smoothing.paths(history, origins: origins, horizon: 14)
    let others = blend.arima.paths(history, origins: origins, horizon: 14)
    try #require(paths.count == 2)
    for (path, (one, other)) in zip(paths, zip(some, others)) {
      for day in 0..<14 {
        #expect(abs(path.mean[day] - (one.mean[day] + other.mean[day]) / 2) < 1e-12)
        #expect(path.variance[day] >= min(one.variance[day], other.variance[day]))
      }
    }
  }

  @Test("of two certain halves has the spread of their disagreement alone")
  func disagreement() {
    let low = Path(mean: [1, 1, -3], independentVariance: 0)
    let high = Path(mean: [3, 3, 2], independentVariance: 0)
    let path = BlendModel.mean([low], [high])[0]
    #expect(path.mean == [2, 2, 1])
    #expect(path.variance == [1, 1, 1])
    #expect(path.cumulativeVariance == [1, 4, 9])
  }

  @Test("is not taken where one part errs much more than the other, and says so")
  func unequalParts() {
    // Smoothing cannot know what a regressor explains.
    let promotion = y.indices.map { ($0 * 7_919) % 11 < 2 ? 1.0 : 0 }
    let lifted = zip(y, promotion).map { $0 + 100 * $1 }
    let regressor = SeriesRegressor(name: "promotion", values: promotion, beyond: .known)
    let model = SeriesModel.fit(lifted, regressors: [regressor], settings: both)
    #expect(model.name == .arima)
    guard case .refused(.unequalParts(let percent)) = outcome(of: .blend, in: model) else {
      Issue.record("\(model.candidates)")
      return
    }
    #expect(percent > 25)
    #expect(
      model.reason.contains("blend refused: one of its parts errs by \(percent) % more than"))
  }

  @Test("is not taken where over a tenth of the days are without demand")
  func daysOfNothing() {
    let closed = y.enumerated().map { $0 % 7 == 3 ? 0 : $1 }
    let model = SeriesModel.fit(closed, settings: both)
    #expect([.smoothing, .arima].contains(model.name))
    #expect(outcome(of: .blend, in: model) == .refused(.intermittentDemand(zeroPercent: 14)))
  }

  @Test("is not taken of a short history")
  func shortHistory() {
    let model = SeriesModel.fit(Array(y[..<23]), settings: both)
    #expect(outcome(of: .blend, in: model) == .refused(.tooFewPoints(has: 23, needs: 24)))
  }

  @Test("is not made where it is not among the models asked for")
  func notAsked() {
    var settings = both
    settings.candidates = [.smoothing, .arima]
    let model = SeriesModel.fit(y, settings: settings)
    #expect(model.candidates.map(\.name) == [.smoothing, .arima])
  }

  @Test("by its name alone is the same model, and packs")
  func byName() throws {
    let model = SeriesModel.fit(y, settings: alone)
    #expect(model.name == .blend)
    #expect(model.candidates.map(\.name) == [.blend])
    let competed = SeriesModel.fit(y, settings: both)
    #expect(model.forecast(y, horizon: 14) == competed.forecast(y, horizon: 14))
    let copy = try SeriesModel(packed: model.packed())
    #expect(copy.packed() == model.packed())
    #expect(copy.summary == model.summary)
    #expect(copy.details == model.details)
    #expect(copy.forecast(y, horizon: 14) == model.forecast(y, horizon: 14))
  }

  @Test("by its name refuses where a part does, for the part's reason")
  func refusal() throws {
    var process = Simulated(seed: 92)
    let sparse = process.sparse(days: 300, probability: 0.1)
    let model = SeriesModel.fit(sparse, settings: alone)
    #expect(model.name == .fallback)
    #expect(model.reason.contains("blend refused: demand is intermittent: "))
    let brief = SeriesModel.fit([5, 6, 7], settings: alone)
    #expect(brief.reason.contains("blend refused: 3 observed days, at least 4 needed"))
    for model in [model, brief] {
      #expect(try SeriesModel(packed: model.packed()).reason == model.reason)
    }
  }

  @Test("is kept over new days as its ARIMA is, and fitted again when its past was corrected")
  func renewal() throws {
    let model = SeriesModel.fit(y, settings: both)
    try #require(model.name == .blend)
    let (later, outcome) = model.renewed(grown, settings: both)
    #expect(outcome == .kept(newDays: 4))
    #expect(later.name == .blend)
    #expect(later.details?.daysSinceFit == 4)
    #expect(later.summary == model.summary)
    let forecast = later.forecast(grown, horizon: 14)
    #expect(forecast == model.forecast(grown, horizon: 14))
    #expect(try SeriesModel(packed: later.packed()).forecast(grown, horizon: 14) == forecast)
    var corrected = grown
    corrected[20] += 1
    #expect(
      later.renewed(corrected, settings: both).outcome == .refitted("the past was corrected"))
  }

  @Test("an ARIMA that competes is not tried on demand of many days of nothing, alone it is")
  func gate() {
    var process = Simulated(seed: 93)
    let sparse = process.sparse(days: 300, probability: 0.5)
    let competing = SeriesModel.fit(sparse, settings: both)
    guard case .refused(.intermittentDemand(let percent)) = outcome(of: .arima, in: competing)
    else {
      Issue.record("\(competing.candidates)")
      return
    }
    #expect((31...80).contains(percent))
    #expect(outcome(of: .blend, in: competing) == nil)
    #expect(SeriesModel.fit(sparse, settings: FitSettings(candidates: [.arima])).name == .arima)
    let beside = FitSettings(candidates: [.arima, .fallback])
    #expect(SeriesModel.fit(sparse, settings: beside).name == .arima)
  }
}
