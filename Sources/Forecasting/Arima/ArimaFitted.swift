internal import Arima
import Packing

/// ARIMA models of a series with the state of their filters after the last day that they have seen,
/// so that a forecast needs no pass over the history.
struct ArimaFitted: FittedModel {
  /// The longest packed model that is read: more than a filter of the largest order and
  /// season carries over a gap.
  private static let mostBytes = 1 << 15

  let model: ArimaModel
  /// What the filters have seen.
  let past: PastDigest

  var isSmooth: Bool { true }

  var summary: String {
    var text = model.title
    if let lambda = model.lambda { text += ", power \(Float(lambda))" }
    let others = model.shares.count - 1
    if others > 0 { text += ", averaged with \(others) more" }
    return ([text] + model.warnings).joined(separator: "; ")
  }

  init(_ model: ArimaModel, after history: History) {
    self.model = model
    past = PastDigest(
      history, regressors: Self.columns(model, history, at: history.count).map(\.values),
      days: history.count)
  }

  func paths(_ history: History, origins: [Int], horizon: Int) -> [Path] {
    guard let first = origins.first else { return [] }
    var model = started(history, at: first)
    return origins.map { origin in
      Self.advance(&model, history, to: origin)
      let known = Self.columns(model, history, at: origin, horizon: horizon)
      guard let forecast = try? model.forecast(horizon: horizon, regressors: known) else {
        preconditionFailure("columns reach to the end of the forecast")
      }
      let scale = history.scale
      return Path(
        mean: forecast.mean.map { $0 / scale },
        variance: forecast.variance.map { $0 / scale / scale },
        cumulativeVariance: forecast.cumulativeVariance.map { $0 / scale / scale })
    }
  }

  func drawnPaths(_ history: History, horizon: Int, count: Int, seed: UInt64) -> [Double]? {
    var model = started(history, at: history.count)
    Self.advance(&model, history, to: history.count)
    let known = Self.columns(model, history, at: history.count, horizon: horizon)
    return try? model.simulate(horizon: horizon, paths: count, seed: seed, regressors: known)
  }

  func taking(_ history: History) -> TakenDays {
    guard past.days <= history.count else { return .refit("the history has become shorter") }
    guard hasSeen(history) else { return .refit("the past was corrected") }
    var model = model
    Self.advance(&model, history, to: history.count)
    if let reason = model.callForRefit { return .refit(reason) }
    return .kept(ArimaFitted(model, after: history), newDays: history.count - past.days)
  }

  var details: ArimaDetails? { ArimaDetails(model) }

  /// Whether the filters have seen these very days and nothing else.
  func hasSeen(_ history: History) -> Bool {
    guard past.days <= history.count else { return false }
    let columns = Self.columns(model, history, at: past.days).map(\.values)
    return PastDigest(history, regressors: columns, days: past.days) == past
  }

  /// The model at `origin` or before: as it is where it has seen this past, else filtered anew.
  private func started(_ history: History, at origin: Int) -> ArimaModel {
    if past.days <= origin, hasSeen(history) { return model }
    let columns = Self.columns(model, history, at: origin)
    let filtered = try? model.filtered(
      over: Array(history.units.prefix(origin)), regressors: columns)
    guard let filtered else { preconditionFailure("columns reach over the history") }
    return filtered
  }

  private static func advance(_ model: inout ArimaModel, _ history: History, to origin: Int) {
    guard origin > model.days else { return }
    let new = (model.days..<origin).map { day in
      history.weights[day] > 0 ? history.values[day] * history.scale : .nan
    }
    do {
      try model.update(with: new, regressors: columns(model, history, at: origin))
    } catch { preconditionFailure("columns reach over the new days") }
  }

  /// The regressors that the model uses, as they are known after `origin` days. One that is not
  /// given any more is 0.
  private static func columns(
    _ model: ArimaModel, _ history: History, at origin: Int, horizon: Int = 0
  ) -> [Regressor] {
    model.regressorNames.map { name in
      Regressor(name: name, values: history.column(name, at: origin, horizon: horizon))
    }
  }

  func pack(into writer: inout ByteWriter) {
    past.pack(into: &writer)
    writer.blob(model.packed())
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    past = try PastDigest(from: &reader)
    model = try ArimaModel(packed: try reader.blob("ARIMA model", limit: Self.mostBytes))
    guard model.days == past.days else { throw .invalid(what: "days of the past") }
  }
}
