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
  /// Whether networks compete, and there is one that is worth it.
  var usesNetwork: Bool {
    guard candidates.contains(.lstm), let network, network.isUsable else { return false }
    return !isCompetition || network.isCompetitor
  }
  /// The seed of whatever is random in a fit; it comes from the SKU, never from the clock.
  public var seed: UInt64
  /// Further, longer seasons, for models that can draw more than one.
  public var longSeasons: [Int]
  /// How ARIMA models are found.
  public var arima: ArimaOptions
  /// Whether the fit is to be tried on days that come after its history.
  var isTrial = false
  /// How networks are made and taught.
  public var recurrent: RecurrentOptions
  /// The shared network of the run; nil where there is none.
  public var network: SharedNetwork?

  /// The same with a network that was taught on one series alone.
  func withoutSharing(_ input: SeriesInput) -> FitSettings {
    var settings = self
    if candidates.contains(.lstm) {
      settings.network = SharedNetwork.learned(from: [input], settings: self)
    }
    return settings
  }

  /// Makes settings; season and horizon are brought into range.
  public init(
    season: Int = 7, horizon: Int = 28, candidates: [ModelName] = ModelName.allCases,
    seed: UInt64 = 0, longSeasons: [Int] = [], arima: ArimaOptions = ArimaOptions(),
    recurrent: RecurrentOptions = RecurrentOptions(), network: SharedNetwork? = nil
  ) {
    self.season = (1...Self.maximumSeason).contains(season) ? season : 1
    self.horizon = max(1, horizon)
    self.candidates = candidates
    self.seed = seed
    self.longSeasons = longSeasons
    self.arima = arima
    self.recurrent = recurrent
    self.network = network
  }
}
