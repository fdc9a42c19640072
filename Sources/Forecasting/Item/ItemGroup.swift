public import Demand

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
    let histories = items.map { ItemHistory($0, asOf: asOf) }
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
