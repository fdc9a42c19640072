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
    stops on SIGTERM and SIGINT; workers go on serving meanwhile, and runs go on when it is back. \
    With coordinator.store etcd several may run: one leads, and the others wait until it is gone. \
    Whoever has led and lost the seat ends; what starts it again makes it wait.
    """
  static let examples = [
    Example("granary coordinator --cluster cluster", "Run it with its records there.")
  ]

  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let settings = try settings.resolve(of: "granary coordinator")
    NodeProcess.prepare(settings)
    if let shared = try SharedRecords(settings) {
      return try SharedCoordinator(shared, ClusterFolder(named: cluster), settings).run()
    }
    do {
      let node = try CoordinatorNode(
        folder: ClusterFolder(named: cluster), settings: settings, merge: RunSummary.merge,
        pricing: RunPricing.driver)
      let signals = try Signals { [stop = node.stop] _ in stop() }
      node.run()
      signals.stop()
      return .success
    } catch let error as CoordinatorError {
      return NodeProcess.fail(error, error.isStorage ? .storage : .failure)
    }
  }
}
