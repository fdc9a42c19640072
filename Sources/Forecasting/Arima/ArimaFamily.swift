internal import Arima
import Packing

/// Seasonal ARIMA with regressors: a search over orders, the best of which are averaged.
struct ArimaFamily: ModelFamily {
  /// Beyond this share of days without demand an ARIMA is a mean at best.
  static let mostZeros = 0.8
  /// Beyond this share it hardly ever wins against others and takes most of their time.
  static let mostZerosInCompetition = 0.3
  private static let fewestPoints = 3

  let name = ModelName.arima

  func fit(
    _ history: History, settings: FitSettings, start: (any FittedModel)?
  ) throws(Refusal) -> any FittedModel {
    guard history.observedCount >= Self.fewestPoints else {
      throw .tooFewPoints(has: history.observedCount, needs: Self.fewestPoints)
    }
    // What was tried once is not refused for the few days that its refit sees beside.
    let isFirstTrial = settings.isCompetition && start == nil
    let mostZeros = isFirstTrial ? Self.mostZerosInCompetition : Self.mostZeros
    guard history.zeroShare <= mostZeros else {
      throw .intermittentDemand(zeroPercent: Int((100 * history.zeroShare).rounded()))
    }
    let asked = settings.arima.settings(
      season: history.season, longSeasons: settings.longSeasons)
    let units = history.units
    // What was tried on the earlier part is kept to: another choice is another model.
    let earlier = start as? ArimaFitted
    let names = earlier?.model.regressorNames ?? EventChoice.events(for: history).map(\.name)
    let regressors = Self.regressors(history, events: names)
    if let earlier,
      let again = try? earlier.model.refitted(
        on: units, regressors: regressors, settings: asked)
    {
      return ArimaFitted(again, after: history)
    }
    do {
      let model = try ArimaModel.fit(units, regressors: regressors, settings: asked)
      return ArimaFitted(model, after: history)
    } catch { throw Self.refusal(error) }
  }

  /// What the model is given: all that is known beside the demand, and of the events these.
  private static func regressors(_ history: History, events: [String]) -> [Regressor] {
    let given = history.regressors.map { given in
      Regressor(name: given.name, values: Array(given.values.prefix(history.count)))
    }
    return given
      + events.filter { history.readsEvent($0) }.map { name in
        Regressor(name: name, values: history.column(name, at: history.count))
      }
  }

  private static func refusal(_ error: ArimaError) -> Refusal {
    if case .tooFewPoints(let has, let needs) = error {
      return .tooFewPoints(has: has, needs: needs)
    }
    return .unfit(error.description)
  }

  func unpack(_ reader: inout ByteReader) throws(PackingError) -> any FittedModel {
    try ArimaFitted(from: &reader)
  }
}
