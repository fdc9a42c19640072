import TestSupport
import Testing

@testable import Settings

@Suite struct JSON5OutlineTests {
  @Test(arguments: [
    ("", 1, "what it says is written in braces, { ... }"),
    ("[]", 1, "what it says is written in braces, { ... }"),
    ("{\n a: 1\n b: 2 }", 2, "a comma is missing at the end of this line's value"),
    ("{\n a 1 }", 2, "a colon is missing behind a"),
    ("{\n a: }", 2, "a value is missing"),
    ("{ a: [1,,2] }", 1, "a value is missing"),
    ("{ ,a: 1 }", 1, "a name is missing"),
    ("{ a: {\n b: 1 ", 1, "this { has no }"),
    ("{ a:\n [1, ", 2, "this [ has no ]"),
    ("{ a: 'x\n }", 1, "this text has no end"),
    ("{ log: {\n level: info } }", 2, "info is no value; a text stands in quotes: \"info\""),
    ("{ a: 1,\n 'a': 2 }", 2, "a is named a second time, first in line 1; keep one"),
    ("{} x", 1, "nothing may follow the last }"),
    ("{ /* a\n }", 1, "this comment has no end"),
    ("{ / }", 1, "a comment starts with // or /*"),
    ("{ a: [1} ]", 1, "a comma is missing at the end of this line's value"),
  ])
  func `a break in the structure is found in its line`(text: String, line: Int, reason: String) {
    #expect(throws: JSON5Outline.Break(line: line, reason: reason)) { try JSON5Outline(text) }
  }

  @Test func `a misspelt value is left to the decoder`() {
    #expect(
      throws: SettingsError.malformed(
        path: "f", line: nil, reason: "not valid JSON5: a number or a text is misspelt")
    ) { try SettingsFile(path: "f", text: "{ a: 01 }") }
  }

  @Test func `deep nesting is refused before it hurts`() {
    let deep = String(repeating: "{a:", count: 100_000)
    #expect(throws: JSON5Outline.Break(line: 1, reason: "settings do not nest this deep")) {
      try JSON5Outline(deep)
    }
  }

  @Test func `braces, slashes and quotes in texts and comments do not count`() throws {
    let outline = try JSON5Outline(
      """
      { // { " '
        a: "}, b: // \\" '", /* } */
        c: { 'd e': [ { x: 1 } ], },
      }
      """)
    #expect(
      outline.leaves == [
        JSON5Outline.Leaf(path: ["a"], line: 2), JSON5Outline.Leaf(path: ["c", "d e"], line: 3),
      ])
  }

  /// The toolchain's decoder traps on some of these.
  @Test(arguments: ["0x0x40", "0x", "0xg", "1e", "1e+", "++1", ".", "1.2.3", "-true", "1_000"])
  func `a number that is none is refused before the decoder sees it`(word: String) {
    #expect(
      throws: JSON5Outline.Break(
        line: 1, reason: "\(word) is no value; a text stands in quotes: \"\(word)\"")
    ) { try JSON5Outline("{ a: \(word) }") }
  }

  @Test(arguments: ["0x40", "-0XfF", "+.5e3", "1.", "1e2", "-1.5E-3", "Infinity", "-NaN", "+2"])
  func `numbers of every form are read`(word: String) throws {
    #expect(try SettingsFile(path: "f", text: "{ a: \(word) }").entries.count == 1)
  }

  @Test func `a carriage return alone ends a comment, as the decoder has it`() throws {
    let file = try SettingsFile(path: "f", text: "{ // x\r a: 1\r}")
    #expect(file.entries.map(\.name) == ["a"])
    #expect(file.entries.map(\.node.description) == ["1"])
  }

  @Test(arguments: 0..<200)
  func `whatever the bytes, there is an answer`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let pieces = ["{", "}", "[", "]", ",", ":", "a", "'", "\"", "\\", "//", "/*", "*/", "\n", "1"]
    let text = "{" + (0..<60).compactMap { _ in pieces.randomElement(using: &random) }.joined()
    // Traps would end the test's process; either outcome is fine.
    _ = try? SettingsFile(path: "seed \(seed)", text: text)
  }
}
