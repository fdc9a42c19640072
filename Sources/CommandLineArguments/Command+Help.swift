extension Command {
  /// What `program verb --help` prints; `program` is all that stands before the verb.
  public static func help(program: String, layout: HelpLayout = .plain) -> String {
    let declared = DeclaredArguments(of: Self())
    var help = HelpText(layout)
    help.title("\(program) \(name)", abstract)
    help.usage(usage(declared, program: program))
    help.paragraph(discussion)
    help.sections(
      [
        ("Commands", subcommands.map { HelpText.Row(label: $0.name, meaning: $0.abstract) }),
        ("Arguments", declared.arguments.map(\.row)),
      ] + optionSections(declared))
    help.examples(examples)
    if !subcommands.isEmpty {
      let program = program.split(separator: " ")
      let verb = (program.dropFirst() + [name[...]]).joined(separator: " ")
      help.paragraph("`\(program[0]) help \(verb) COMMAND` says more of each.")
    }
    return help.finished
  }

  private static func usage(_ declared: DeclaredArguments, program: String) -> String {
    var words = ["\(program) \(name)"]
    if !subcommands.isEmpty { words.append(needsSubcommand ? "COMMAND" : "[COMMAND]") }
    for option in declared.options where option.shape.isRequired {
      words.append("\(option.label) \(option.shape.placeholder)")
    }
    words.append("[options]")
    for argument in declared.arguments {
      let word = argument.label + (argument.shape.isRepeated ? "..." : "")
      words.append(argument.shape.isRequired ? word : "[\(word)]")
    }
    return words.joined(separator: " ")
  }

  /// The command's own options first, then each group's in order of declaration, then help.
  private static func optionSections(
    _ declared: DeclaredArguments
  ) -> [(title: String, rows: [HelpText.Row])] {
    var sections: [(title: String, rows: [HelpText.Row])] = [("Options", [])]
    for option in declared.options {
      let title = option.heading ?? "Options"
      if let index = sections.firstIndex(where: { $0.title == title }) {
        sections[index].rows.append(option.row)
      } else {
        sections.append((title, [option.row]))
      }
    }
    sections[0].rows.append(
      HelpText.Row(label: "-h, --help", meaning: "Show this help."))
    return sections
  }
}

extension DeclaredArguments.Entry {
  /// `-n, --name VALUE...` and the help with its notes in brackets.
  fileprivate var row: HelpText.Row {
    var label = self.label
    if shape.kind != .argument {
      label = (shape.short.map { "-\($0), " } ?? "    ") + label
      if !shape.placeholder.isEmpty { label += " \(shape.placeholder)" }
    }
    if shape.isRepeated, !label.hasSuffix("...") { label += "..." }
    var notes = shape.notes.filter { !$0.isEmpty }
    if shape.isRequired, shape.kind == .option { notes.append("required") }
    let brackets = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    return HelpText.Row(label: label, meaning: shape.help + brackets)
  }
}
