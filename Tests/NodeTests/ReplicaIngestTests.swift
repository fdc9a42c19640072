import Coordination
import Demand
import FoundationEssentials
import Glibc
import Settings
import ShardStore
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

    @Test("finds all that a worker committed at its followers when it is stopped in order")
    func stoppedInOrder() async throws {
      let cluster = try await TestCluster(workers: 3, shards: Self.shards, replication: 2)
      let sales = Sales.made(rows: 60_000, seed: 74)
      let (feed, ingest) = try await begin(sales, on: cluster)
      let rest = sales.rows[(sales.rows.count / 2)...]
      let third = rest.count / Self.workers.count
      for (turn, name) in Self.workers.enumerated() {
        // Written means read but for a little: the last rows are on their way to the disks now.
        try feed.write(rest.dropFirst(turn * third).prefix(third).joined())
        #expect(try await cluster.end(name, with: SIGINT) == .code(0))
        let own = try Self.positions(of: name, in: cluster)
        let others = try Self.workers.filter { $0 != name }
          .map { try Self.positions(of: $0, in: cluster) }
        for (shard, position) in own {
          let furthest = others.compactMap { $0[shard]?.number }.max() ?? 0
          #expect(furthest >= position.number, "shard \(shard) of \(name)\(cluster.story)")
        }
        try cluster.startWorker(name)
        let isBack = await eventually {
          cluster.log(of: name).split(separator: "joined cluster").count == 3
        }
        #expect(isBack, "\(cluster.story)")
        try await cluster.eventuallyHasAllCopies(on: Self.workers)
      }
      feed.end()
      try await cluster.finish(ingest)
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
    }

    /// How far the logs of shards are in a worker's database.
    private static func positions(
      of name: String, in cluster: TestCluster
    ) throws -> [Int: LogPosition] {
      try ShardReader(folder: cluster.cluster.data(of: name)).positions()
    }

    /// Sends the first half of some sales, and waits until every worker has applied some.
    private func begin(
      _ sales: Sales, on cluster: TestCluster, _ words: [String] = Feed.fewInFlight
    ) async throws -> (feed: Feed, ingest: RunningVerb) {
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "all"] + words, feed: feed)
      try feed.write(Sales.header + sales.rows[..<(sales.rows.count / 2)].joined())
      try await cluster.eventually("some batches are in") {
        $0.nodes.allSatisfy { $0.batchesApplied > 0 }
      }
      return (feed, ingest)
    }
  }
}
