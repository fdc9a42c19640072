import TestSupport
import Testing

@testable import CommandLineArguments

@Suite struct TextTableTests {
  @Test func `columns line up whatever the script`() {
    var table = TextTable([.left("SKU"), .left("Name"), .right("Units")])
    table.add(["A-1", "Tee", "7"])
    table.add(["B-22", "绿茶 250g", "1,204"])
    table.add(["C-3", "Cafe\u{301} crème", "12"])
    table.add(["D-4", "👩‍👩‍👧 🇨🇳 ☀\u{FE0F}", "3"])
    #expect(
      table.render() == """
        SKU   Name        Units
        A-1   Tee             7
        B-22  绿茶 250g   1,204
        C-3   Cafe\u{301} crème     12
        D-4   👩‍👩‍👧 🇨🇳 ☀\u{FE0F}        3

        """)
  }

  @Test func `the widest columns are cut to the width, never through a wide character`() {
    var table = TextTable([.left("SKU"), .left("Name"), .right("Units")])
    table.add(["A-1", "数据数据数据数据", "1"])
    table.add(["A-2", "a long description of it", "2"])
    #expect(
      table.render(width: 20) == """
        SKU  Name      Units
        A-1  数据数…       1
        A-2  a long …      2

        """)
  }

  @Test func `columns that need not be there go before anything is cut`() {
    var table = TextTable([
      .left("SKU"), .right("Units").optional(1), .right("Value").optional(2),
      .left("Trouble").optional(),
    ])
    table.add(["SKU-000001", "1,204", "99", ""])
    #expect(table.render(width: 40) == "SKU         Units  Value\nSKU-000001  1,204     99\n")
    #expect(table.render(width: 20) == "SKU         Units\nSKU-000001  1,204\n")
    #expect(table.render(width: 12) == "SKU\nSKU-000001\n")
    #expect(table.render().contains("Trouble"), "a file has everything")
  }

  @Test func `words are cut before numbers`() {
    var table = TextTable([.left("Name"), .right("Value")])
    table.add(["a long description", "1,234,567,890"])
    #expect(table.render(width: 23) == "Name              Value\na long …  1,234,567,890\n")
  }

  @Test func `columns keep a least width when nothing fits`() {
    var table = TextTable([.left("Alphabet"), .left("Betabet")])
    table.add(["aaaaaaaa", "b"])
    #expect(table.render(width: 3) == "Alp…  Bet…\naaa…  b\n")
  }

  @Test func `blanks do not end a line`() {
    var table = TextTable([.left("A"), .left("Long title")])
    table.add(["x", ""])
    #expect(table.render() == "A  Long title\nx\n")
  }

  @Test func `the header can be set off without moving columns`() {
    let table = TextTable([.left("A"), .right("B")])
    #expect(table.render { "<\($0)>" } == "<A  B>\n")
  }

  @Test func `no cell commands the terminal`() {
    var table = TextTable([.left("SKU")])
    table.add(["a\u{1B}[2Jb\nc\u{202E}d"])
    #expect(table.render() == "SKU\na\u{FFFD}[2Jb\u{FFFD}c\u{FFFD}d\n")
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("e\u{301}", 1), ("漢字", 4), ("한글", 4), ("ｱ", 1), ("Ａ", 2),
    ("\u{200B}", 0), ("→", 1), ("✅", 2), ("€", 1), ("नि", 1), ("\u{0E33}", 1),
  ])
  func `a character takes the columns that a terminal gives it`(text: String, columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test(arguments: 0..<20)
  func `cut text fits, whatever it holds`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let text = String((0..<30).compactMap { _ in "ab 漢é🇨🇳👍e\u{301}".randomElement(using: &random) })
    for columns in 0...40 {
      let cut = DisplayWidth.truncate(text, to: columns)
      #expect(DisplayWidth.of(cut) <= columns, "seed \(seed)")
      #expect(columns < DisplayWidth.of(text) || cut == text, "seed \(seed)")
    }
  }

  @Test func `text is broken at blanks and keeps its paragraphs and indentation`() {
    #expect(
      DisplayWidth.wrap("one two three\n\n  four five six", to: 9)
        == ["one two", "three", "", "  four", "  five", "  six"])
  }

  @Test func `a word that is too long stands alone`() {
    #expect(DisplayWidth.wrap("a incomprehensible b", to: 6) == ["a", "incomprehensible", "b"])
  }
}
