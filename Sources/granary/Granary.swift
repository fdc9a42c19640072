import CommandLineArguments
import Glibc
import NodeSupport
import Settings
import Threading
import WireProtocol

@main
enum Granary {
  /// Only calls: what stands in here belongs to the main actor, and closures of it crash when other
  /// threads call them.
  static func main() { exit(Program.run(CommandLine.arguments).rawValue) }
}

/// The program: its verbs, and what happens before one of them runs.
enum Program {
  /// The version of this program.
  static let version = Release.version
  private static let newestProtocol = Frame.versions.upperBound

  /// What runs until it is told to stop. Signals are waited for there, not obeyed.
  private static let nodes: [any Command.Type] = [
    UpVerb.self,
    CoordinatorVerb.self,
    WorkerVerb.self,
  ]

  private static let tools: [any Command.Type] = [
    KeysVerb.self,
    DoctorVerb.self,
    AuditVerb.self,
    BackupVerb.self,
    RestoreVerb.self,
    CompletionVerb.self,
    TrainerVerb.self,
  ]

  private static let places: [any Command.Type] = [
    DrainVerb.self, RecommissionVerb.self, DecommissionVerb.self, RebalanceVerb.self,
    FinaliseVerb.self, ScaleVerb.self,
  ]

  private static let uses: [any Command.Type] = [
    CheckVerb.self, IngestVerb.self, TrainVerb.self, ForecastVerb.self, AllocateVerb.self,
    GetVerb.self, PlotVerb.self, ReportVerb.self, PlansVerb.self, ExportVerb.self, StatusVerb.self,
    RunsVerb.self, PlanVerb.self, QuarantineVerb.self, ShardsVerb.self, ExplainVerb.self,
  ]

  private static let trials: [any Command.Type] = [
    SampleVerb.self
  ]

  /// What the command line can say.
  static let group = CommandGroup(
    program: "granary",
    version: "\(version) (protocol \(newestProtocol), built for \(ProcessorLevel.built))",
    abstract: """
      forecasts what a marketplace will sell, SKU by SKU, and says what to order. One program is \
      every part of the cluster; `granary up` runs one on this machine.
      """,
    sections: [
      CommandGroup.Section("Run a cluster", nodes + places + tools),
      CommandGroup.Section("Use it", uses),
      CommandGroup.Section("Try it", trials),
    ], topics: SettingsSchema.topics,
    examples: [
      Example("granary sample --output sample", "A made-up marketplace as files."),
      Example("granary up &", "A cluster on this machine, in .granary."),
      Example("granary ingest sample", "Sales, stock and what plans are made by."),
      Example("granary train && granary forecast && granary allocate", "From rows to orders."),
      Example("granary export purchase_orders --output orders.csv", "What to order, and why."),
    ])

  /// Carries out the words of a command line, the program's name first.
  static func run(_ line: [String]) -> ExitCode {
    if let complaint = ProcessorLevel.complaint() {
      try? Terminal.standardError.write("granary: \(complaint)\n")
      return .failure
    }
    var words = line.dropFirst()
    if let parent = words.first.flatMap(ParentOption.parent) {
      ChildProcess.dieWithParent(parent)
      words.removeFirst()
    }
    if nodes.contains(where: { $0.name == words.first }) { Signals.block() }
    return group.main(Array(words))
  }
}

/// The word before the verb by which `up` ties the processes that it starts to its own life. It is
/// no option of the verbs: they run the same way by themselves.
enum ParentOption {
  private static let name = "--parent="

  /// The word that names a parent.
  static func word(_ processID: Int32) -> String { name + String(processID) }

  /// The parent that a word names.
  static func parent(_ word: String) -> Int32? {
    word.hasPrefix(name) ? Int32(word.dropFirst(name.count)) : nil
  }
}
