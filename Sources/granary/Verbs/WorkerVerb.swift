import CommandLineArguments
import Settings
import Telemetry
import Threading
import WireProtocol
import WorkerNode

/// `granary worker`: owns shards until it is told to stop or to leave.
struct WorkerVerb: Command {
  static let name = "worker"
  static let abstract = "Run a worker, which stores, trains, forecasts and plans its shards."
  static let discussion = """
    SIGTERM makes it leave: it hands its shards to the other workers first. SIGINT stops it at \
    once; its shards wait for it to come back. After a crash it is started again on the same \
    folder and goes on.
    """
  static let examples = [
    Example(
      "granary worker --cluster cluster --name worker-1",
      "Run worker-1 with its key and data there.")
  ]

  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  @Option("NAME", help: "The worker's name: its key and its data are under it.") var name: String
  @Flag(
    help: """
      Start although acknowledged rows were lost with a disk or an old copy of the data: what is \
      there is served.
      """) var acceptLoss: Bool
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let settings = try settings.resolve(of: "granary worker")
    NodeProcess.prepare(settings)
    guard let node = NodeName(name) else {
      throw ArgumentError.invalidValue(
        option: "--name", value: name, expectation: "1 to 64 of a-z A-Z 0-9 . _ -", nearest: nil)
    }
    do {
      let worker = try WorkerNode(
        folder: ClusterFolder(named: cluster), node: node, settings: settings,
        acceptLoss: acceptLoss)
      let signals = try Signals { [stop = worker.stop, leave = worker.leave] signal in
        signal == .terminate ? leave() : stop()
      }
      let end = worker.run()
      signals.stop()
      return switch end {
      case .wished: .success
      case .refused: .failure
      case .withoutData: .storage
      }
    } catch let error as WorkerError {
      return NodeProcess.fail(error, error.isStorage ? .storage : .failure)
    }
  }
}
