import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// A run whose worker dies for good ends at the replicas like one that is not disturbed.
  @Suite("Training with replicas")
  struct ReplicaTrainTests {
    private static let shards = 16
    private static let skus = 40
    private static let sales = Sales.made(rows: 4_000, skus: skus, days: 90, seed: 17)
    private static let tables = ["forecasts", "models", "quarantine"]
    /// The SKU on which the trainers of one worker hang.
    private static let sku = "S-7"

    @Test("goes on at the replicas when a worker is killed in the middle, to the same results")
    func killed() async throws {
      let calm = try await TestCluster(workers: 3, shards: Self.shards, replication: 2)
      try ingest(calm)
      let holder = try calm.holder(of: Self.sku)
      try calm.train()
      let expected = try results(calm)
      try await calm.stop()

      // The same names have the same shards: that worker will be in the middle of a unit.
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2,
        settings: ["training.itemDeadlineSeconds=3000"] + TestCluster.quickLoss,
        environments: [holder: ["GRANARY_DRILL_HANG_SKU": Self.sku]])
      try ingest(cluster)
      #expect(try cluster.holder(of: Self.sku) == holder)
      let train = try cluster.begin(["train"] + TestCluster.models)
      try await cluster.eventually("all units but one are done") { status in
        guard let run = status.runs.first else { return false }
        return run.phase == "running" && run.unitsInAll > 1 && run.unitsDone == run.unitsInAll - 1
      }
      try cluster.killNow(holder)
      let report = try await cluster.finish(train)
      #expect(report.contains(": \(Self.skus) SKUs in "), "\(report)")
      for (table, text) in try results(cluster) {
        let isSame = text == expected[table]
        #expect(isSame, "\(table) are not those of an undisturbed run\(cluster.story)")
      }
    }

    private func ingest(_ cluster: TestCluster) throws {
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
    }

    /// Forecasts what was trained, and gives the tables.
    private func results(_ cluster: TestCluster) throws -> [String: String] {
      try cluster.run("forecast")
      return try Dictionary(
        uniqueKeysWithValues: Self.tables.map { ($0, try cluster.export($0)) })
    }
  }
}
