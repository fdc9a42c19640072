import ClientNode
import CommandLineArguments
import Coordination
import Messaging
import WireProtocol

/// `granary finalise`: ends an upgrade.
struct FinaliseVerb: Command {
  static let name = "finalise"
  static let abstract = "End an upgrade: from now on every node must be of the new version."
  static let discussion = """
    A new version is installed node by node while the cluster is at work: neighbours of one \
    version understand each other, and until this command each node may go back to the version \
    of before with the data that it has. The command refuses while a worker of the version \
    before is there, or one is away of which nobody knows, and names it. Afterwards a node of \
    the version before is refused by name. `granary status` shows how far an upgrade is.
    """
  static let examples = [
    Example("granary finalise --dry-run", "Whether all nodes are ready."),
    Example("granary finalise", "After all of them were upgraded."),
  ]

  @Flag(help: "Only say whether it can be done.") var dryRun: Bool
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let client = try cluster.client(as: .operator)
    let report = try NodeClient(client).ask(.finalise, of: nil, isDryRun: dryRun)
    guard report.isDone || dryRun else {
      if json { try Terminal.standardOutput.write(NodeChangeText.json(report)) }
      throw GranaryError.nodeChangeRefused(NodeChangeText.refusal(report))
    }
    try Terminal.standardOutput.write(
      json ? NodeChangeText.json(report) : NodeChangeText.finalised(report))
    return .success
  }
}
