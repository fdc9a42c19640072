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

  /// A program. `help exit-codes` is added to its topics.
  public init(
    program: String, version: String, abstract: String, sections: [Section], topics: [Topic] = []
  ) {
    self.program = program
    self.version = version
    self.abstract = abstract
    self.sections = sections
    self.topics = topics + [.exitCodes]
  }

  /// Carries out the words behind the program's name, prints what comes of it, and returns the exit
  /// status of the process. Errors go to `errors` as one line that starts with the program's name.
  public func main(
    _ words: [String], output: Terminal = .standardOutput, errors: Terminal = .standardError
  ) -> ExitCode {
    do {
      switch try route(words) {
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
  public func route(_ words: [String]) throws(ArgumentError) -> Route {
    guard let verb = words.first else { return .print(overview) }
    let rest = Array(words.dropFirst())
    switch verb {
    case "help", "--help", "-h":
      guard let subject = rest.first(where: { !$0.hasPrefix("-") }) else { return .print(overview) }
      return .print(try help(on: subject))
    case "version", "--version":
      return .print("\(program) \(version)\n")
    default:
      guard let command = command(named: verb) else { throw unknown(verb) }
      if ArgumentParser.asksForHelp(rest) { return .print(command.help(program: program)) }
      return .run(try command.parse(rest, program: program))
    }
  }

  private func help(on subject: String) throws(ArgumentError) -> String {
    if let command = command(named: subject) { return command.help(program: program) }
    if let topic = topics.first(where: { $0.name == subject }) { return topic.text() }
    throw unknown(subject, among: topics.map(\.name))
  }

  private func command(named name: String) -> (any Command.Type)? {
    sections.lazy.flatMap(\.commands).first { $0.name == name }
  }

  private func unknown(_ word: String, among topics: [String] = []) -> ArgumentError {
    let visible = sections.flatMap(\.commands).filter { !$0.isInternal }.map { $0.name }
    let names = visible + ["help", "version"] + topics
    return .unknownVerb(
      word, program: program, nearest: NearestName.find(word, among: names))
  }

  private var overview: String {
    var help = HelpText()
    help.paragraph("\(program): \(abstract)")
    help.paragraph("Usage: \(program) COMMAND [options]")
    let verbs = sections.map { section in
      (
        title: section.title,
        rows: section.commands.filter { !$0.isInternal }
          .map { HelpText.Row(label: $0.name, meaning: $0.abstract) }
      )
    }
    let pages =
      [HelpText.Row(label: "help COMMAND", meaning: "How a command is used.")]
      + topics.map { HelpText.Row(label: "help \($0.name)", meaning: $0.abstract) }
      + [HelpText.Row(label: "version", meaning: "The version of this program.")]
    help.sections(verbs + [(title: "Help", rows: pages)])
    return help.finished
  }
}
