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
    """
  static let examples = [
    Example("granary status", "For people."),
    Example("granary status --json", "For programs."),
  ]

  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let client = try cluster.client(as: .observer)
    let text = json ? try client.statusText() + "\n" : StatusText(try client.status()).text
    try Terminal.standardOutput.write(text)
    return .success
  }
}
