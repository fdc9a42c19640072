import CommandLineArguments

/// A line of a screen: words in styles, which have no width of their own.
struct ScreenLine: Equatable {
  private var parts: [(text: String, style: Terminal.Style?)]

  init(_ text: String = "", _ style: Terminal.Style? = nil) { parts = [(text, style)] }

  static func == (left: ScreenLine, right: ScreenLine) -> Bool {
    left.parts.elementsEqual(right.parts) { $0.text == $1.text && $0.style == $1.style }
  }

  /// Appends words.
  mutating func append(_ text: String, _ style: Terminal.Style? = nil) {
    parts.append((text, style))
  }

  /// The words without styles.
  var text: String { parts.map(\.text).joined() }

  /// The same in one style, over all its own.
  func inStyle(_ style: Terminal.Style) -> ScreenLine { ScreenLine(text, style) }

  /// What a terminal shows in at most `columns`.
  func rendered(columns: Int, for terminal: Terminal) -> String {
    var left = columns
    var line = ""
    for part in parts where left > 0 {
      let text = DisplayWidth.truncate(DisplayWidth.printable(part.text), to: left)
      left -= DisplayWidth.of(text)
      line += part.style.map { terminal.styled(text, $0) } ?? text
    }
    return line
  }
}
