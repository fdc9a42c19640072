public import CommandLineArguments
public import FoundationEssentials

/// The options by which every command that reads settings takes them.
public struct SettingsOptions: OptionGroup {
  /// The heading.
  public static let title = "Settings"

  /// The settings file.
  @Option("FILE", help: "Settings as JSON5; `granary help settings-file` prints one.")
  public var config: Path?

  /// Single settings.
  @Option("NAME=VALUE", help: "One setting; `granary help settings` lists them.")
  public var set: [Assignment]

  /// No file and no single settings.
  public init() {}

  /// Resolves the settings of a command: its own defaults below the file and the environment, and
  /// its dedicated options beside `--set`.
  ///
  ///     try settings.resolve(
  ///       commandDefaults: ["cluster.shards": "16"], of: "granary up",
  ///       dedicated: [("--workers", "cluster.minimumWorkers", workers?.argumentText)])
  public func resolve(
    commandDefaults: KeyValuePairs<String, String> = [:], of command: String = "",
    dedicated: [(flag: String, setting: String, value: String?)] = [],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(SettingsError) -> ResolvedSettings {
    let single = set.map { SettingOverride($0.name, $0.value, from: .flag("--set")) }
    let options = dedicated.compactMap { option in
      option.value.map { SettingOverride(option.setting, $0, from: .flag(option.flag)) }
    }
    return try ResolvedSettings(
      commandDefaults: commandDefaults.map {
        SettingOverride($0.key, $0.value, from: .command(command))
      },
      file: config?.description, environment: environment, flags: single + options)
  }
}
