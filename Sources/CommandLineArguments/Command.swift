/// A verb: its stored properties are its options.
///
///     struct Forecast: Command {
///       static let name = "forecast"
///       static let abstract = "Forecast every SKU of a file of sales."
///
///       @Option("DAYS", .within(1...1_024), help: "Days to forecast.") var horizonDays = 91
///       @Flag(help: "Print JSON.") var json: Bool
///       @Argument("FILE", help: "Sales as CSV.") var input: Path
///       var settings = SettingsOptions()
///
///       func run() throws -> ExitCode { ... }
///     }
///
/// `horizonDays` is read from `--horizon-days`. Options are declared with `@Option`, `@Flag` and
/// `@Argument`, or shared through a property whose type is an `OptionGroup`; other properties are
/// the command's own.
public protocol Command: Sendable {
  /// The verb.
  static var name: String { get }
  /// What it does, in one line.
  static var abstract: String { get }
  /// What else there is to know; paragraphs end with a newline.
  static var discussion: String { get }
  /// Command lines that work as they stand.
  static var examples: [Example] { get }
  /// Whether the verb is for Granary's own processes, and so left out of the overview.
  static var isInternal: Bool { get }
  /// The verbs below this one, as show and diff are below plans. The verb itself runs when none of
  /// them is named; then its options are its own, not theirs.
  static var subcommands: [any Command.Type] { get }
  /// Whether the verb does nothing by itself.
  static var needsSubcommand: Bool { get }

  /// The command with its defaults.
  init()
  /// Refuses options that make no sense together, with `ArgumentError.contradiction`.
  func validate() throws(ArgumentError)
  /// Does it.
  func run() throws -> ExitCode
}

extension Command {
  /// None.
  public static var discussion: String { "" }
  /// None.
  public static var examples: [Example] { [] }
  /// For everybody.
  public static var isInternal: Bool { false }
  /// None.
  public static var subcommands: [any Command.Type] { [] }
  /// It does something.
  public static var needsSubcommand: Bool { false }
  /// Everything goes together.
  public func validate() throws(ArgumentError) {}

  /// Reads a command from the words behind its verb.
  public static func parse(_ words: [String], program: String) throws(ArgumentError) -> Self {
    let command = Self()
    var parser = ArgumentParser(
      DeclaredArguments(of: command), command: "\(program) \(Self.name)")
    try parser.parse(words)
    try command.validate()
    return command
  }
}

/// Options that several commands share, set under a heading of their own in help.
public protocol OptionGroup: Sendable {
  /// The heading.
  static var title: String { get }
  /// The options with their defaults.
  init()
}

/// A command line, and what it does.
public struct Example: Sendable {
  /// The words as typed.
  public let line: String
  /// What they do.
  public let meaning: String

  /// An example.
  public init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}
