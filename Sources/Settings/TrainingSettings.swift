public import CommandLineArguments

/// Models that are tried for a SKU.
public enum TrainingModel: String, CaseIterable, ArgumentValue {
  /// The last season again.
  case snaive
  /// Exponential smoothing with trend and season.
  case ets
  /// Seasonal ARIMA with price and promotions, the best few orders averaged.
  case arima
  /// The mean of ets and arima.
  case blend
  /// Croston's sizes and intervals.
  case croston
  /// Croston with the bias correction of Syntetos and Boylan.
  case sba
  /// Sizes and probabilities, of Teunter, Syntetos and Babai.
  case tsb
  /// A network with memory that all series of a run share.
  case lstm
}

/// Training and forecasting.
public struct TrainingSettings: SettingsChapter, Equatable {
  /// Days after which demand repeats itself.
  public var season = 7
  /// Days to forecast.
  public var horizonDays = 112
  /// The models that compete for each SKU.
  public var models = TrainingModel.allCases
  /// Time after which a SKU's fit is ended and the SKU quarantined.
  public var itemDeadlineSeconds = 20.0
  /// Time after which learning the weights that all SKUs share is ended.
  public var teachDeadlineSeconds = 600.0

  static let settings: [Setting<Self>] = [
    Setting(
      "season", \.season, .within(1...366), unit: "days",
      "Days after which demand repeats itself; 1 is no season."),
    Setting(
      "horizonDays", \.horizonDays, .within(1...1_024), unit: "days",
      "Days to forecast."),
    Setting(
      "models", \.models, eachOf: .any,
      "Models that compete for each SKU in a backtest."),
    Setting(
      "itemDeadlineSeconds", \.itemDeadlineSeconds, .within(0.1...3_600), unit: "seconds",
      "Time for the fit of one SKU, after which it is quarantined and forecast by the fallback."),
    Setting(
      "teachDeadlineSeconds", \.teachDeadlineSeconds, .within(1...86_400), unit: "seconds",
      "Time for learning the weights that all SKUs share; a run that needs longer fails."),
  ]
}
