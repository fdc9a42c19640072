import CommandLineArguments
import CoordinatorNode
import Settings
import Telemetry
import Threading
import WorkerNode

/// `granary coordinator`: owns placement and runs until it is told to stop.
struct CoordinatorVerb: Command {
  static let name = "coordinator"
  static let abstract = "Run a coordinator, which owns where shards are and which run is at work."
  static let discussion = """
    The keys of the cluster must be there (`granary keys add`). Where the coordinator listens is \
    written into the cluster's folder, so that workers and commands on this machine find it. It \
    stops on SIGTERM and SIGINT; workers go on serving meanwhile, and runs go on when it is back.

    With `coordinator.store: "etcd"` several share the records: one leads, and the others stand by \
    and take over when it is gone, each under a name and a key of its own. Workers and commands \
    find the one that leads by themselves. While etcd does not answer, the one that leads goes on \
    with what there is and changes nothing; `granary status` says so.
    """
  static let examples = [
    Example("granary coordinator --cluster cluster", "Run it with its records there."),
    Example(
      "granary coordinator --cluster cluster --name coordinator-2",
      "Run another one, beside one that leads."),
  ]

  @Option("NAME", help: "Its name, and that of its key.") var name = "coordinator"
  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let settings = try settings.resolve(of: "granary coordinator")
    NodeProcess.prepare(settings)
    do {
      let node = try CoordinatorNode(
        folder: ClusterFolder(named: cluster), name: name, settings: settings,
        records: try CoordinatorRecords(settings), merge: RunSummary.merge,
        pricing: RunPricing.driver)
      let signals = try Signals { [stop = node.stop] _ in stop() }
      defer { signals.stop() }
      try node.run()
      return .success
    } catch let error as CoordinatorError {
      return NodeProcess.fail(error, error.isStorage ? .storage : .failure)
    }
  }
}
