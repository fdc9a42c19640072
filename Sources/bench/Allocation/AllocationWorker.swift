import Allocation
import CommandLineArguments
import Replenishment
import Settings
import Threading
import WireProtocol
import WorkerNode

/// A worker of a cluster that is asked for prices of drawn pairs instead of those of its rows.
struct AllocationWorker: Command {
  static let name = "allocation-worker"
  static let abstract = "Run a worker whose shards hold the pairs of a generated instance."
  static let discussion =
    "All but the loading of pairs is what `granary worker` does. Ends by SIGTERM or SIGINT.\n"

  @Option("DIR", help: "The cluster's folder.") var cluster: Path
  @Option("NAME", help: "The worker's name.") var node: String
  @Option("NUMBER", .within(1...100_000_000), help: "SKUs of all workers.") var skus = 1_000_000
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let resolved = try settings.resolve(of: "granary worker")
    guard let name = NodeName(node) else {
      throw ArgumentError.invalidValue(
        option: "--node", value: node, expectation: "a node's name", nearest: nil)
    }
    let worker = try WorkerNode(
      folder: ClusterFolder(path: cluster.description), node: name, settings: resolved,
      acceptLoss: false)
    let drawn = DrawnShards(
      ClusterInstance(skus: skus, shardCount: resolved.cluster.shards))
    worker.price { shard, planning in
      PlanShard(shard: shard, planning: planning, pairs: drawn[shard])
    }
    let signals = try Signals { [stop = worker.stop] _ in stop() }
    let end = worker.run()
    signals.stop()
    return end == .wished ? .success : .failure
  }
}

/// The pairs of the shards that were asked for, drawn once: they outlive a run.
private final class DrawnShards: Sendable {
  private let cluster: ClusterInstance
  private let shards = Locked<[Int: PairShard]>([:])

  init(_ cluster: ClusterInstance) { self.cluster = cluster }

  subscript(shard: Int) -> PairShard {
    if let known = shards.withLock({ $0[shard] }) { return known }
    guard let new = try? cluster.shard(shard) else {
      preconditionFailure("shard \(shard) of the instance cannot be drawn")
    }
    shards.withLock { $0[shard] = new }
    return new
  }
}
