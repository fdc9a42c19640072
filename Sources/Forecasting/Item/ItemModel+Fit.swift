public import Demand

extension ItemModel {
  /// Which series of an item.
  enum Place {
    case total
    case location(Location)
  }

  /// Fits what was known on `asOf`; `events` are those that concern the item.
  public static func fit(
    _ item: [LocationDemand], category: String = "", events: [Event] = [], asOf: Day,
    settings: FitSettings = FitSettings(), seed: UInt64 = 0
  ) -> ItemModel {
    let history = ItemHistory(item, category: category, events: events, asOf: asOf)
    return make(history, settings: settings, seed: seed) { _, input, settings in
      SeriesModel.fit([input], settings: settings)[0]
    }
  }

  /// The models after the days up to `asOf`: each is kept where it still fits, else fitted again;
  /// series that have none yet are fitted.
  public func renewed(
    _ item: [LocationDemand], category: String = "", events: [Event] = [], asOf: Day,
    settings: FitSettings = FitSettings(), seed: UInt64 = 0
  ) -> ItemModel {
    let history = ItemHistory(item, category: category, events: events, asOf: asOf)
    return Self.make(history, settings: settings, seed: seed) { place, input, settings in
      let earlier =
        switch place {
        case .total: total
        case .location(let location): model(of: location)
        }
      return earlier?.renewed(input, settings: settings).model
        ?? SeriesModel.fit([input], settings: settings)[0]
    }
  }

  static func make(
    _ history: ItemHistory, settings: FitSettings, seed: UInt64,
    _ model: (Place, SeriesInput, FitSettings) -> SeriesModel
  ) -> ItemModel {
    var settings = settings
    settings.seed = seed
    let total = model(.total, history.total, settings)
    guard history.locations.count != 1 else {
      return ItemModel(total: total, locations: [], onlyLocation: history.locations.first)
    }
    let parts = history.fitted.compactMap { series -> Part? in
      guard let location = series.location else { return nil }
      return Part(
        location: location, model: model(.location(location), series.input, settings))
    }
    return ItemModel(total: total, locations: parts, onlyLocation: nil)
  }
}
