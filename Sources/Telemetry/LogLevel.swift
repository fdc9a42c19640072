/// How much a record matters.
public enum LogLevel: UInt8, Sendable, Comparable, CaseIterable, CustomStringConvertible {
  /// Every step, for hunting a fault.
  case debug
  /// What an operator may want to know.
  case info
  /// Something was refused or degraded, and the program goes on as designed.
  case warning
  /// Something failed that a person has to look at.
  case error
  /// Nothing: records are never made at this level, it only switches a logger off.
  case off

  /// Less grave.
  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

  /// The level's name, as settings spell it and records show it.
  public var description: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    case .off: "off"
    }
  }

  /// The level of this name.
  public init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = level
  }
}
