import Packing

/// The mean of smoothing and ARIMA. Where both compete, it is made of their trials and costs no
/// fit.
struct BlendFamily: ModelFamily {
  /// Of demand with more days of nothing than this the halves see little but its mean, and the sum
  /// over many such series is the worse for it.
  private static let mostZeros = 0.1
  /// A half whose error is above that of the other by more than this factor only harms.
  private static let mostApart = 1.25
  /// With fewer observed days, what a backtest leaves is too short to fit an ARIMA to.
  private static let fewestDays = 24

  let name = ModelName.blend
  private let smoothing = SmoothingFamily()
  private let arima = ArimaFamily()

  /// Whether both of its parts are among `names`.
  func isOf(_ names: [ModelName]) -> Bool {
    names.contains(smoothing.name) && names.contains(arima.name)
  }

  /// Whether this is one of its parts.
  func isMade(of name: ModelName) -> Bool { name == smoothing.name || name == arima.name }

  /// Refuses where a half does.
  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    let earlier = start as? BlendModel
    return BlendModel(
      smoothing: try smoothing.fit(history, settings: settings, start: earlier?.smoothing),
      arima: try arima.fit(history, settings: settings, start: earlier?.arima))
  }

  /// Refuses histories, and errors of the halves in a backtest, in which a half alone does better.
  func check(_ history: History, errors: (Double, Double)) throws(Refusal) {
    guard history.observedCount >= Self.fewestDays else {
      throw .tooFewPoints(has: history.observedCount, needs: Self.fewestDays)
    }
    guard history.zeroShare <= Self.mostZeros else {
      throw .intermittentDemand(zeroPercent: Int((100 * history.zeroShare).rounded()))
    }
    let (least, most) = (min(errors.0, errors.1), max(errors.0, errors.1))
    guard most <= Self.mostApart * least else {
      let percent = least > 0 ? 100 * (most / least - 1) : .infinity
      throw .unequalParts(percent: Int(min(percent, 1e6).rounded()))
    }
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    BlendModel(
      smoothing: try smoothing.unpack(&reader), arima: try arima.unpack(&reader))
  }
}
