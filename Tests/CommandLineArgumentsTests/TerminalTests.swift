import Testing

@testable import CommandLineArguments

@Suite struct TerminalTests {
  private func terminal(isTerminal: Bool = true, noColour: String? = nil, kind: String? = "xterm")
    -> Terminal
  {
    Terminal(-1, "nowhere", isTerminal: isTerminal, noColour: noColour, kind: kind)
  }

  @Test func `styles show on a terminal`() {
    #expect(terminal().styled("x", .red) == "\u{1B}[31mx\u{1B}[0m")
  }

  @Test func `styles do not show in files, on dumb terminals, or with NO_COLOR`() {
    #expect(terminal(isTerminal: false).styled("x", .red) == "x")
    #expect(terminal(kind: "dumb").styled("x", .red) == "x")
    #expect(terminal(noColour: "1").styled("x", .red) == "x")
  }

  @Test func `an empty NO_COLOR is as good as none`() {
    #expect(terminal(noColour: "").hasColours)
  }

  @Test func `a file has no width`() {
    #expect(terminal(isTerminal: false).width == nil)
  }
}
