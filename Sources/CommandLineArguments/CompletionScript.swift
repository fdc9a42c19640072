/// A script that teaches a shell the command line of a program, made from what its commands
/// declare. It asks the program nothing: completing a word takes no time and needs no cluster.
///
/// A function walks the words before the cursor and knows then behind which verbs it stands, which
/// option waits for its value, and how many words without dashes there were. Tables, one `case`
/// each, say what may follow.
public struct CompletionScript {
  /// The shells that are taught.
  public enum Shell: String, CaseIterable, ArgumentValue {
    /// bash, from 4.2.
    case bash
    /// zsh, from 5.0, after `compinit`.
    case zsh
  }

  /// The script.
  public let text: String

  /// The script for a program.
  public init(for shell: Shell, of group: CommandGroup) {
    let tree = CompletionTree(group)
    let program = group.program
    let tables = Tables(tree, function: "_\(program)", hasMeanings: shell == .zsh).text
    switch shell {
    case .bash: text = Self.bash(program, tables)
    case .zsh: text = Self.zsh(program, tables)
    }
  }

  private static func bash(_ program: String, _ tables: String) -> String {
    """
    # Completion of \(program) for bash, made by `\(program) completion bash`.

    \(tables)
    # Proposes words that begin with what is there; behind a comma only what follows it counts.
    _\(program)_propose() {
      local word
      for word in "${choices[@]}"; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$kept$word")
      done
    }

    _\(program)() {
      local current=${COMP_WORDS[COMP_CWORD]} path= option= kept= kind= word
      local -i place=0 index
      local -a choices=()
      COMPREPLY=()
      for ((index = 1; index < COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        # bash takes --option=value apart.
        if [[ $word == = ]]; then continue; fi
        if [[ -n $option ]]; then
          option=
        elif [[ $word == -?* ]]; then
          if _\(program)_takes_value "$path" "$word"; then option=$word; fi
        elif ((place == 0)) && _\(program)_has_command "$path" "$word"; then
          path=${path:+$path }$word
        else
          place+=1
        fi
      done
      if [[ $current == = ]]; then current=; fi
      if [[ -n $option ]]; then
        _\(program)_values "$path" "$option"
      elif [[ $current == -* ]]; then
        _\(program)_options "$path"
      else
        if ((place == 0)); then _\(program)_commands "$path"; fi
        if ((${#choices[@]} == 0)); then _\(program)_values "$path" "$place"; fi
      fi
      if [[ $kind == list && $current == *,* ]]; then
        kept=${current%,*},
        current=${current##*,}
      fi
      case $kind in
        files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        *) _\(program)_propose ;;
      esac
    }

    complete -F _\(program) \(program)

    """
  }

  private static func zsh(_ program: String, _ tables: String) -> String {
    """
    #compdef \(program)
    # Completion of \(program) for zsh, made by `\(program) completion zsh`.

    \(tables)
    _\(program)() {
      local current=$words[CURRENT] path_= option= kind= word
      local -i place=0 index
      local -a choices=()
      for ((index = 2; index < CURRENT; index++)); do
        word=$words[index]
        if [[ -n $option ]]; then
          option=
        elif [[ $word == -?* ]]; then
          if _\(program)_takes_value "$path_" "$word"; then option=$word; fi
        elif ((place == 0)) && _\(program)_has_command "$path_" "$word"; then
          path_=${path_:+$path_ }$word
        else
          place+=1
        fi
      done
      if [[ -z $option && $current == --*=* ]]; then
        option=${current%%=*}
        compset -P '*='
      fi
      if [[ -n $option ]]; then
        _\(program)_values "$path_" "$option"
      elif [[ $current == -* ]]; then
        _\(program)_options "$path_"
      else
        if ((place == 0)); then _\(program)_commands "$path_"; fi
        if ((${#choices} == 0)); then _\(program)_values "$path_" "$place"; fi
      fi
      if [[ $kind == list ]]; then compset -P '*,'; fi
      case $kind in
        files) _files ;;
        folders) _files -/ ;;
        *) if ((${#choices})); then _describe -t values \(program) choices; fi ;;
      esac
    }

    if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
      _\(program) "$@"
    else
      compdef _\(program) \(program)
    fi

    """
  }
}

