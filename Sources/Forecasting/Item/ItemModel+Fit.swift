public import Demand

extension ItemModel {
  /// Which series of an item.
  private enum Place {
    case total
    case location(Location)
  }

  /// Fits what was known of some SKUs on `asOf`, each as if it were alone: those that learn
  /// networks of their own do so side by side.
  public static func fit(
    _ items: [ItemDemand], asOf: Day, settings: FitSettings = FitSettings()
  ) -> [ItemModel] {
    let histories = items.map { ItemHistory($0.demand, category: $0.category, asOf: asOf) }
    let series = histories.map(\.fitted)
    var tunings = OwnTuning.learned(
      series.flatMap { $0.map(\.input) }, settings: settings)[...]
    return zip(items, zip(histories, series)).map { item, entry in
      var own = tunings.prefix(entry.1.count)
      tunings = tunings.dropFirst(entry.1.count)
      return make(entry.0, settings: settings, seed: item.sku.digest) { _, input, settings in
        SeriesModel.fit(input, settings: settings, tuning: own.popFirst() ?? nil)
      }
    }
  }

  /// Fits what was known on `asOf`.
  public static func fit(
    _ item: [LocationDemand], category: String = "", asOf: Day,
    settings: FitSettings = FitSettings(), seed: UInt64 = 0
  ) -> ItemModel {
    let history = ItemHistory(item, category: category, asOf: asOf)
    return make(history, settings: settings, seed: seed) { _, input, settings in
      SeriesModel.fit([input], settings: settings)[0]
    }
  }

  /// The models after the days up to `asOf`: each is kept where it still fits, else fitted again;
  /// series that have none yet are fitted.
  public func renewed(
    _ item: [LocationDemand], category: String = "", asOf: Day,
    settings: FitSettings = FitSettings(), seed: UInt64 = 0
  ) -> ItemModel {
    let history = ItemHistory(item, category: category, asOf: asOf)
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

  private static func make(
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
