public import Demand

extension ItemModel {
  /// Which series of an item.
  fileprivate enum Place {
    case total
    case location(Location)
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

  fileprivate static func make(
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

/// Some SKUs that are fitted in one go: what their networks learn for themselves they learn side by
/// side, one series in each lane. Each comes out as if it were alone.
public struct ItemGroup {
  private let items: [ItemDemand]
  private let histories: [ItemHistory]
  private let settings: FitSettings
  /// By item and by fitted series.
  private var tunings: [[OwnTuning?]]

  /// Takes what was known on `asOf`, and teaches networks.
  public init(_ items: [ItemDemand], asOf: Day, settings: FitSettings = FitSettings()) {
    self.items = items
    self.settings = settings
    let histories = items.map { ItemHistory($0.demand, category: $0.category, asOf: asOf) }
    self.histories = histories
    let series = histories.map { settings.usesNetwork ? $0.fitted.map(\.input) : [] }
    var learned = OwnTuning.learned(series.flatMap(\.self), settings: settings)[...]
    tunings = series.map { inputs in
      defer { learned = learned.dropFirst(inputs.count) }
      return Array(learned.prefix(inputs.count))
    }
  }

  /// The model of an item.
  public func model(_ index: Int) -> ItemModel {
    var own = tunings[index][...]
    let seed = items[index].sku.digest
    return ItemModel.make(histories[index], settings: settings, seed: seed) { _, input, settings in
      SeriesModel.fit(input, settings: settings, tuning: own.popFirst() ?? nil)
    }
  }
}
