import CommandLineArguments
import Glibc
import Threading

@main
enum Lab {
  private static let group = CommandGroup(
    program: "lab", version: "of the same build",
    abstract: "hurts clusters of several hosts and looks at what becomes of them; `ops/lab` "
      + "starts it.",
    sections: [
      CommandGroup.Section("Lab", [RunsVerb.self, ScenariosVerb.self, WantsBeforeVerb.self])
    ])

  static func main() {
    Signals.block()
    exit(group.main(Array(CommandLine.arguments.dropFirst())).rawValue)
  }
}

/// `lab scenarios`: what there is to live through.
struct ScenariosVerb: Command {
  static let name = "scenarios"
  static let abstract = "List the scenarios."

  @Option("DIR", help: "Where they are.") var scenarios: Path

  func run() throws -> ExitCode {
    var table = TextTable([
      .left("Scenario"), .right("Copies"), .right("Faults"), .left("What it shows"),
    ])
    for scenario in try Scenario.all(in: scenarios.description) {
      let faults = scenario.faults.reduce(0) { $0 + $1.times }
      table.add([scenario.name, "\(scenario.replication)", "\(faults)", scenario.about])
    }
    try Terminal.standardOutput.write(table.render())
    return .success
  }
}
