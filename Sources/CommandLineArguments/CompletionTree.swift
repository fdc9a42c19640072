/// What can stand where on the command line of a program, for shells to complete.
struct CompletionTree {
  /// A word, and what it means.
  struct Word: Equatable {
    var text: String
    var meaning: String
  }

  /// An option.
  struct Option {
    /// `--name`, and `-n` where it has a letter.
    var labels: [String]
    var meaning: String
    /// Nothing for a flag.
    var values: ArgumentShape.Values?
  }

  /// What stands behind some verbs.
  struct Node {
    /// The verbs, `plans diff`; nothing for the program itself.
    var path: String
    /// The verbs that can follow.
    var commands: [Word]
    var options: [Option]
    /// What the words without dashes are, in their order; the last one may stand for all others.
    var places: [ArgumentShape.Values]
    var isLastPlaceRepeated: Bool
  }

  private(set) var nodes: [Node] = []

  init(_ group: CommandGroup) {
    let visible = group.commands.filter { !$0.isInternal }
    let words = visible.map { Word(text: $0.name, meaning: $0.abstract) }
    let own = [
      Word(text: "help", meaning: "How a command is used, with examples."),
      Word(text: "version", meaning: "The version of this program."),
    ]
    let help = Option(labels: ["--help", "-h"], meaning: "Show help.", values: nil)
    let version = Option(labels: ["--version"], meaning: "Say the version.", values: nil)
    add("", words + own, [help, version])
    let topics = group.topicRows.map { Word(text: $0.label, meaning: $0.meaning) }
    add("help", words + topics, [])
    for command in visible {
      add(command, below: [])
      addHelp(on: command, below: ["help"])
    }
  }

  private mutating func add(_ path: String, _ commands: [Word], _ options: [Option]) {
    nodes.append(
      Node(
        path: path, commands: commands, options: options, places: [], isLastPlaceRepeated: false))
  }

  private mutating func add(_ command: any Command.Type, below path: [String]) {
    let path = path + [command.name]
    let declared = DeclaredArguments(of: command.init())
    var options = declared.options.map { entry in
      Option(
        labels: [entry.label] + (entry.shape.short.map { ["-\($0)"] } ?? []),
        meaning: entry.shape.help, values: entry.shape.kind == .flag ? nil : entry.shape.values)
    }
    options.append(Option(labels: ["--help", "-h"], meaning: "Show this help.", values: nil))
    nodes.append(
      Node(
        path: path.joined(separator: " "), commands: words(command), options: options,
        places: declared.arguments.map(\.shape.values),
        isLastPlaceRepeated: declared.arguments.last?.shape.isRepeated == true))
    for below in command.subcommands { add(below, below: path) }
  }

  /// Behind help, verbs are followed by the verbs below them and by nothing else.
  private mutating func addHelp(on command: any Command.Type, below path: [String]) {
    guard !command.subcommands.isEmpty else { return }
    let path = path + [command.name]
    add(path.joined(separator: " "), words(command), [])
    for below in command.subcommands { addHelp(on: below, below: path) }
  }

  private func words(_ command: any Command.Type) -> [Word] {
    command.subcommands.map { Word(text: $0.name, meaning: $0.abstract) }
  }
}
