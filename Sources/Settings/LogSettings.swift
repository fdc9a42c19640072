public import CommandLineArguments

/// The least grave records that are written.
public enum LogThreshold: String, CaseIterable, ArgumentValue {
  /// Every step.
  case debug
  /// What an operator may want to know.
  case info
  /// Refusals and degradations.
  case warning
  /// What a person has to look at.
  case error
  /// None.
  case off
}

/// What nodes write down.
public struct LogSettings: SettingsChapter, Equatable {
  /// The least grave records that are written.
  public var level = LogThreshold.info

  static let settings: [Setting<Self>] = [
    Setting("level", \.level, .any, "The least grave records that are written.")
  ]
}
