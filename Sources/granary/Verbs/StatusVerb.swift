import ClientNode
import CommandLineArguments
import Coordination
import FoundationEssentials
import Messaging

/// `granary status`: how the cluster is.
struct StatusVerb: Command {
  static let name = "status"
  static let abstract = "Say how the cluster is: colour and why, nodes, shards, runs."
  static let discussion = """
    Green: all is well. Yellow: it works, look soon. Red: something is not served. The coordinator \
    answers from what it knows, so the answer comes at once however busy the workers are.

    With --watch it is a live screen: workers, runs, rates, quarantine and the last events. It \
    follows the size of the window, keeps the last picture while nobody answers, says since when, \
    and goes on when somebody does. q or Control-C ends it. Where the output is no terminal, the \
    same as without --watch is printed at each interval, with --json one object a line.

    Behind each reason stands its topic in brackets: ops/runbooks has a page of that name that \
    says what to do. --prometheus prints metrics, for the textfile collector of its node exporter; \
    where no coordinator answers they say so, and the exit status is 4 as ever.
    """
  static let examples = [
    Example("granary status", "For people."),
    Example("granary status --json", "For programs."),
    Example("granary status --prometheus", "For Prometheus; ops/alerts.yml goes by it."),
    Example("granary status --watch", "A live screen; q ends it."),
    Example("granary status --watch --interval 60 --json >> status.ndjson", "A log, each minute."),
  ]

  @Flag(help: "Stay, and show how it changes.") var watch: Bool
  @Option("SECONDS", .within(0.1...3_600), help: "How often --watch asks; 1 unless given.")
  var interval: Double?
  @Flag(help: "Print JSON.") var json: Bool
  @Flag(help: "Print metrics as Prometheus reads them.") var prometheus: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    if interval != nil, !watch {
      throw .contradiction("--interval goes with --watch: without it the cluster is asked once")
    }
    if prometheus, watch || json {
      throw .contradiction("--prometheus is asked once and no JSON; leave --watch and --json out")
    }
  }

  func run() throws -> ExitCode {
    guard !watch else {
      return try StatusWatch(cluster, intervalSeconds: interval ?? 1, asJSON: json).run()
    }
    guard !prometheus else { return try printMetrics() }
    let client = try cluster.client(as: .observer)
    let text = json ? try client.statusText() + "\n" : StatusText(try client.status()).text
    try Terminal.standardOutput.write(text)
    return .success
  }

  /// That nobody answers is worth a metric too: nothing else would tell it.
  private func printMetrics() throws -> ExitCode {
    let seconds = Date().timeIntervalSince1970
    let answer = Result { () throws(ClientError) in
      try cluster.client(as: .observer).status()
    }
    let text =
      switch answer {
      case .success(let status): StatusMetrics.text(status, at: seconds)
      case .failure: StatusMetrics.textOfSilence(at: seconds)
      }
    try Terminal.standardOutput.write(text)
    _ = try answer.get()
    return .success
  }
}
