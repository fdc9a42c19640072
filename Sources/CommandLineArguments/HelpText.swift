/// Sets help: paragraphs, and lists with an aligned first column.
package struct HelpText {
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

  private let layout: HelpLayout
  private var text = ""

  package init(_ layout: HelpLayout = .plain) { self.layout = layout }

  /// The first line of a page: what it is about, and a sentence.
  package mutating func title(_ name: String, _ sentence: String) {
    // What is wrapped is measured, and styles have no width: they are set afterwards.
    var lines = DisplayWidth.wrap("\(name): \(sentence)", to: layout.width)
    if lines[0].hasPrefix(name) {
      lines[0] = layout.heading(name) + lines[0].dropFirst(name.count)
    }
    self.lines(lines)
    text += "\n"
  }

  /// How something is called, under its heading.
  package mutating func usage(_ words: String) {
    let blanks = String(repeating: " ", count: 4)
    let lines = DisplayWidth.wrap("Usage: " + words, to: layout.width - blanks.count)
    text += layout.heading("Usage:") + lines[0].dropFirst("Usage:".count) + "\n"
    self.lines(lines.dropFirst().map { blanks + $0 })
    text += "\n"
  }

  /// Command lines, and below each what it does. A line is not wrapped: it is there to be copied.
  package mutating func examples(_ examples: [Example]) {
    guard !examples.isEmpty else { return }
    text += layout.heading("Examples:") + "\n"
    for example in examples {
      text += "  \(layout.literal(example.line))\n"
      lines(DisplayWidth.wrap("      " + example.meaning, to: layout.width))
    }
    text += "\n"
  }

  /// Lines of prose, followed by an empty line.
  package mutating func paragraph(_ words: String) {
    if words.isEmpty { return }
    var trimmed = words
    while trimmed.hasSuffix("\n") { trimmed.removeLast() }
    lines(DisplayWidth.wrap(trimmed, to: layout.width))
    text += "\n"
  }

  /// Sections whose second column starts at the same place in all of them.
  package mutating func sections(_ sections: [(title: String, rows: [Row])]) {
    let labels = sections.flatMap(\.rows).map { DisplayWidth.of($0.label) }
    let widest = min(Self.maximumLabelWidth, layout.width / 2)
    let column = labels.filter { $0 <= widest }.max() ?? 0
    for section in sections where !section.rows.isEmpty {
      text += layout.heading(section.title + ":") + "\n"
      for row in section.rows { set(row, column: column) }
      text += "\n"
    }
  }

  /// The text without the last empty line.
  package var finished: String { text.hasSuffix("\n\n") ? String(text.dropLast()) : text }

  private mutating func set(_ row: Row, column: Int) {
    let indentation = column + 4
    let meaning = DisplayWidth.wrap(row.meaning, to: layout.width - indentation)
    let blanks = String(repeating: " ", count: indentation)
    if DisplayWidth.of(row.label) <= column {
      let gap = String(repeating: " ", count: indentation - 2 - DisplayWidth.of(row.label))
      let label = "  " + layout.literal(row.label) + gap
      lines([label + (meaning.first ?? "")] + meaning.dropFirst().map { blanks + $0 })
    } else {
      lines(["  " + layout.literal(row.label)] + meaning.map { blanks + $0 })
    }
  }

  private mutating func lines(_ lines: [String]) {
    for var line in lines {
      while line.hasSuffix(" ") { line.removeLast() }
      text += line + "\n"
    }
  }
}
