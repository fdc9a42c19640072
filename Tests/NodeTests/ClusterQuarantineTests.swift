import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// A SKU that takes its trainer down does so once, until somebody asks for another try.
  @Suite("The quarantine")
  struct ClusterQuarantineTests {
    private static let trap = ["GRANARY_DRILL_TRAP_SKU": "S-9"]

    private func lost(_ cluster: TestCluster) async throws -> UInt64 {
      // Told with the next heartbeat but one.
      try await cluster.eventually("the run has ended") { $0.runs.first?.phase == "done" }
      try await Task.sleep(for: .milliseconds(600))
      return try #require(try cluster.status().nodes.first).trainersLost
    }

    @Test("holds a SKU that costs a trainer out of trainings until it is to be tried again")
    func held() async throws {
      let cluster = try await TestCluster(workers: 1, environment: Self.trap)
      let sales = Sales.made(rows: 3_000, skus: 40, days: 90, seed: 7)
      try cluster.run("ingest", "-", "--source", "all", input: sales.text)
      try cluster.train()
      let once = try await lost(cluster)
      #expect(once > 0)
      let list = try cluster.run("quarantine", "list", "--json")
      #expect(list.contains("\"sku\":\"S-9\",\"run\":1,\"training\":\"held\""), "\(list)")

      // The next training does not touch it, and names it still.
      try cluster.train()
      #expect(try await lost(cluster) == once)
      #expect(try cluster.status().runs.first?.quarantine.keys.sorted() == ["S-9"])
      #expect(try cluster.run("quarantine", "list", "--held").contains("S-9"))
      #expect(try cluster.run("quarantine", "list", "--sku", "S-8").contains("No such SKU"))

      // Asked for, it is tried, fails again and is held again.
      let retry = try cluster.attempt(["quarantine", "retry", "S-9", "S-8"])
      #expect(retry.exit == .code(0) && retry.errors.contains("\"S-8\" is not in quarantine"))
      #expect(try cluster.run("quarantine", "list", "--json").contains("\"retry\""))
      try cluster.train()
      #expect(try await lost(cluster) > once)
      #expect(try cluster.run("quarantine", "list", "--json").contains("\"run\":3"))

      // Let go, and mended: it is a SKU like others.
      let client = try cluster.attempt(["quarantine", "release", "--all", "--as", "client"])
      #expect(client.exit == .code(5), "\(client.errors)")
      try cluster.run("quarantine", "release", "--all")
      #expect(try cluster.run("quarantine", "list").hasPrefix("No SKU is in quarantine"))
      #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
      try cluster.startWorker("worker-1")
      try await cluster.eventually("it is back") { $0.servedShards == $0.shards }
      try cluster.train()
      #expect(try cluster.run("quarantine", "list").hasPrefix("No SKU is in quarantine"))
      #expect(try cluster.status().runs.first?.quarantined == 0)
    }

    @Test("tries a SKU again by itself when its past was corrected")
    func corrected() async throws {
      let cluster = try await TestCluster(workers: 1, environment: Self.trap)
      let sales = Sales.made(rows: 3_000, skus: 40, days: 90, seed: 7)
      try cluster.run("ingest", "-", "--source", "all", input: sales.text)
      try cluster.train()
      let once = try await lost(cluster)
      let row = try #require(
        try cluster.export("sales").split(separator: "\n").first { $0.hasPrefix("S-9,") }
      ).split(separator: ",")
      try cluster.run(
        "ingest", "-", "--source", "correction", "--replace",
        input: "sku,location,date,units\nS-9,\(row[1]),\(row[2]),77\n")
      try cluster.train()
      #expect(try await lost(cluster) > once)
      #expect(try cluster.run("quarantine", "list", "--json").contains("\"run\":2"))
    }
  }
}
