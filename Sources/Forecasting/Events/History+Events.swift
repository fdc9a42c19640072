extension History {
  /// Whether a name means an event: a regressor of that name goes before.
  func readsEvent(_ name: String) -> Bool {
    context.event(name) != nil && !regressors.contains { $0.name == name }
  }

  /// A column by name, as a forecast made after `origin` days has it, `horizon` days far. One that
  /// is not given any more is 0.
  func column(_ name: String, at origin: Int, horizon: Int = 0) -> [Double] {
    if let regressor = regressors.first(where: { $0.name == name }) {
      return regressor.known(at: origin, horizon: horizon)
    }
    if let event = context.event(name) {
      return event.shares(context.days(origin + horizon))
    }
    return [Double](repeating: 0, count: origin + horizon)
  }
}
