/// Why words are not a command, or why output could not be written; each says what to do next.
public enum ArgumentError: ExitCodeProviding, Equatable, Sendable, CustomStringConvertible {
  /// A verb or a help topic that does not exist.
  case unknownVerb(String, program: String, nearest: String?)
  /// An option that the command does not have.
  case unknownOption(String, command: String, nearest: String?)
  /// An option without its value.
  case missingValue(option: String, placeholder: String, command: String)
  /// A flag with a value.
  case unexpectedValue(flag: String, value: String)
  /// An option that takes one value, given again.
  case givenTwice(option: String)
  /// A word that is not of the type or outside the limits; with the command where the word stands
  /// without an option that says what it is.
  case invalidValue(
    option: String, value: String, expectation: String, nearest: String?, command: String? = nil)
  /// An option or argument that the command cannot do without.
  case missingArgument(String, command: String)
  /// A word too many.
  case unexpectedArgument(String, command: String)
  /// Options that make no sense together; the command's own `validate` says why.
  case contradiction(String)
  /// Output that could not be written.
  case outputLost(stream: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .unknownVerb(let word, let program, let nearest):
      "unknown command \(word)" + (program.contains(" ") ? " of `\(program)`" : "")
        + Self.advice(nearest, otherwise: "`\(Self.help(on: program))` lists them all")
    case .unknownOption(let option, let command, let nearest):
      "unknown option \(option) for `\(command)`"
        + Self.advice(nearest, otherwise: "`\(command) --help` lists them all")
    case .missingValue(let option, let placeholder, let command):
      "\(option) needs a value: write \(option) \(placeholder); `\(command) --help` says more"
    case .unexpectedValue(let flag, let value):
      "\(flag) takes no value, but got \"\(value)\"; write just \(flag)"
    case .givenTwice(let option):
      "\(option) is given twice, but takes one value; leave one out"
    case .invalidValue(let option, let value, let expectation, let nearest, let command):
      "\(option) \"\(value)\": wanted \(expectation)"
        + Self.advice(nearest, otherwise: command.map { "`\($0) --help` says more" })
    case .missingArgument(let name, let command):
      "`\(command)` needs \(name); `\(command) --help` says more"
    case .unexpectedArgument(let word, let command):
      "unexpected argument \"\(word)\" for `\(command)`; `\(command) --help` says what it takes"
    case .contradiction(let sentence): sentence
    case .outputLost(let stream, let reason):
      "cannot write to \(stream): \(reason); what was written before is incomplete"
    }
  }

  /// Lost output is a matter of storage, everything else of usage.
  public var exitCode: ExitCode {
    if case .outputLost = self { .storage } else { .usage }
  }

  /// How help on a program, or on a verb with others below it, is asked for.
  private static func help(on program: String) -> String {
    let words = program.split(separator: " ")
    return (words.prefix(1) + ["help"] + words.dropFirst()).joined(separator: " ")
  }

  private static func advice(_ nearest: String?, otherwise: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? otherwise.map { "; \($0)" } ?? ""
  }
}
