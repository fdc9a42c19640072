import CommandLineArguments

/// `lab wants-before`: whether a run will need the program before.
struct WantsBeforeVerb: Command {
  static let name = "wants-before"
  static let abstract = "Say yes where a scenario begins with the program before the present one."

  @Option("DIR", help: "Where the scenarios are.") var scenarios: Path
  @Option("NAME", help: "Only this scenario; may be repeated.") var scenario: [String]
  @Flag(help: "Only the scenarios that `ops/test` lives through.") var short: Bool

  func run() throws -> ExitCode {
    let chosen = try Scenario.chosen(
      in: scenarios.description, names: scenario, onlyShort: short)
    if chosen.contains(where: \.startsBefore) { try Terminal.standardOutput.write("yes\n") }
    return .success
  }
}
