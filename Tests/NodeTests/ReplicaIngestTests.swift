import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Sales on their way in while workers go and come, each shard on two of them.
  @Suite("Taking sales in with replicas")
  struct ReplicaIngestTests {
    private static let shards = 8
    private static let workers = ["worker-1", "worker-2", "worker-3"]

    @Test("goes on at the replicas when a worker is killed for good, and reads go on meanwhile")
    func killed() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2, settings: TestCluster.quickLoss)
      let sales = Sales.made(rows: 18_000, seed: 71)
      let (feed, ingest) = try await begin(sales, on: cluster)

      try cluster.killNow("worker-1")
      let before = try cluster.export("sales")
      #expect(!before.isEmpty)
      try feed.write(sales.rows[(sales.rows.count / 2)...].joined())
      feed.end()
      try await cluster.finish(ingest)
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")

      // Two are left, and each has everything again: also when one more goes.
      try await cluster.eventuallyHasAllCopies(on: ["worker-2", "worker-3"])
      try cluster.killNow("worker-3")
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
    }

    @Test("fences a worker that stood still, which becomes a replica when it goes on")
    func stopped() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2, settings: TestCluster.quickLoss)
      let sales = Sales.made(rows: 18_000, seed: 72)
      let (feed, ingest) = try await begin(sales, on: cluster)

      try cluster.signal("worker-2", SIGSTOP)
      try feed.write(sales.rows[(sales.rows.count / 2)...].joined())
      feed.end()
      do {
        try await cluster.finish(ingest)
      } catch {
        try? cluster.signal("worker-2", SIGCONT)
        throw error
      }
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")

      try cluster.signal("worker-2", SIGCONT)
      try await cluster.eventuallyHasAllCopies(on: Self.workers)
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      // What it stood still with is not what it answers with.
      try cluster.killNow("worker-1")
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
    }

    @Test("does not notice workers that leave and join")
    func leaveAndJoin() async throws {
      let cluster = try await TestCluster(workers: 3, shards: Self.shards, replication: 2)
      let sales = Sales.made(rows: 18_000, seed: 73)
      let (feed, ingest) = try await begin(sales, on: cluster)

      try #require(cluster.processes["worker-1"]).kill(SIGTERM)
      try cluster.startWorker("worker-4")
      try feed.write(sales.rows[(sales.rows.count / 2)...].joined())
      #expect(try await cluster.exit(of: "worker-1") == .code(0))
      feed.end()
      try await cluster.finish(ingest)
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      let status = try await cluster.eventuallyHasAllCopies(
        on: ["worker-2", "worker-3", "worker-4"])
      let serving = status.nodes.filter { $0.state == "serving" }
      #expect(serving.allSatisfy { 5...6 ~= $0.shards }, "\(status)")
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
    }

    /// Sends the first half of some sales, and waits until every worker has applied some.
    private func begin(
      _ sales: Sales, on cluster: TestCluster
    ) async throws -> (feed: Feed, ingest: RunningVerb) {
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "all"] + Feed.fewInFlight, feed: feed)
      try feed.write(Sales.header + sales.rows[..<(sales.rows.count / 2)].joined())
      try await cluster.eventually("some batches are in") {
        $0.nodes.allSatisfy { $0.batchesApplied > 0 }
      }
      return (feed, ingest)
    }
  }
}
