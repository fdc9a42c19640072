public import Demand

/// What the models expected of days that are known by now.
extension ItemModel {
  /// What was expected of each of the last days up to `asOf` when the days before it were known,
  /// with the parameters of today: at a location, or of the total; `events` are those that concern
  /// the item, as its models were given them. At most `days` values, ascending by day. Empty where
  /// there is no model of its own to ask: a location that only has its share of the total, or a
  /// network that is not at hand.
  public func fitted(
    _ item: [LocationDemand], category: String = "", events: [Event] = [], asOf: Day,
    days: Int, at location: Location? = nil
  ) -> [Double] {
    let history = ItemHistory(item, category: category, events: events, asOf: asOf)
    guard let location else { return total.fitted(history.total, days: days) }
    guard let place = history.locations.firstIndex(of: location) else { return [] }
    let isOnly = history.locations.count == 1
    guard let model = isOnly ? total : model(of: location) else { return [] }
    return model.fitted(history.parts[place], days: days)
  }
}

extension SeriesModel {
  /// Days from which on a model is asked: before, it has seen too little to say anything.
  private static let fewestDays = 28

  func fitted(_ input: SeriesInput, days: Int) -> [Double] {
    guard !isWithoutNetwork else { return [] }
    let history = input.history(season: season, scale: scale)
    let first = max(Self.fewestDays, history.count - max(0, days))
    guard first < history.count else { return [] }
    let paths = model.paths(history, origins: Array(first..<history.count), horizon: 1)
    return paths.map { Outlook($0, scale: scale, shape: shape).mean[0] }
  }
}
