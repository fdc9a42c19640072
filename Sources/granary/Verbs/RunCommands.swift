import ClientNode
import CommandLineArguments
import Coordination
import Messaging
import WireProtocol

/// `granary runs`: the runs that the cluster remembers.
struct RunsVerb: Command {
  static let name = "runs"
  static let abstract = "List runs, watch one to its end, or cancel one."
  static let discussion = """
    A run is a training, a forecast or an allocation. It belongs to the cluster, not to the \
    command that started it: interrupting that command leaves the run at work. Runs work one at a \
    time, in the order in which they were started.
    """
  static let examples = [
    Example("granary runs", "The run at work and the last ones, newest first."),
    Example("granary runs watch", "Follow the newest one that has not ended."),
  ]
  static let subcommands: [any Command.Type] = [RunsWatchVerb.self, RunsCancelVerb.self]

  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let status = try cluster.client(as: .observer).status()
    try Terminal.standardOutput.write(json ? Self.json(status.runs) : Self.text(status))
    return .success
  }

  private static func text(_ status: ClusterStatus) -> String {
    guard !status.runs.isEmpty else { return "There was no run yet; `granary train` starts one.\n" }
    return StatusText(status).runs
  }

  private static func json(_ runs: [ClusterStatus.RunSummary]) -> String {
    var json = JSONText()
    json.object { json in
      json.array("runs") { json in
        for run in runs {
          json.object { json in
            json.member("run", Int(run.run))
            json.member("kind", run.kind)
            json.member("phase", run.phase)
            json.member("asOf", run.asOf)
            json.member("unitsDone", Int(run.unitsDone))
            json.member("unitsInAll", Int(run.unitsInAll))
            json.member("skusDone", Int(run.skusDone))
            json.member("seconds", run.elapsedSeconds)
            json.member("secondsLeft", run.secondsLeft)
            json.member("quarantined", Int(run.quarantined))
            json.member("trouble", run.trouble)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }
}

/// `granary runs watch`: follows a run, as the verb that started it would.
struct RunsWatchVerb: Command {
  static let name = "watch"
  static let abstract = "Follow a run to its end and report on it."
  static let discussion = """
    Interrupting this command leaves the run at work. The report of a run that has ended comes at \
    once.
    """
  static let examples = [
    Example("granary runs watch", "The newest run that has not ended, else the newest."),
    Example("granary runs watch 1 --json", "Run 1, and its report as JSON."),
  ]

  @Argument("RUN", .atLeast(1), help: "Its number; else the newest that has not ended.")
  var number: Int?
  @Flag(help: "Print the report as JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let interruption = try Interruption()
    let client = try cluster.client(as: .observer)
    let status = try RunClient(client).status(of: try wanted(client))
    return try ClusterRuns.follow(status, cluster, asJSON: json, interruption)
  }

  private func wanted(_ client: ClusterClient) throws(ClientError) -> UInt64 {
    if let number { return UInt64(number) }
    let runs = try client.status().runs
    let ends = RunStatus.Phase.allCases.filter(\.isEnd).map(\.name)
    guard let run = runs.last(where: { !ends.contains($0.phase) }) ?? runs.first else {
      throw .inputRefused("there was no run yet; `granary train` starts one")
    }
    return run.run
  }
}

/// `granary runs cancel`: ends a run.
struct RunsCancelVerb: Command {
  static let name = "cancel"
  static let abstract = "End a run that has not ended."
  static let discussion = """
    What its units have done so far stays served where it replaced what was there; the same verb \
    starts another run that does everything. Units that workers have in hand are done to their \
    end first; their results are not waited for. A run that has ended stays as it is, and so the \
    command may be repeated.
    """
  static let examples = [
    Example("granary runs cancel 1", "End run 1; if it has ended, say how.")
  ]

  @Argument("RUN", .atLeast(1), help: "Its number; `granary runs` lists them.") var number: Int
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let status = try RunClient(try cluster.client(as: .operator)).cancel(UInt64(number))
    let name = "run \(status.run) (\(status.kind.name))"
    let sentence =
      switch status.phase {
      case .failed: "\(name) has ended undone: \(status.trouble)"
      case .done: "\(name) was done before it could be cancelled; what it made is served"
      default: "\(name) is being cancelled"
      }
    try Terminal.standardOutput.write(sentence + "\n")
    return .success
  }
}
