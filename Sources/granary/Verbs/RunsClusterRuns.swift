import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Replenishment
import Settings
import WireProtocol

/// The options of the verbs that start a run.
struct RunOptions: OptionGroup {
  static let title = "Run"

  @Option("DAY", help: "The day to stand on; the last one with sales unless given.") var asOf: Day?
  @Flag(help: "Start it, print its number and return.") var noWait: Bool
  @Flag(help: "Print the report as JSON.") var json: Bool
  var cluster = ClusterOptions()
}

/// Runs of the cluster, as the verbs start and follow them.
enum ClusterRuns {
  /// Starts a run, follows it to its end and reports on it.
  static func run(
    _ kind: RunKind, _ options: RunOptions, _ settings: ResolvedSettings, isUpdate: Bool = false,
    scenario: Scenario? = nil
  ) throws -> ExitCode {
    let interruption = try Interruption()
    let runs = RunClient(try options.cluster.client(as: .operator))
    let started = try runs.start(
      kind, asOf: options.asOf,
      settings: RunClient.settings(for: kind, settings, isUpdate: isUpdate, scenario: scenario))
    guard !options.noWait else {
      try Terminal.standardOutput.write(
        options.json ? RunReport.json(started) : "\(started.run)\n")
      return .success
    }
    return try follow(started, options.cluster, asJSON: options.json, interruption)
  }

  /// Follows a run to its end and reports on it; interrupted, it lets the run go on.
  static func follow(
    _ run: RunStatus, _ cluster: ClusterOptions, asJSON: Bool, _ interruption: Interruption
  ) throws -> ExitCode {
    let client = try cluster.client(as: .observer)
    let progress = Progress(isForPrograms: asJSON)
    defer { progress.clear() }
    let stop = interruption.check(detached(run))
    let ended = try RunClient(client).follow(run) { status throws(ClientError) in
      try stop()
      progress.show(reading(status))
      return true
    }
    progress.clear()
    if ended.phase == .failed {
      throw ClientError.runFailed(run: ended.run, reason: ended.trouble)
    }
    let plan = ended.kind == .allocate ? try PlanCatalogue(client).plan(of: ended.run) : nil
    try Terminal.standardOutput.write(
      asJSON ? RunReport.json(ended, plan) : RunReport.text(ended, plan))
    return .success
  }

  /// What whoever stops watching has to know.
  static func detached(_ run: RunStatus) -> String {
    """
    interrupted; run \(run.run) (\(run.kind.name)) goes on in the cluster: `granary runs watch \
    \(run.run)` follows it to its end, `granary runs cancel \(run.run)` ends it
    """
  }

  /// How far a run is. Units tell which share is done, SKUs how fast it goes.
  static func reading(_ status: RunStatus) -> ProgressReading {
    var notes: [String] = []
    if status.outcome.quarantined > 0 {
      notes.append("\(Readable.grouped(Int(status.outcome.quarantined))) in quarantine")
    }
    if !status.trouble.isEmpty { notes.append(status.trouble) }
    let title = "run \(status.run) \(status.kind.name)"
    switch status.phase {
    case .running where status.unitsInAll > 0:
      return ProgressReading(
        title, count: Int(status.outcome.skus), .skus,
        share: Double(status.unitsDone) / Double(status.unitsInAll), notes: notes)
    case .pricing where status.pricing.rounds > 0:
      return ProgressReading(
        "\(title): \(status.phase.words)", count: Int(status.pricing.rounds),
        ProgressReading.Unit("round", "rounds"), hasRate: false, notes: notes)
    default:
      return ProgressReading("\(title): \(status.phase.words)", notes: notes)
    }
  }
}
