/// Sets help: paragraphs, and lists with an aligned first column.
package struct HelpText {
  /// No line is longer.
  package static let width = 100
  /// A label that is longer stands on a line of its own.
  private static let maximumLabelWidth = 34

  /// A label, and what is said of it.
  package struct Row {
    package var label: String
    package var meaning: String

    package init(label: String, meaning: String) {
      self.label = label
      self.meaning = meaning
    }
  }

  private var text = ""

  package init() {}

  /// Lines of prose, followed by an empty line.
  package mutating func paragraph(_ words: String) {
    if words.isEmpty { return }
    var trimmed = words
    while trimmed.hasSuffix("\n") { trimmed.removeLast() }
    lines(DisplayWidth.wrap(trimmed, to: Self.width))
    text += "\n"
  }

  /// Sections whose second column starts at the same place in all of them.
  package mutating func sections(_ sections: [(title: String, rows: [Row])]) {
    let labels = sections.flatMap(\.rows).map { DisplayWidth.of($0.label) }
    let column = labels.filter { $0 <= Self.maximumLabelWidth }.max() ?? 0
    for section in sections where !section.rows.isEmpty {
      text += section.title + ":\n"
      for row in section.rows { set(row, column: column) }
      text += "\n"
    }
  }

  /// The text without the last empty line.
  package var finished: String { text.hasSuffix("\n\n") ? String(text.dropLast()) : text }

  private mutating func set(_ row: Row, column: Int) {
    let indentation = column + 4
    let meaning = DisplayWidth.wrap(row.meaning, to: Self.width - indentation)
    let blanks = String(repeating: " ", count: indentation)
    if DisplayWidth.of(row.label) <= column {
      let label = DisplayWidth.pad("  " + row.label, to: indentation)
      lines([label + (meaning.first ?? "")] + meaning.dropFirst().map { blanks + $0 })
    } else {
      lines(["  " + row.label] + meaning.map { blanks + $0 })
    }
  }

  private mutating func lines(_ lines: [String]) {
    for var line in lines {
      while line.hasSuffix(" ") { line.removeLast() }
      text += line + "\n"
    }
  }
}
