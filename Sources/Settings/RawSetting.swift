import CommandLineArguments

/// A value as it came: a word of the environment or the command line, or a node of a file.
enum RawSetting {
  case word(String)
  case node(JSON5Node)

  /// The word to read a `Value` from. A file tells numbers from texts, so there "16" is no number.
  func word<Value>(of type: Value.Type) -> String? {
    switch self {
    case .word(let word): word
    case .node(.number(let number)): type is any Numeric.Type ? number : nil
    case .node(.text(let text)): type is any Numeric.Type ? nil : text
    case .node: nil
    }
  }

  /// The words of a list.
  func words<Value>(of type: Value.Type) -> [String]? {
    switch self {
    case .word(let word):
      return word.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    case .node(.list(let nodes)):
      let words = nodes.compactMap { RawSetting.node($0).word(of: type) }
      return words.count == nodes.count ? words : nil
    case .node:
      return nil
    }
  }

  /// The value as an error shows it.
  var text: String {
    switch self {
    case .word(let word): "\"\(word)\""
    case .node(let node): node.description
    }
  }
}
