import Packing
import Testing

@testable import Forecasting

/// Who is chosen when models of known quality compete.
@Suite struct SelectorTests {
  /// A model that says the same of every day.
  private struct Constant: FittedModel, ModelFamily {
    var name: ModelName
    var units: Double

    var summary: String { "always \(units)" }
    var isSmooth: Bool { true }

    func fit(
      _ history: History, settings: FitSettings, start: (any FittedModel)?
    ) throws(Refusal) -> any FittedModel { self }

    func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
      origins.map { _ in
        Path(
          mean: Array(repeating: units / history.scale, count: horizon), independentVariance: 0.01)
      }
    }

    func pack(into writer: inout ByteWriter) {}
    func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel { self }
  }

  /// Who wins on demand of 100 a day.
  private func winner(lstm: Double, smoothing: Double, arima: Double) -> ModelName {
    let names: [ModelName] = [.lstm, .smoothing, .arima, .blend]
    let registry = ModelRegistry([
      Constant(name: .lstm, units: lstm), Constant(name: .smoothing, units: smoothing),
      Constant(name: .arima, units: arima), BlendFamily(),
    ])
    let history = History(Array(repeating: 100, count: 120), season: 7)
    let settings = FitSettings(season: 7, horizon: 14, candidates: names)
    return Selector(registry: registry)
      .choose(history, settings: settings, shape: Shape(history)).name
  }

  @Test func `A blend stands for its better part`() {
    #expect(winner(lstm: 150, smoothing: 103, arima: 103) == .blend)
  }

  @Test func `A blend beats a model that leads its parts by a fifth or not at all`() {
    #expect(winner(lstm: 101, smoothing: 103, arima: 103) == .lstm)
    #expect(winner(lstm: 103, smoothing: 103.2, arima: 103) == .lstm)
    #expect(winner(lstm: 103, smoothing: 103, arima: 97.2) == .blend)
  }

  @Test func `One that comes later must be better by a fifth`() {
    #expect(winner(lstm: 110, smoothing: 109, arima: 130) == .lstm)
    #expect(winner(lstm: 110, smoothing: 107, arima: 130) == .smoothing)
  }
}
