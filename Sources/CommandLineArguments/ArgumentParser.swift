/// Sorts words into a command's options and arguments.
struct ArgumentParser {
  private let declared: DeclaredArguments
  /// Program and verb, for errors.
  private let command: String
  /// The words found for each option and, behind them, each argument.
  private var found: [[String]]
  private var loose: [String] = []

  init(_ declared: DeclaredArguments, command: String) {
    self.declared = declared
    self.command = command
    found = Array(repeating: [], count: declared.options.count)
  }

  /// Whether help is asked for anywhere before a bare `--`.
  static func asksForHelp(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
  }

  mutating func parse(_ words: [String]) throws(ArgumentError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        loose += rest
        break
      }
      if Self.looksLikeOption(word) {
        try takeOption(word, from: &rest)
      } else {
        loose.append(word)
      }
    }
    try assignOptions()
    try assignArguments()
  }

  /// Dashes start an option, except for `-` alone and negative numbers.
  private static func looksLikeOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private mutating func takeOption(
    _ word: String, from rest: inout ArraySlice<String>
  ) throws(ArgumentError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let label = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    guard let index = declared.options.firstIndex(where: { $0.isCalled(label) }) else {
      let names = declared.options.map(\.label) + ["--help"]
      throw .unknownOption(
        label, command: command, nearest: NearestName.find(label, among: names))
    }
    let option = declared.options[index]
    if option.shape.kind == .flag {
      if let attached { throw .unexpectedValue(flag: option.label, value: attached) }
      found[index] = [word]
      return
    }
    if !found[index].isEmpty, !option.shape.isRepeated { throw .givenTwice(option: option.label) }
    if let attached {
      found[index].append(attached)
    } else if let next = rest.first, !Self.looksLikeOption(next) {
      found[index].append(rest.removeFirst())
    } else {
      throw .missingValue(
        option: option.label, placeholder: option.shape.placeholder, command: command)
    }
  }

  private func assignOptions() throws(ArgumentError) {
    for (option, words) in zip(declared.options, found) {
      if !words.isEmpty {
        try assign(words, to: option)
      } else if option.shape.isRequired {
        throw .missingArgument("\(option.label) \(option.shape.placeholder)", command: command)
      }
    }
  }

  private func assignArguments() throws(ArgumentError) {
    var rest = loose[...]
    for argument in declared.arguments {
      if argument.shape.isRepeated {
        if !rest.isEmpty { try assign(Array(rest), to: argument) }
        rest = []
      } else if let word = rest.popFirst() {
        try assign([word], to: argument)
      } else if argument.shape.isRequired {
        throw .missingArgument(argument.label, command: command)
      }
    }
    if let word = rest.first { throw .unexpectedArgument(word, command: command) }
  }

  private func assign(
    _ words: [String], to entry: DeclaredArguments.Entry
  ) throws(ArgumentError) {
    do {
      try entry.argument.take(words)
    } catch {
      throw .invalidValue(
        option: entry.label, value: error.word, expectation: error.expectation,
        nearest: error.nearest, command: entry.label.hasPrefix("-") ? nil : command)
    }
  }
}

extension DeclaredArguments.Entry {
  fileprivate func isCalled(_ label: String) -> Bool {
    label == self.label || shape.short.map { label == "-\($0)" } ?? false
  }
}
