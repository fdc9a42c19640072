/// Where a value came from; each of these outranks the ones before it.
public enum SettingOrigin: Equatable, Sendable, CustomStringConvertible {
  /// The schema.
  case builtIn
  /// What a command takes when nobody says otherwise.
  case command(String)
  /// A line of a settings file.
  case file(path: String, line: Int)
  /// An environment variable.
  case environment(variable: String)
  /// An option of the command line.
  case flag(String)

  /// The place in words: `granary.json5:12`.
  public var description: String {
    switch self {
    case .builtIn: "default"
    case .command(let command): "default of `\(command)`"
    case .file(let path, let line): "\(path):\(line)"
    case .environment(let variable): variable
    case .flag(let flag): flag
    }
  }
}

/// A value for a setting that the command line or a command gives.
public struct SettingOverride: Equatable, Sendable {
  /// The setting.
  public let name: String
  /// The word to read its value from.
  public let value: String
  /// Where it came from.
  public let origin: SettingOrigin

  /// A value with its origin.
  public init(_ name: String, _ value: String, from origin: SettingOrigin) {
    self.name = name
    self.value = value
    self.origin = origin
  }
}