/// What may follow what, as functions of a shell that set `choices` and `kind`.
private struct Tables {
  private let function: String
  private let hasMeanings: Bool
  private(set) var text = ""

  init(_ tree: CompletionTree, function: String, hasMeanings: Bool) {
    self.function = function
    self.hasMeanings = hasMeanings
    table(
      "commands", "The verbs behind some verbs.",
      tree.nodes.filter { !$0.commands.isEmpty }.map { node in
        (["\"\(node.path)\""], "choices=(\(list(node.commands)))")
      })
    table(
      "options", "The options of a verb.",
      tree.nodes.filter { !$0.options.isEmpty }.map { node in
        let words = node.options.map {
          CompletionTree.Word(text: $0.labels[0], meaning: $0.meaning)
        }
        return (["\"\(node.path)\""], "choices=(\(list(words)))")
      })
    table(
      "has_command", "Whether a verb can stand behind others.",
      tree.nodes.filter { !$0.commands.isEmpty }.map { node in
        (node.commands.map { "\"\(node.path) \($0.text)\"" }, "return 0")
      }, key: "$1 $2", otherwise: "return 1")
    table(
      "takes_value", "Whether an option takes a value.",
      tree.nodes.compactMap { node in
        let labels = node.options.filter { $0.values != nil }.flatMap(\.labels)
        return labels.isEmpty ? nil : (labels.map { "\"\(node.path) \($0)\"" }, "return 0")
      }, key: "$1 $2", otherwise: "return 1")
    table(
      "values", "The values of an option, or of a word without dashes by its place.",
      tree.nodes.flatMap(values), key: "$1 $2")
  }

  private func values(_ node: CompletionTree.Node) -> [(patterns: [String], body: String)] {
    var rows: [(patterns: [String], body: String)] = []
    for option in node.options {
      guard let values = option.values, let body = assignment(values) else { continue }
      rows.append((option.labels.map { "\"\(node.path) \($0)\"" }, body))
    }
    for (place, values) in node.places.enumerated() {
      guard let body = assignment(values) else { continue }
      var patterns = ["\"\(node.path) \(place)\""]
      // Those behind the last one come to it because the earlier ones have patterns before it.
      if node.isLastPlaceRepeated, place == node.places.count - 1 {
        patterns.append("\"\(node.path) \"[0-9]*")
      }
      rows.append((patterns, body))
    }
    return rows
  }

  private func assignment(_ values: ArgumentShape.Values) -> String? {
    switch values {
    case .any: nil
    case .files: "kind=files"
    case .folders: "kind=folders"
    case .words(let words, let isList):
      "choices=(\(list(words.map { .init(text: $0, meaning: "") })))" + (isList ? " kind=list" : "")
    }
  }

  private func list(_ words: [CompletionTree.Word]) -> String {
    words.map { word in
      guard hasMeanings else { return quoted(word.text) }
      // A colon parts a word from its meaning.
      let name = word.text.split(separator: ":", omittingEmptySubsequences: false)
        .joined(separator: "\\:")
      return quoted(word.meaning.isEmpty ? name : "\(name):\(word.meaning)")
    }.joined(separator: " ")
  }

  /// A word that the shell takes as it stands.
  private func quoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_")
    }
    if plain, !text.isEmpty { return text }
    return "'"
      + text.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  private mutating func table(
    _ name: String, _ meaning: String, _ rows: [(patterns: [String], body: String)],
    key: String = "$1", otherwise: String = ""
  ) {
    text += "# \(meaning)\n\(function)_\(name)() {\n  case \"\(key)\" in\n"
    for row in rows { text += "    \(row.patterns.joined(separator: " | "))) \(row.body) ;;\n" }
    if !otherwise.isEmpty { text += "    *) \(otherwise) ;;\n" }
    text += "  esac\n}\n\n"
  }
}
