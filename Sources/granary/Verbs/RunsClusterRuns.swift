import ClientNode
import CommandLineArguments
import Demand
import Messaging
import Replenishment
import WireProtocol
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
    let line = ProgressLine()
    defer { line.clear() }
    let stop = interruption.check(
      "interrupted; run \(started.run) (\(kind.name)) goes on, and `granary status` shows it")
    let ended = try runs.follow(started) { status throws(ClientError) in
      try stop()
      line.show(progress(status))
      return true
    }
    line.clear()
    if ended.phase == .failed {
      throw ClientError.runFailed(run: ended.run, reason: ended.trouble)
    }
    let plan =
      kind == .allocate
      ? try PlanCatalogue(try options.cluster.client(as: .operator)).plan(of: ended.run) : nil
    try Terminal.standardOutput.write(
      options.json ? RunReport.json(ended, plan) : RunReport.text(ended, plan))
    return .success
  }

  /// How far a run is, in a line.
  private static func progress(_ status: RunStatus) -> String {
    var text = "run \(status.run) (\(status.kind.name)): \(status.phase.words)"
    let seconds = Double(status.elapsedMilliseconds) / 1_000
    if status.phase == .pricing, status.pricing.rounds > 0 {
      text += ", round \(status.pricing.rounds)"
    }
    if status.phase == .running, status.unitsInAll > 0 {
      let done = Double(status.unitsDone) / Double(status.unitsInAll)
      text += ", \(Int(done * 100)) % of \(Readable.grouped(Int(status.unitsInAll))) units"
      text += ", \(Readable.grouped(Int(status.outcome.skus))) SKUs"
      if done > 0, seconds > 0 {
        text += ", \(Readable.count(Int(Double(status.outcome.skus) / seconds)))/s"
        text += ", \(Readable.duration(seconds: seconds * (1 - done) / done)) left"
      }
    }
    if status.outcome.quarantined > 0 { text += ", \(status.outcome.quarantined) in quarantine" }
    if !status.trouble.isEmpty { text += "; \(status.trouble)" }
    return text
  }
}
