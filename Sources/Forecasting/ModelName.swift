/// The models that a series can be forecast by. The raw value is stored and never changes.
public enum ModelName: UInt8, CaseIterable, Sendable, CustomStringConvertible {
  /// The last season again.
  case seasonalNaive = 1
  /// Exponential smoothing with trend and season.
  case smoothing = 2
  /// Croston's sizes and intervals.
  case croston = 3
  /// Croston with the bias correction of Syntetos and Boylan.
  case sba = 4
  /// Sizes and probabilities, of Teunter, Syntetos and Babai.
  case tsb = 5
  /// The robust mean of recent weeks, which cannot fail.
  case fallback = 6
  /// Seasonal ARIMA with regressors, the best few orders averaged.
  case arima = 7
  /// The mean of smoothing and ARIMA.
  case blend = 8
  /// A network with memory, shared by the series of a run.
  case lstm = 9

  /// The name in settings and reports.
  public var description: String {
    switch self {
    case .seasonalNaive: "snaive"
    case .smoothing: "ets"
    case .croston: "croston"
    case .sba: "sba"
    case .tsb: "tsb"
    case .fallback: "fallback"
    case .arima: "arima"
    case .blend: "blend"
    case .lstm: "lstm"
    }
  }

  /// The model of this name, if there is one.
  public init?(_ name: String) {
    guard let found = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = found
  }
}
