import ClientNode
import Demand
import Glibc
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

extension ClusterTests {
  /// What clients that live long get while the coordinator says nothing.
  @Suite("Reading without a coordinator")
  struct FaultCoordinatorTests {
    private static let sales = Sales.made(rows: 1_000, skus: 20, seed: 91)

    @Test("goes on by the map that is known, also where a worker is killed meanwhile")
    func stopped() async throws {
      let cluster = try await TestCluster(workers: 3, replication: 2)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      try cluster.train()
      try cluster.run("forecast")
      var patience = Patience()
      // Whoever asks the coordinator and waits for it fails.
      (patience.answer, patience.map) = (1_000, 0)
      let access = try ClusterAccess(folder: cluster.cluster.path, environment: [:])
      let client = try ClusterClient(access, patience: patience)
      let before = try Self.reads(client)
      #expect(before.contains { !$0.isEmpty })

      try await cluster.eventually("has all copies", TestCluster.hasAllCopies)
      try cluster.signal("coordinator", SIGSTOP)
      defer { try? cluster.signal("coordinator", SIGCONT) }
      #expect(try Self.reads(client) == before, "\(cluster.story)")
      try cluster.killNow("worker-2")
      #expect(try Self.reads(client) == before, "\(cluster.story)")
      // It comes back and is told nothing: the others go on answering for it.
      try cluster.startWorker("worker-2")
      for _ in 0..<5 { #expect(try Self.reads(client) == before, "\(cluster.story)") }
      #expect(throws: ClientError.self) { _ = try client.refreshMap() }
    }

    /// All that is read, in bytes: forecasts, parts of single SKUs, a table, the sums of all.
    private static func reads(_ client: ClusterClient) throws -> [[UInt8]] {
      var all: [[UInt8]] = []
      let skus = try Set(sales.sums.keys.map(\.sku)).sorted().map { try SKU($0) }
      try ForecastReader(client).read(skus) { _, record in all += record.series.map(\.value) }
      for sku in skus.prefix(4) {
        all += try SKUReader(client).rows(.model, of: sku).map(\.value)
      }
      _ = try Exporter(client).stream(.models) { row in all.append(row.value) }
      try DigestReader(client).read(asOf: nil) { sums, _, _ in all.append(sums) }
      return all
    }
  }
}
