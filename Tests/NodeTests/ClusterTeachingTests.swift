import ClientNode
import Coordination
import Forecasting
import Messaging
import Settings
import ShardStore
import TestSupport
import Testing
import WireProtocol
import WorkerNode

extension ClusterTests {
  /// Networks that are learned by one worker and used by all.
  @Suite("Learning shared weights")
  struct ClusterTeachingTests {
    private static let shards = 8
    private static let skus = 40
    private static let sales = Sales.made(rows: 4_000, skus: skus, days: 90, seed: 7)
    /// Teaching hangs, for as long as a test wants: the deadline never comes.
    private static let hang = ["GRANARY_DRILL_HANG_SKU": "the network of run 1"]
    private static let trap = ["GRANARY_DRILL_TRAP_SKU": "the network of run 1"]

    private func cluster(
      workers: Int, settings: [String] = [], environment: [String: String] = [:]
    ) async throws -> TestCluster {
      let cluster = try await TestCluster(
        workers: workers, shards: Self.shards, settings: settings, environment: environment)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      return cluster
    }

    private func client(_ cluster: TestCluster) throws -> RunClient {
      RunClient(try ClusterClient(try ClusterAccess(folder: cluster.cluster.path, for: .operator)))
    }

    /// Asks for a run that needs a network.
    private func start(_ cluster: TestCluster, isUpdate: Bool = false) throws -> RunStatus {
      let settings = RunSettings(
        season: 7, horizonDays: 28, models: ["snaive", "lstm"], isUpdate: isUpdate)
      return try client(cluster).start(.train, asOf: nil, settings: settings)
    }

    /// Waits until a run has ended well.
    private func finish(_ cluster: TestCluster, _ run: RunStatus) async throws -> RunStatus {
      try await cluster.eventually("run \(run.run) is done") { status in
        status.runs.contains { $0.run == run.run && $0.phase == "done" }
      }
      return try client(cluster).status(of: run.run)
    }

    /// Stops the cluster and gives the networks of each shard, whoever has it.
    private func networks(_ cluster: TestCluster) async throws -> [[StoredNetwork]] {
      let names = cluster.processes.keys.filter { $0 != "coordinator" }
      try await cluster.stop()
      var found = [[StoredNetwork]](repeating: [], count: Self.shards)
      for name in names {
        let reader = try ShardReader(folder: cluster.cluster.data(of: name))
        for summary in try reader.summaries() where summary.skuCount > 0 {
          found[summary.shard] = try reader.networks(of: summary.shard)
        }
      }
      return found
    }

    @Test("gives every shard the same network, on one worker and on three")
    func sameNetwork() async throws {
      var first: StoredNetwork?
      for workers in [1, 3] {
        let cluster = try await cluster(workers: workers)
        let ended = try await finish(cluster, try start(cluster))
        #expect(ended.outcome.skus == UInt64(Self.skus) && ended.outcome.quarantined == 0)
        #expect(ended.teachingMilliseconds > 0)
        #expect(ended.teachingMilliseconds <= ended.elapsedMilliseconds)
        let networks = try await networks(cluster)
        let network = try #require(networks.first?.first)
        #expect(network.run == 1)
        #expect(try SharedNetwork(packed: network.bytes).packed() == network.bytes)
        #expect(networks.allSatisfy { $0 == [network] }, "\(cluster.story)")
        #expect(first == nil || first == network)
        first = network
      }
    }

    @Test("is done once where the next training keeps the network, and again where it does not")
    func update() async throws {
      let cluster = try await cluster(workers: 2)
      for (run, isUpdate) in [(1, false), (2, true), (3, false)] {
        let ended = try await finish(cluster, try start(cluster, isUpdate: isUpdate))
        #expect(ended.run == UInt64(run))
        #expect((ended.teachingMilliseconds > 0) == !isUpdate)
      }
      try cluster.run("forecast")
      let networks = try await networks(cluster)
      #expect(networks.allSatisfy { $0.map(\.run) == [1, 3] })
    }

    @Test("goes on elsewhere when its worker is killed, and says meanwhile what is done")
    func killedTeacher() async throws {
      let cluster = try await cluster(
        workers: 2, settings: ["training.teachDeadlineSeconds=3000"], environment: Self.hang)
      let run = try start(cluster)
      try await cluster.eventually("a worker teaches") { $0.runs.first?.phase == "teaching" }
      #expect(try cluster.run("status").contains("learning shared weights"))
      try await taught(in: cluster)
      try cluster.killNow("coordinator")
      try cluster.startCoordinator()
      try await cluster.eventually("the run is known again") {
        $0.nodes.count == 2 && $0.runs.first?.phase == "teaching"
      }
      for name in ["worker-1", "worker-2"] {
        try cluster.killNow(name)
        try cluster.startWorker(name)
      }
      let ended = try await finish(cluster, run)
      #expect(ended.outcome.skus == UInt64(Self.skus))
      let networks = try await networks(cluster)
      #expect(networks.allSatisfy { $0 == networks[0] && $0.map(\.run) == [1] })
    }

    /// Waits until a trainer has begun.
    private func taught(in cluster: TestCluster) async throws {
      let hasBegun = await eventually(within: TestCluster.patience) {
        ["worker-1", "worker-2"].contains { cluster.log(of: $0).contains("learning shared") }
      }
      if !hasBegun { throw cluster.failure("no worker has learned anything") }
    }

    /// What the report of a run says of its network.
    private func verdict(_ run: RunStatus) throws -> String {
      try TrainSummary(packed: run.outcome.summary).network
    }

    @Test(
      "that takes its trainer down leaves the run to the other models, and the next learns anew")
    func failing() async throws {
      let cluster = try await cluster(workers: 2, environment: Self.trap)
      let first = try await finish(cluster, try start(cluster))
      #expect(first.outcome.skus == UInt64(Self.skus) && first.outcome.quarantined == 0)
      let trouble = try verdict(first)
      #expect(trouble.hasPrefix("no network: learning from \(Self.skus) SKUs"), "\(trouble)")
      #expect(trouble.contains("crashed its trainer"), "\(trouble)")
      // The drill is for the first run alone.
      let second = try await finish(cluster, try start(cluster, isUpdate: true))
      #expect(second.teachingMilliseconds > 0)
      let found = try verdict(second)
      #expect(found.hasPrefix("network: "), "\(found)")
    }

    @Test("that takes longer than it may leaves the run to the other models")
    func deadline() async throws {
      let cluster = try await cluster(
        workers: 1, settings: ["training.teachDeadlineSeconds=1"], environment: Self.hang)
      let ended = try await finish(cluster, try start(cluster))
      let trouble = try verdict(ended)
      #expect(trouble.contains("was not done within 1"), "\(trouble)")
    }
  }
}
