public import CommandLineArguments

/// Why settings are not valid; each says where, and what would be.
public enum SettingsError: ExitCodeProviding, Equatable, Sendable, CustomStringConvertible {
  /// A name that is no setting's; `nearest` is one that is, spelt as its place spells it.
  case unknown(String, origin: SettingOrigin, nearest: String?)
  /// A value of the wrong type or outside the limits.
  case invalid(
    String, value: String, origin: SettingOrigin, expectation: String, nearest: String?)
  /// A setting with two values in one place.
  case givenTwice(String, first: SettingOrigin, second: SettingOrigin)
  /// A file that cannot be read.
  case unreadable(path: String, reason: String)
  /// A file that is not JSON5, or names something twice.
  case malformed(path: String, line: Int?, reason: String)
  /// Settings that make no sense together.
  case contradiction(String)

  /// The error in words.
  public var description: String {
    switch self {
    case .unknown(let name, let origin, let nearest):
      Self.unknown(name, origin)
        + (nearest.map { "; did you mean \($0)?" } ?? "; `granary help settings` lists them all")
    case .invalid(let name, let value, let origin, let expectation, let nearest):
      "\(origin): \(name) \(value): wanted \(expectation)"
        + (nearest.map { "; did you mean \($0)?" } ?? "")
    case .givenTwice(let name, let first, let second):
      "\(second): \(name) is given a second time, first at \(first); leave one out"
    case .unreadable(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .malformed(let path, let line, let reason):
      "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)"
    case .contradiction(let sentence): sentence
    }
  }

  /// Always a matter of usage.
  public var exitCode: ExitCode { .usage }

  private static func unknown(_ name: String, _ origin: SettingOrigin) -> String {
    // A variable is its own name.
    if case .environment = origin { return "unknown environment variable \(name)" }
    return "\(origin): unknown setting \(name)"
  }
}
