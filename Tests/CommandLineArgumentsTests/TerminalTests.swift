import Testing

@testable import CommandLineArguments

@Suite struct TerminalTests {
  private func terminal(
    isTerminal: Bool = true, noColour: String? = nil, kind: String? = "xterm",
    more: [String: String] = [:]
  ) -> Terminal {
    var environment: [String: String] = more
    environment["NO_COLOR"] = noColour
    environment["TERM"] = kind
    return Terminal(-1, "nowhere", isTerminal: isTerminal) { environment[$0] }
  }

  @Test func `styles show on a terminal`() {
    #expect(terminal().styled("x", .red) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test func `styles do not show in files, on dumb terminals, or with NO_COLOR`() {
    #expect(terminal(isTerminal: false).styled("x", .red) == "x")
    #expect(terminal(kind: "dumb").styled("x", .red) == "x")
    #expect(terminal(noColour: "1").styled("x", .red) == "x")
  }

  @Test(arguments: ["CLICOLOR_FORCE", "FORCE_COLOR"])
  func `styles show anywhere when they are asked for, but for NO_COLOR`(name: String) {
    #expect(terminal(isTerminal: false, more: [name: "1"]).hasColours)
    #expect(!terminal(isTerminal: false, more: [name: "0"]).hasColours)
    #expect(!terminal(isTerminal: false, noColour: "1", more: [name: "1"]).hasColours)
  }

  @Test func `CLICOLOR=0 wants no styles`() {
    #expect(!terminal(more: ["CLICOLOR": "0"]).hasColours)
  }

  @Test func `an empty NO_COLOR is as good as none`() {
    #expect(terminal(noColour: "").hasColours)
  }

  @Test func `a file has no width`() {
    #expect(terminal(isTerminal: false).width == nil)
  }
}
