public import CommandLineArguments

/// Every setting with its value, and where that came from.
///
///     let settings = try ResolvedSettings(file: "granary.json5", environment: environment)
///     settings.cluster.shards                     // 1024
///     settings.origin(of: "cluster.shards")       // granary.json5:3
public struct ResolvedSettings: Sendable {
  /// The cluster as a whole.
  public internal(set) var cluster = ClusterSettings()
  /// The coordinator.
  public internal(set) var coordinator = CoordinatorSettings()
  /// Every worker.
  public internal(set) var worker = WorkerSettings()
  /// Taking sales in.
  public internal(set) var ingest = IngestSettings()
  /// Training and forecasting.
  public internal(set) var training = TrainingSettings()
  /// Replenishment.
  public internal(set) var policy = PolicyDefaults()
  /// Records.
  public internal(set) var log = LogSettings()

  private var origins: [String: SettingOrigin] = [:]

  /// The built-in defaults.
  public init() {}

  /// Defaults, then `commandDefaults`, the file, the environment and the flags: what comes later
  /// outranks what came before, but everything must be valid, outranked or not.
  public init(
    commandDefaults: [SettingOverride] = [], file: String? = nil,
    environment: [String: String] = [:], flags: [SettingOverride] = []
  ) throws(SettingsError) {
    for value in commandDefaults {
      try take(.word(value.value), for: value.name, from: value.origin)
    }
    if let file { try take(SettingsFile(path: file)) }
    for (variable, value) in SettingsEnvironment.settings(in: environment) {
      try take(variable: variable, value)
    }
    var seen: [String: SettingOrigin] = [:]
    for flag in flags {
      if let first = seen.updateValue(flag.origin, forKey: flag.name) {
        throw .givenTwice(flag.name, first: first, second: flag.origin)
      }
      try take(.word(flag.value), for: flag.name, from: flag.origin)
    }
    try checkTogether()
  }

  /// Defaults, then the text of a file; `path` is for complaints.
  package init(path: String, text: String) throws(SettingsError) {
    try take(SettingsFile(path: path, text: text))
    try checkTogether()
  }

  /// Where the value of the setting with this name came from.
  public func origin(of name: String) -> SettingOrigin { origins[name] ?? .builtIn }

  /// Every setting with its value and origin, for `--explain-settings`.
  public var explanation: TextTable {
    var table = TextTable([.left("Setting"), .left("Value"), .left("From")])
    for setting in SettingsSchema.all {
      table.add([setting.name, setting.json(self), origin(of: setting.name).description])
    }
    return table
  }

  private mutating func take(
    _ raw: RawSetting, for name: String, from origin: SettingOrigin
  ) throws(SettingsError) {
    guard let setting = SettingsSchema.setting(named: name) else {
      throw .unknown(name, origin: origin, nearest: SettingsSchema.nearest(to: name))
    }
    guard setting.take(raw, &self) else {
      var nearest: String?
      if case .word(let word) = raw {
        nearest = NearestName.find(word, among: setting.allowedWords)
      } else if case .node(.text(let text)) = raw {
        nearest = NearestName.find(text, among: setting.allowedWords)
      }
      throw .invalid(
        name, value: raw.text, origin: origin, expectation: setting.expectation, nearest: nearest)
    }
    origins[name] = origin
  }

  private mutating func take(variable: String, _ value: String) throws(SettingsError) {
    guard let setting = SettingsSchema.all.first(where: { $0.environmentVariable == variable })
    else {
      let names =
        SettingsSchema.all.map(\.environmentVariable) + SettingsEnvironment.others.map(\.name)
      throw .unknown(
        variable, origin: .environment(variable: variable),
        nearest: NearestName.find(variable, among: names))
    }
    try take(.word(value), for: setting.name, from: .environment(variable: variable))
  }

  private mutating func take(_ file: SettingsFile) throws(SettingsError) {
    var seen: [String: SettingOrigin] = [:]
    for entry in file.entries {
      let origin = SettingOrigin.file(path: file.path, line: entry.line)
      if let first = seen.updateValue(origin, forKey: entry.name) {
        throw .givenTwice(entry.name, first: first, second: origin)
      }
      if SettingsSchema.chapters.contains(where: { $0.name == entry.name }) {
        // An empty chapter is as good as none.
        if case .object = entry.node { continue }
        throw .invalid(
          entry.name, value: entry.node.description, origin: origin,
          expectation: "settings in braces", nearest: nil)
      }
      try take(.node(entry.node), for: entry.name, from: origin)
    }
  }

  private func checkTogether() throws(SettingsError) {
    if coordinator.lostAfterSeconds < 2 * coordinator.heartbeatSeconds {
      throw .contradiction(
        "coordinator.lostAfterSeconds \(coordinator.lostAfterSeconds.argumentText) "
          + "(\(origin(of: "coordinator.lostAfterSeconds"))) must be at least twice "
          + "coordinator.heartbeatSeconds \(coordinator.heartbeatSeconds.argumentText) "
          + "(\(origin(of: "coordinator.heartbeatSeconds"))), "
          + "or one late sign of life loses a worker")
    }
    let etcd = coordinator.etcd
    if Double(etcd.leaseSeconds) < 2 * etcd.timeoutSeconds {
      throw .contradiction(
        "coordinator.etcd.leaseSeconds \(etcd.leaseSeconds.argumentText) "
          + "(\(origin(of: "coordinator.etcd.leaseSeconds"))) must be at least twice "
          + "coordinator.etcd.timeoutSeconds \(etcd.timeoutSeconds.argumentText) "
          + "(\(origin(of: "coordinator.etcd.timeoutSeconds"))), "
          + "or one silent member of etcd ends a coordinator's lead")
    }
  }
}
