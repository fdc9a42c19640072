import ClientNode
import CommandLineArguments
import Coordination
import Messaging
import WireProtocol

/// A worker's name as a word.
enum WorkerName {
  static func node(_ name: String) throws(GranaryError) -> NodeName {
    guard let node = NodeName(name) else { throw .badNodeName(name) }
    return node
  }
}

/// The options of the verbs that change a worker's place.
struct NodeChangeOptions: OptionGroup {
  static let title = "How"

  @Flag(help: "Only say what would happen.") var dryRun: Bool
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  /// Asks the coordinator; refused is a failure that says why, with `--json` as an object too.
  func ask(
    _ action: NodeChange.Action, of name: String
  ) throws -> (client: ClusterClient, report: NodeChangeReport)? {
    let node = try WorkerName.node(name)
    let client = try cluster.client(as: .operator)
    let report = try NodeClient(client).ask(action, of: node, isDryRun: dryRun)
    if dryRun {
      try Terminal.standardOutput.write(
        json ? NodeChangeText.json(report) : NodeChangeText.text(report))
      return nil
    }
    if !report.isDone {
      if json { try Terminal.standardOutput.write(NodeChangeText.json(report)) }
      throw GranaryError.nodeChangeRefused(NodeChangeText.refusal(report))
    }
    return (client, report)
  }
}

/// `granary drain`: has all shards of a worker elsewhere.
struct DrainVerb: Command {
  static let name = "drain"
  static let abstract = "Move all shards off a worker, which stays in the cluster."
  static let discussion = """
    Copies of its shards are made on other workers while everything goes on; when one is in step \
    it takes the place of the one here. The command shows how far that is and ends when the \
    worker has nothing any more: its machine may then be stopped without loss. Interrupted, it \
    leaves the cluster at work; `granary recommission` calls it off. The worker gets no shard \
    until it is recommissioned, also after a restart.
    """
  static let examples = [
    Example("granary drain worker-2", "Before its machine is taken down."),
    Example("granary drain worker-2 --dry-run", "What that would move, and how long it takes."),
  ]

  @Argument("WORKER", help: "Its name; `granary status` lists them.") var worker: String
  @Flag(help: "Return when the cluster has begun.") var noWait: Bool
  var options = NodeChangeOptions()

  func run() throws -> ExitCode {
    let interruption = try Interruption()
    guard let (client, report) = try options.ask(.drain, of: worker) else { return .success }
    guard !noWait else {
      try Terminal.standardOutput.write(
        options.json ? NodeChangeText.json(report) : NodeChangeText.text(report))
      return .success
    }
    let progress = Progress(isForPrograms: options.json)
    defer { progress.clear() }
    let stop = interruption.check(
      "interrupted; \(worker) goes on being drained: `granary status` shows it, and the same "
        + "command follows it; `granary recommission \(worker)` calls it off")
    var most = 1
    _ = try NodeClient(client).follow { status throws(ClientError) in
      try stop()
      guard let left = status.copiesLeft(on: worker) else { return true }
      most = max(most, left)
      progress.show(
        ProgressReading(
          "draining \(worker)", count: most - left, of: most,
          ProgressReading.Unit("shard", "shards"), notes: status.obstacles(to: worker)))
      return left == 0
    }
    progress.clear()
    try Terminal.standardOutput.write(
      options.json
        ? NodeChangeText.json(report)
        : "\(worker) has no shard any more; it may be stopped, and `granary recommission "
          + "\(worker)` gives it shards again\n")
    return .success
  }
}

/// `granary recommission`: gives a drained worker shards again.
struct RecommissionVerb: Command {
  static let name = "recommission"
  static let abstract = "Give a drained worker shards again."
  static let discussion = """
    The cluster moves its share to it in the background; nothing is missed meanwhile.
    """
  static let examples = [
    Example("granary recommission worker-2", "After its machine is back.")
  ]

  @Argument("WORKER", help: "Its name; `granary status` lists them.") var worker: String
  var options = NodeChangeOptions()

  func run() throws -> ExitCode {
    guard let (_, report) = try options.ask(.recommission, of: worker) else { return .success }
    try Terminal.standardOutput.write(
      options.json ? NodeChangeText.json(report) : NodeChangeText.text(report))
    return .success
  }
}

/// `granary decommission`: forgets a worker that does not come back.
struct DecommissionVerb: Command {
  static let name = "decommission"
  static let abstract = "Forget a worker that will not come back."
  static let discussion = """
    Its places go to other copies, and new copies are made. Where it has the only copy of a \
    shard, that shard would be lost: this is refused, and the shards are named. One that is here \
    must be drained first, and have no shard any more. Its key stays on the list; \
    `granary keys revoke` takes it off.
    """
  static let examples = [
    Example("granary decommission worker-2 --dry-run", "Whether anything would be lost.")
  ]

  @Argument("WORKER", help: "Its name; `granary status` lists them.") var worker: String
  var options = NodeChangeOptions()

  func run() throws -> ExitCode {
    guard let (_, report) = try options.ask(.decommission, of: worker) else { return .success }
    try Terminal.standardOutput.write(
      options.json ? NodeChangeText.json(report) : NodeChangeText.text(report))
    return .success
  }
}

/// `granary rebalance`: what the cluster moves so that all have their share.
struct RebalanceVerb: Command {
  static let name = "rebalance"
  static let abstract = "Say what is to be moved so that all workers have their share."
  static let discussion = """
    The cluster shares its shards out by itself whenever a worker comes, goes or is drained, as \
    few of them as it can and at the rate that is allowed. With --dry-run this says what is left \
    to do: the moves, the bytes and the minutes. Without, moves that came to nothing lately are \
    tried again at once.
    """
  static let examples = [
    Example("granary rebalance --dry-run", "What there is to move."),
    Example("granary rebalance --dry-run --json", "The same for programs."),
  ]

  @Flag(help: "Only say it.") var dryRun: Bool
  @Flag(help: "Print JSON.") var json: Bool
  var cluster = ClusterOptions()

  func run() throws -> ExitCode {
    let report = try NodeClient(try cluster.client(as: .operator)).ask(
      .rebalance, of: nil, isDryRun: dryRun)
    try Terminal.standardOutput.write(
      json ? NodeChangeText.json(report) : NodeChangeText.text(report))
    return .success
  }
}
