import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Workers are emptied and filled by hand; nothing is missed.
  @Suite("Draining")
  struct ClusterDrainTests {
    private func report(_ text: String) throws -> NodeChangeReport {
      try JSONDecoder().decode(NodeChangeReport.self, from: Data(text.utf8))
    }

    @Test("empties a worker while all is served, and recommissioning fills it again")
    func drain() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 8)
      let sales = Sales.made(rows: 2_000, seed: 3)
      try cluster.run("ingest", "-", "--source", "all", input: sales.text)
      let dry = try report(try cluster.run("drain", "worker-2", "--dry-run", "--json"))
      #expect(!dry.isDone && dry.copies + dry.promotions == dry.moves.count)
      #expect(dry.copies + dry.promotions > 0)
      #expect(try cluster.status().nodes.allSatisfy { $0.state == "serving" })

      #expect(try cluster.run("drain", "worker-2").contains("has no shard any more"))
      try await cluster.eventually("it is drained") { status in
        status.nodes.map(\.shards) == [8, 0] && status.nodes[1].state == "drained"
      }
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [])
      // Asked again it is so already.
      #expect(try cluster.run("drain", "worker-2").contains("has no shard any more"))
      #expect(try cluster.run("recommission", "worker-2").contains("gets shards again"))
      try await cluster.eventually("it has its share") {
        $0.nodes.map(\.primaries) == [4, 4] && $0.moves == 0
      }
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [])
      #expect(try report(try cluster.run("rebalance", "--dry-run", "--json")).moves.isEmpty)
      #expect(try cluster.run("audit").contains("worker-2"))
    }

    @Test("and decommissioning are refused where something would be lost, which is named")
    func refused() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 4)
      let here = try cluster.attempt(["decommission", "worker-2"])
      #expect(here.exit == .code(1))
      #expect(here.errors.contains("`granary drain worker-2` first"), "\(here.errors)")
      try cluster.killNow("worker-2")
      try await cluster.eventually("it is lost") { $0.nodes.contains { $0.state == "lost" } }
      let lost = try cluster.attempt(["decommission", "worker-2"])
      #expect(lost.exit == .code(1) && lost.errors.contains("2 shards"), "\(lost.errors)")
      #expect(lost.errors.contains("would be lost"), "\(lost.errors)")
      let stranger = try cluster.attempt(["drain", "worker-9"])
      #expect(stranger.exit == .code(1) && stranger.errors.contains("no worker worker-9"))
      let client = try cluster.attempt(["drain", "worker-1", "--as", "client"])
      #expect(client.exit == .code(5) && client.errors.contains("needs the role operator"))
      #expect(try cluster.attempt(["drain", "no name"]).exit == .code(2))
    }
  }
}
