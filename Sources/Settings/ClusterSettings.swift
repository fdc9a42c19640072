import CommandLineArguments

/// The cluster as a whole.
public struct ClusterSettings: SettingsChapter, Equatable {
  /// Fixed buckets of SKUs.
  public var shards = 1_024
  /// Workers that must have joined before shards are placed for the first time.
  public var minimumWorkers = 1

  static let settings: [Setting<Self>] = [
    Setting(
      "shards", \.shards, .within(1...16_384), unit: "shards",
      "Fixed buckets of SKUs, chosen when the cluster is created and never changed."),
    Setting(
      "minimumWorkers", \.minimumWorkers, .within(1...256), unit: "workers",
      "Workers that must have joined before shards are placed for the first time."),
  ]
}
