import CommandLineArguments

/// The one list of all settings: values, errors, help and the documented file follow from it.
public enum SettingsSchema {
  /// Settings under one first name.
  struct Chapter: Sendable {
    let name: String
    let documentation: String
    let settings: [Setting<ResolvedSettings>]

    init<Content: SettingsChapter>(
      _ name: String, _ place: any WritableKeyPath<ResolvedSettings, Content> & Sendable,
      _ documentation: String
    ) {
      self.name = name
      self.documentation = documentation
      settings = Content.settings.map { $0.lifted(into: name, place) }
    }
  }

  static let chapters = [
    Chapter("cluster", \.cluster, "The cluster as a whole."),
    Chapter("coordinator", \.coordinator, "The coordinator, which places shards and runs."),
    Chapter("worker", \.worker, "Every worker, which stores, trains and forecasts its shards."),
    Chapter("ingest", \.ingest, "Taking sales in."),
    Chapter("training", \.training, "Training and forecasting."),
    Chapter(
      "policy", \.policy, "Replenishment, where the master data of an item say nothing else."),
    Chapter("log", \.log, "What nodes write down."),
  ]

  /// Every setting, in the order of the documentation.
  public static let all: [Setting<ResolvedSettings>] = chapters.flatMap(\.settings)

  private static let byName = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// The setting of this name.
  public static func setting(named name: String) -> Setting<ResolvedSettings>? { byName[name] }

  /// The setting that somebody meant who wrote `name`, perhaps without its chapter.
  static func nearest(to name: String) -> String? {
    if let near = NearestName.find(name, among: all.map(\.name)) { return near }
    let ends = all.filter { $0.name.hasSuffix(".\(name)") }
    return ends.count == 1 ? ends.first?.name : nil
  }
}
