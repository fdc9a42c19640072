import Coordination
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Workers come and go; the data stay.
  @Suite("Workers that join and leave")
  struct ClusterMembershipTests {
    private static let shards = 8

    @Test(
      "hand their shards over first, take shards when they come, and nothing is missed meanwhile")
    func leaveAndJoin() async throws {
      let cluster = try await TestCluster(workers: 2, shards: Self.shards)
      let sales = Sales.made(rows: 4_000, seed: 11)
      try cluster.run("ingest", "-", "--source", "all", input: sales.text)
      try cluster.train()
      try cluster.run("forecast")
      let (stored, forecasts) = (try cluster.export("sales"), try cluster.export("forecasts"))

      let leaving = try #require(cluster.processes["worker-1"])
      leaving.kill(SIGTERM)
      let whileLeaving = try await readAll(cluster, until: "worker-2 alone has all shards") {
        $0.nodes.map(\.name) == ["worker-2"] && $0.nodes.map(\.shards) == [Self.shards]
          && $0.moves == 0 && $0.servedShards == Self.shards
      }
      #expect(whileLeaving.allSatisfy { $0 == forecasts }, "\(cluster.story)")
      #expect(try await cluster.exit(of: "worker-1") == .code(0))
      #expect(try cluster.export("sales") == stored)
      #expect(try cluster.export("forecasts") == forecasts)

      // A new one takes its share.
      try cluster.startWorker("worker-3")
      let reads = try await readAll(cluster, until: "worker-3 has its share") { status in
        status.nodes.map(\.shards) == [Self.shards / 2, Self.shards / 2] && status.moves == 0
      }
      #expect(reads.allSatisfy { $0 == forecasts }, "\(cluster.story)")
      #expect(try cluster.export("sales") == stored)

      // And the one that left comes back on the data that it has handed over.
      try cluster.startWorker("worker-1")
      try await cluster.eventually("three workers share the shards") {
        $0.nodes.map(\.shards).sorted() == [2, 3, 3] && $0.moves == 0 && $0.colour != .red
      }
      #expect(try cluster.export("sales") == stored)
      #expect(try cluster.export("forecasts") == forecasts)
    }

    @Test("may leave and join while sales come in")
    func whileIngesting() async throws {
      let cluster = try await TestCluster(workers: 2, shards: Self.shards)
      let seed: UInt64 = 4_711
      let sales = Sales.made(rows: 30_000, seed: seed)
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "all"] + Feed.fewInFlight, feed: feed)
      let third = sales.rows.count / 3
      try feed.write(Sales.header + sales.rows[..<third].joined())
      try await cluster.eventually("both workers have batches") {
        $0.nodes.allSatisfy { $0.batchesApplied > 0 }
      }

      // The orders to leave are on their way while rows go on.
      let worker = try #require(cluster.processes["worker-1"])
      worker.kill(SIGTERM)
      try feed.write(sales.rows[third..<2 * third].joined())
      #expect(try await cluster.exit(of: "worker-1") == .code(0))
      try cluster.startWorker("worker-3")
      try feed.write(sales.rows[(2 * third)...].joined())
      feed.end()
      try await cluster.finish(ingest)
      let differences = sales.differences(fromExport: try cluster.export("sales"))
      #expect(differences == [], "\(differences), seed \(seed)\(cluster.story)")

      try await cluster.eventually("two workers share the shards") {
        $0.nodes.map(\.shards) == [4, 4] && $0.moves == 0
      }
      let later = sales.differences(fromExport: try cluster.export("sales"))
      #expect(later == [], "\(later), seed \(seed)\(cluster.story)")
    }

    /// Exports forecasts again and again until the status is as wished; at least once.
    private func readAll(
      _ cluster: TestCluster, until wish: String, _ condition: (ClusterStatus) -> Bool
    ) async throws -> [String] {
      var reads: [String] = []
      try await cluster.eventually(wish) { status in
        if let read = try? cluster.export("forecasts") { reads.append(read) }
        return condition(status)
      }
      return reads
    }
  }
}
