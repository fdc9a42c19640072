import Testing

@testable import CommandLineArguments

@Suite struct HelpTests {
  private func printed(_ words: String...) throws -> String? {
    if case .print(let text) = try granary.route(words) { text } else { nil }
  }

  @Test func `the overview lists verbs, topics and the version, but no internal verbs`() throws {
    let overview = """
      granary: Forecasts and orders for millions of SKUs.

      Usage: granary COMMAND [options]

      Forecasting:
        forecast         Forecast every SKU of a file of sales.

      Administration:
        key              Make a key pair.

      Help:
        help COMMAND     How a command is used, with examples.
        help exit-codes  What the exit status of a command says.
        version          The version of this program.

      """
    #expect(try printed() == overview)
    #expect(try printed("help") == overview)
    #expect(try printed("--help") == overview)
  }

  @Test func `a command's help shows everything that it takes`() throws {
    let help = """
      granary forecast: Forecast every SKU of a file of sales.

      Usage: granary forecast [options] FILE [MORE...]

      Rows are read once and grouped by SKU. Days without a row count as days without demand, unless the
      row says that the SKU was out of stock.

      Arguments:
        FILE                       Sales as CSV; - is standard input.
        MORE...                    Further files.

      Options:
        -d, --horizon-days DAYS    Days to forecast. (1 to 1024; default 91)
            --service-level SHARE  Service level. (0.5 to 0.999)
            --levels LEVELS...     Quantiles. (0 to 1; default 0.5,0.9)
            --only SKU...          Only this SKU.
        -v, --verbose              Say more.
        -h, --help                 Show this help.

      Output:
        -l, --layout LAYOUT        How rows are set. (table, json, csv; default table)
            --no-header            Leave the header out.

      Examples:
        granary forecast sales.csv
            Forecast 91 days of every SKU.

      """
    #expect(try printed("help", "forecast") == help)
    #expect(try printed("forecast", "--help") == help)
    #expect(try printed("forecast", "--frob", "-h") == help)
  }

  @Test func `usage names the options that must be given`() throws {
    #expect(
      try printed("key", "-h")?.contains("Usage: granary key --role ROLE [options] [FOLDER]\n")
        == true)
  }

  @Test func `internal verbs have help for those who ask`() throws {
    #expect(try printed("help", "trainer")?.hasPrefix("granary trainer: Fit what") == true)
  }

  @Test func `the version is printed on request`() throws {
    #expect(try printed("version") == "granary 1.2.3\n")
    #expect(try printed("--version") == "granary 1.2.3\n")
  }

  @Test func `exit codes are documented`() throws {
    let page = try printed("help", "exit-codes") ?? ""
    for code in ExitCode.allCases {
      #expect(page.contains(" \(code.rawValue)  \(code.meaning)\n"))
    }
  }

  @Test func `no line is wider than the page, and long labels stand alone`() {
    var help = HelpText()
    let words = Array(repeating: "wörter", count: 60).joined(separator: " ")
    help.paragraph(words)
    help.sections([
      (
        title: "Options",
        rows: [
          HelpText.Row(label: "--short", meaning: words),
          HelpText.Row(label: "--" + String(repeating: "long", count: 10), meaning: "Said below."),
        ]
      )
    ])
    let lines = help.finished.split(separator: "\n")
    #expect(lines.allSatisfy { DisplayWidth.of($0) <= HelpLayout.widest })
    #expect(lines.suffix(2).last == "           Said below.")
  }
}
