import ClientNode
import CommandLineArguments
import Coordination
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
    """
  static let examples = [
    Example("granary status", "For people."),
    Example("granary status --json", "For programs."),
    Example("granary status --watch", "A live screen; q ends it."),
    Example("granary status --watch --interval 60 --json >> status.ndjson", "A log, each minute."),
  ]

  @Flag(help: "Stay, and show how it changes.") var watch: Bool
  @Option("SECONDS", .within(0.1...3_600), help: "How often --watch asks; 1 unless given.")
  var interval: Double?
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func validate() throws(ArgumentError) {
    if interval != nil, !watch {
      throw .contradiction("--interval goes with --watch: without it the cluster is asked once")
    }
  }

  func run() throws -> ExitCode {
    guard !watch else {
      return try StatusWatch(cluster, intervalSeconds: interval ?? 1, asJSON: json).run()
    }
    let client = try cluster.client(as: .observer)
    let text = json ? try client.statusText() + "\n" : StatusText(try client.status()).text
    try Terminal.standardOutput.write(text)
    return .success
  }
}
