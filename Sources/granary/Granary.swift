import CommandLineArguments
import Glibc
import Settings
import Threading
import TrainerNode
import WorkerNode

struct TrainerVerb: Command {
  static let name = "trainer"
  static let abstract = "Fit and forecast for a worker (started by it)."
  static let isInternal = true
  func run() throws -> ExitCode { .success }
}

@main
struct Granary {
  static func main() {
    Signals.block()
    let words = Array(CommandLine.arguments.dropFirst())
    if words.first == "trainer" {
      exit(TrainerProcess.run(arguments: Array(words.dropFirst()), work: ModelJobs.work))
    }
    let granary = CommandGroup(
      program: "granary", version: "0.1.0", abstract: "Forecasts and orders for millions of SKUs.",
      sections: [CommandGroup.Section("Nodes", [CoordinatorVerb.self, WorkerVerb.self])],
      topics: SettingsSchema.topics)
    exit(granary.main(words).rawValue)
  }
}
