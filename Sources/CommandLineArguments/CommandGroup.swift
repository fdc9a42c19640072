/// A program: its verbs under headings, and its topics of help.
public struct CommandGroup: Sendable {
  /// Verbs that belong together.
  public struct Section: Sendable {
    /// The heading.
    public let title: String
    /// The verbs.
    public let commands: [any Command.Type]

    /// Verbs under a heading.
    public init(_ title: String, _ commands: [any Command.Type]) {
      self.title = title
      self.commands = commands
    }
  }

  /// A page of help that is no verb's.
  public struct Topic: Sendable {
    /// What stands behind `help`.
    public let name: String
    /// What the page says, in one line.
    public let abstract: String
    /// The page; it ends with a newline.
    public let text: @Sendable () -> String

    /// A page of help.
    public init(_ name: String, _ abstract: String, text: @escaping @Sendable () -> String) {
      self.name = name
      self.abstract = abstract
      self.text = text
    }

    /// `help exit-codes`.
    public static var exitCodes: Topic {
      Topic("exit-codes", "What the exit status of a command says.") { ExitCode.table.render() }
    }
  }

  /// What words ask for.
  public enum Route: Sendable {
    /// Text to print: help or the version.
    case print(String)
    /// A command to run.
    case run(any Command)
  }

  /// The program's name.
  public let program: String
  private let version: String
  private let abstract: String
  private let sections: [Section]
  private let topics: [Topic]
  let examples: [Example]

  /// A program. `help exit-codes` is added to its topics; the examples end the overview.
  public init(
    program: String, version: String, abstract: String, sections: [Section],
    topics: [Topic] = [], examples: [Example] = []
  ) {
    self.program = program
    self.version = version
    self.abstract = abstract
    self.sections = sections
    self.topics = topics + [.exitCodes]
    self.examples = examples
  }

  /// Carries out the words behind the program's name, prints what comes of it, and returns the exit
  /// status of the process. Errors go to `errors` as one line that starts with the program's name.
  public func main(
    _ words: [String], output: Terminal = .standardOutput, errors: Terminal = .standardError
  ) -> ExitCode {
    do {
      switch try route(words, layout: HelpLayout(for: output)) {
      case .print(let text):
        try output.write(text)
        return .success
      case .run(let command):
        return try command.run()
      }
    } catch {
      let line = "\(errors.styled("\(program):", .red)) \(error)\n"
      // There is no third place to complain when standard error is closed.
      try? errors.write(line)
      return (error as? any ExitCodeProviding)?.exitCode ?? .failure
    }
  }

  /// What the words behind the program's name ask for.
  public func route(
    _ words: [String], layout: HelpLayout = .plain
  ) throws(ArgumentError) -> Route {
    guard let verb = words.first else { return .print(overview(layout)) }
    let rest = words.dropFirst()
    switch verb {
    case "help", "--help", "-h":
      let subject = rest.filter { !$0.hasPrefix("-") }
      return .print(subject.isEmpty ? overview(layout) : try help(on: subject[...], layout))
    case "version", "--version":
      return .print("\(program) \(version)\n")
    default:
      guard let named = find(words[...]) else { throw unknown(verb) }
      if ArgumentParser.asksForHelp(Array(named.rest)) {
        return .print(named.command.help(program: named.program, layout: layout))
      }
      try named.checkSubcommand()
      return .run(try named.command.parse(Array(named.rest), program: named.program))
    }
  }

  private func help(
    on subject: ArraySlice<String>, _ layout: HelpLayout
  ) throws(ArgumentError) -> String {
    let name = subject[subject.startIndex]
    if let named = find(subject) {
      if !named.command.subcommands.isEmpty { try named.refuseOtherWord() }
      return named.command.help(program: named.program, layout: layout)
    }
    if let topic = topics.first(where: { $0.name == name }) { return topic.text() }
    // Verbs that have no more to say than their line there.
    if name == "help" || name == "version" { return overview(layout) }
    throw unknown(name, among: topics.map(\.name))
  }

  /// The verb that words begin with, or the one below it that they name, with the words behind it.
  private func find(_ words: ArraySlice<String>) -> NamedCommand? {
    guard let verb = words.first,
      var command = commands.first(where: { $0.name == verb })
    else { return nil }
    var rest = words.dropFirst()
    var program = program
    while let word = rest.first, let below = command.subcommands.first(where: { $0.name == word }) {
      program += " \(command.name)"
      command = below
      rest.removeFirst()
    }
    return NamedCommand(command: command, program: program, rest: rest)
  }

  /// All verbs, those for Granary's own processes included.
  var commands: [any Command.Type] { sections.flatMap(\.commands) }

  /// The names of the pages of help that are no verb's.
  var topicRows: [HelpText.Row] {
    topics.map { HelpText.Row(label: $0.name, meaning: $0.abstract) }
  }

  private func unknown(_ word: String, among topics: [String] = []) -> ArgumentError {
    let visible = commands.filter { !$0.isInternal }.map { $0.name }
    let names = visible + ["help", "version"] + topics
    let options = word.hasPrefix("-") ? ["--help", "--version"] : []
    return .unknownVerb(
      word, program: program, nearest: NearestName.find(word, among: options + names))
  }

  private func overview(_ layout: HelpLayout) -> String {
    var help = HelpText(layout)
    help.title(program, abstract)
    help.usage("\(program) COMMAND [options]")
    let verbs = sections.map { section in
      (
        title: section.title,
        rows: section.commands.filter { !$0.isInternal }
          .map { HelpText.Row(label: $0.name, meaning: $0.abstract) }
      )
    }
    let pages =
      [HelpText.Row(label: "help COMMAND", meaning: "How a command is used, with examples.")]
      + topics.map { HelpText.Row(label: "help \($0.name)", meaning: $0.abstract) }
      + [HelpText.Row(label: "version", meaning: "The version of this program.")]
    help.sections(verbs + [(title: "Help", rows: pages)])
    help.examples(examples)
    return help.finished
  }
}

/// A verb as words name it.
private struct NamedCommand {
  var command: any Command.Type
  /// What stands before the verb: the program, and the verbs above it.
  var program: String
  /// What stands behind it.
  var rest: ArraySlice<String>

  /// Refuses words where another verb should stand.
  func checkSubcommand() throws(ArgumentError) {
    guard !command.subcommands.isEmpty else { return }
    let arguments = DeclaredArguments(of: command.init()).arguments
    if arguments.isEmpty { try refuseOtherWord() }
    guard command.needsSubcommand else { return }
    let names = command.subcommands.map { $0.name }
    throw .missingArgument(
      "one of " + names.joined(separator: ", "), command: "\(program) \(command.name)")
  }

  /// Refuses a word that is no verb below this one.
  func refuseOtherWord() throws(ArgumentError) {
    guard let word = rest.first, !word.hasPrefix("-") else { return }
    throw .unknownVerb(
      word, program: "\(program) \(command.name)",
      nearest: NearestName.find(word, among: command.subcommands.map { $0.name }))
  }
}
