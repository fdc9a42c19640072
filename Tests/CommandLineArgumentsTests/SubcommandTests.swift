import Testing

@testable import CommandLineArguments

@Suite struct SubcommandTests {
  private func printed(_ words: String...) throws -> String {
    guard case .print(let text) = try deep.route(words) else { return "" }
    return text
  }

  private func command(_ words: String...) throws -> (any Command)? {
    guard case .run(let command) = try deep.route(words) else { return nil }
    return command
  }

  private func refusal(_ words: String...) -> String? {
    do {
      _ = try deep.route(words)
      return nil
    } catch { return error.description }
  }

  @Test func `a verb runs by itself, or the one below it that is named`() throws {
    #expect((try command("plans", "--json") as? Plans)?.json == true)
    #expect((try command("plans", "show", "json", "csv") as? Plans.Show)?.layouts == [.json, .csv])
    #expect((try command("plans", "diff", "csv", "json") as? Plans.Diff)?.left == .csv)
  }

  @Test func `each has help of its own, asked for either way`() throws {
    let help = try printed("help", "plans", "diff")
    #expect(
      help.hasPrefix("deep plans diff: Compare two.\n\nUsage: deep plans diff [options] LEFT"))
    #expect(try printed("plans", "diff", "--help") == help)
    let above = try printed("help", "plans")
    #expect(above.contains("Usage: deep plans [COMMAND] [options]"))
    #expect(above.contains("Commands:\n  show        Show a plan"))
    #expect(above.hasSuffix("`deep help plans COMMAND` says more of each.\n"))
    #expect(try printed("help", "explain").contains("Usage: deep explain COMMAND"))
  }

  @Test func `what is misspelt is named with what was meant`() {
    #expect(
      refusal("plans", "shwo") == "unknown command shwo of `deep plans`; did you mean show?")
    #expect(
      refusal("help", "plans", "x")
        == "unknown command x of `deep plans`; `deep help plans` lists them all")
    #expect(refusal("--versoin") == "unknown command --versoin; did you mean --version?")
    #expect(
      refusal("plans", "diff", "tabel", "csv")?.hasSuffix("did you mean table?") == true)
  }

  @Test func `a verb that does nothing by itself says what it needs`() {
    #expect(
      refusal("explain") == "`deep explain` needs one of show; `deep explain --help` says more")
  }

  @Test func `headings stand out on a terminal, and nothing is wider than it`() {
    let layout = HelpLayout(width: 40, isStyled: true)
    let help = Plans.Diff.help(program: "deep plans", layout: layout)
    #expect(help.hasPrefix("\u{1B}[1mdeep plans diff\u{1B}[0m: Compare two.\n"))
    #expect(help.contains("\u{1B}[1mOptions:\u{1B}[0m\n"))
    let plain = Forecast.help(program: "g", layout: HelpLayout(width: 40, isStyled: false))
    #expect(plain.split(separator: "\n").allSatisfy { DisplayWidth.of($0) <= 40 })
  }
}
