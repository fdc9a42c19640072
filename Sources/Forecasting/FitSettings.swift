/// What a fit is asked for.
public struct FitSettings: Equatable, Sendable {
  /// The longest season that a fit accepts; a longer one is taken as none.
  public static let maximumSeason = 366

  /// The number of points in a season; 1 for none.
  public var season: Int
  /// How far the forecasts of interest reach; the backtest measures up to there.
  public var horizon: Int
  /// The models to choose from. One name means that model, and the fallback where it refuses.
  public var candidates: [ModelName]
  /// Whether one model is to be chosen of several; the fallback does not compete.
  var isCompetition: Bool { Set(candidates).subtracting([.fallback]).count > 1 }
  /// The seed of whatever is random in a fit; it comes from the SKU, never from the clock.
  public var seed: UInt64
  /// Further, longer seasons, for models that can draw more than one.
  public var longSeasons: [Int]
  /// How ARIMA models are found.
  public var arima: ArimaOptions

  /// Makes settings; season and horizon are brought into range.
  public init(
    season: Int = 7, horizon: Int = 28, candidates: [ModelName] = ModelName.allCases,
    seed: UInt64 = 0, longSeasons: [Int] = [], arima: ArimaOptions = ArimaOptions()
  ) {
    self.season = (1...Self.maximumSeason).contains(season) ? season : 1
    self.horizon = max(1, horizon)
    self.candidates = candidates
    self.seed = seed
    self.longSeasons = longSeasons
    self.arima = arima
  }
}
