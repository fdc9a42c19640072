public import Demand

/// A series' own model: what was chosen, how well it did, and all that a forecast needs besides the
/// history. It never fails: where no model takes the series, it is the fallback, and says so.
public struct SeriesModel: Sendable {
  /// The model that forecasts.
  public let name: ModelName
  /// The number of points in a season; 1 for none.
  public let season: Int
  /// Every model that was tried, in the order of preference.
  public let candidates: [Candidate]
  /// The backtest of the model, in additive form; empty where the history was too short for one.
  public let backtest: AccuracySum
  let scale: Double
  let shape: Shape
  let calibration: Calibration
  let model: any FittedModel
  /// What the fit was asked for, to be told from what it is asked for now.
  let asked: UInt64
  /// What became of the model when days came after its fit.
  public let renewal: Renewal

  /// Fits `y`: demand by day. What is not demand (NaN, infinite, negative) counts as missing.
  public static func fit(
    _ y: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext(),
    settings: FitSettings = FitSettings()
  ) -> SeriesModel {
    let input = SeriesInput(values: y, regressors: regressors, context: context)
    return fit([input], settings: settings)[0]
  }

  /// Fits some series, each as if it were alone: those that learn networks of their own do so side
  /// by side.
  public static func fit(_ inputs: [SeriesInput], settings: FitSettings) -> [SeriesModel] {
    guard settings.recurrent.sharing != .none else {
      return inputs.map { fit($0, settings: settings.withoutSharing($0)) }
    }
    return zip(inputs, OwnTuning.learned(inputs, settings: settings)).map {
      fit($0, settings: settings, tuning: $1)
    }
  }

  /// Fits a series; `tuning` is what its own network was taught, where that was done before.
  static func fit(
    _ input: SeriesInput, settings: FitSettings, tuning: OwnTuning? = nil
  ) -> SeriesModel {
    let season = FitSettings(season: settings.season).season
    let history = input.history(season: season)
    let shape = Shape(history)
    let registry = ModelRegistry(network: settings.network, tuning: tuning)
    let choice = Selector(registry: registry).choose(history, settings: settings, shape: shape)
    return SeriesModel(
      choice, season: season, scale: history.scale, shape: shape,
      asked: settings.digest(input))
  }

  private init(
    _ choice: Selector.Choice, season: Int, scale: Double, shape: Shape, asked: UInt64
  ) {
    name = choice.name
    model = choice.model
    calibration = choice.calibration
    backtest = choice.accuracy
    candidates = choice.candidates
    self.season = season
    self.scale = scale
    self.shape = choice.model.isSmooth ? shape : .normal
    self.asked = asked
    renewal = .fitted
  }

  /// `earlier` with another state of its model.
  init(_ earlier: SeriesModel, model: any FittedModel, renewal: Renewal) {
    name = earlier.name
    season = earlier.season
    candidates = earlier.candidates
    backtest = earlier.backtest
    scale = earlier.scale
    shape = earlier.shape
    calibration = earlier.calibration
    asked = earlier.asked
    self.model = model
    self.renewal = renewal
  }

  /// The accuracy of the backtest; nil where the history was too short for one.
  public var accuracy: Accuracy? { backtest.accuracy }

  /// The model and its parameters in words.
  public var summary: String { "\(name): \(model.summary)" }

  /// What an ARIMA model rests on; nil where another model was chosen.
  public var details: ArimaDetails? { model.details }

  /// What a network of a series rests on; nil where another model was chosen.
  public var recurrent: RecurrentDetails? { model.recurrent }

  /// Whether it was read without the shared network that it refers to, so that it forecasts by
  /// the recent mean.
  public var isWithoutNetwork: Bool { model.isWithoutNetwork }

  /// Why this model, in words.
  public var reason: String {
    let others = candidates.filter { $0.name != name }.map(\.description)
    guard let own = candidates.first(where: { $0.name == name }) else {
      return "no model takes the series: " + others.joined(separator: "; ")
    }
    let against = others.isEmpty ? "" : " (\(others.joined(separator: "; ")))"
    let isLeast = candidates.allSatisfy { $0.score ?? .infinity >= own.score ?? 0 }
    return switch own.outcome {
    case .scored where isLeast: "best in the backtest: \(own.description)\(against)"
    case .scored:
      "\(own.description) in the backtest, and none is better by a fifth\(against)"
    case .untested: "the history is too short for a backtest; \(name) takes it\(against)"
    case .refused: "no model takes the series\(against)"
    }
  }

  /// Forecasts the days after `y`, which starts on the day that the fitted history started on and
  /// may have grown since: new days are filtered, nothing is fitted again. `horizon` is brought
  /// into 0...`Forecast.maximumHorizon`.
  public func forecast(
    _ y: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext(),
    horizon: Int
  ) -> Forecast {
    forecast(SeriesInput(values: y, regressors: regressors, context: context), horizon: horizon)
  }

  /// The same of a series with what is known beside it.
  public func forecast(_ input: SeriesInput, horizon: Int) -> Forecast {
    outlook(input, horizon: horizon).forecast
  }

  /// Daily quantiles at `levels` (0 < level < 1, ascending), by day.
  public func quantiles(
    _ y: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext(),
    horizon: Int, levels: [Double]
  ) -> [Double] {
    let input = SeriesInput(values: y, regressors: regressors, context: context)
    return quantiles(input, horizon: horizon, levels: levels)
  }

  /// The same of a series with what is known beside it.
  public func quantiles(_ input: SeriesInput, horizon: Int, levels: [Double]) -> [Double] {
    precondition(levels.allSatisfy { $0 > 0 && $0 < 1 }, "levels lie between 0 and 1")
    precondition(zip(levels, levels.dropFirst()).allSatisfy { $0 <= $1 }, "levels ascend")
    return outlook(input, horizon: horizon).quantiles(levels: levels)
  }

  /// `paths` courses of the days after `y` drawn at random, one after another, as the model has
  /// them, without the backtest's correction of its spread; nil where the model has none of its
  /// own.
  public func simulate(
    _ y: [Double], regressors: [SeriesRegressor] = [], context: SeriesContext = SeriesContext(),
    horizon: Int, paths: Int, seed: UInt64
  ) -> [Double]? {
    let days = max(0, min(horizon, Forecast.maximumHorizon))
    let history = History(
      y, season: season, scale: scale, regressors: regressors, context: context)
    return model.drawnPaths(history, horizon: days, count: max(0, paths), seed: seed)
  }

  func outlook(_ input: SeriesInput, horizon: Int) -> Outlook {
    let days = max(0, min(horizon, Forecast.maximumHorizon))
    let history = input.history(season: season, scale: scale)
    let paths = model.paths(history, origins: [history.count], horizon: days)
    let path = paths.first ?? Path(mean: [], independentVariance: 0)
    return Outlook(calibration.apply(path), scale: scale, shape: shape)
  }
}
