/// How many columns of a terminal text takes.
public enum DisplayWidth {
  /// The columns of a line without control characters: 2 for East Asian wide characters and emoji,
  /// 0 for combining marks, 1 for the rest.
  public static func of(_ text: some StringProtocol) -> Int {
    // Most text is ASCII, where a byte is a column. CR LF is one character, but not printable.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The columns of one character, however many scalars it has.
  public static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // Variation selector 16 asks for the emoji form of the scalar before it.
      if scalar.value == 0xFE0F { return 2 }
      width = max(width, of(scalar))
    }
    return width
  }

  /// `text` with characters that would move the cursor or be swallowed replaced by `\u{FFFD}`: a
  /// SKU may hold any scalar, and none of them may command the terminal.
  public static func printable(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ !isControl($0) }) { return text }
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { scalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
    return String(scalars)
  }

  /// The longest start of `text` within `columns`, its end marked by an ellipsis when it was cut.
  public static func truncate(_ text: String, to columns: Int) -> String {
    if of(text) <= columns { return text }
    if columns < 1 { return "" }
    var kept = ""
    var used = 1
    for character in text {
      used += of(character)
      if used > columns { break }
      kept.append(character)
    }
    return kept + "\u{2026}"
  }

  /// `text` filled with blanks to `columns`.
  public static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, columns - of(text)))
    return right ? blanks + text : text + blanks
  }

  /// `text` in lines of at most `columns`, broken at blanks; a word that is longer stands alone.
  /// Newlines are kept, and so is the indentation of the line that follows one.
  public static func wrap(_ text: String, to columns: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      let indentation = String(paragraph.prefix { $0 == " " })
      var lines: [String] = []
      var line = indentation
      for word in paragraph.split(separator: " ") {
        let isFirst = line.allSatisfy { $0 == " " }
        if !isFirst, of(line) + 1 + of(word) > columns {
          lines.append(line)
          line = indentation + word
        } else {
          line += (isFirst ? "" : " ") + word
        }
      }
      return lines + [line]
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    // Marks and overrides of writing direction could show a SKU as another one.
    case .format:
      (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    default: false
    }
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: 0
    default: scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
    }
  }

  /// The blocks of Unicode Standard Annex 11 that are wide or full width, emoji aside.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case ..<0x1100: false
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF,
      0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
