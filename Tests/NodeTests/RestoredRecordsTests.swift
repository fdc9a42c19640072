import Coordination
import TestSupport
import Testing
import Threading

#if Etcd
  extension ClusterTests {
    /// What is restored of a backup where coordinators share their records.
    @Suite(
      "Records that are restored into etcd",
      .enabled(if: EtcdServer.isInstalled, "without etcd-server there is nothing to share"))
    struct RestoredRecordsTests {
      private static let sales = Sales.made(rows: 2_000, skus: 80, seed: 23)

      private func settings(_ etcd: EtcdServer, _ prefix: String) -> [String] {
        [
          "coordinator.store=etcd", "coordinator.etcd.leaseSeconds=2",
          "coordinator.etcd.endpoints=\(etcd.endpoints.joined(separator: ","))",
          "coordinator.etcd.prefix=\(prefix)/",
        ]
      }

      private func words(_ settings: [String]) -> [String] {
        settings.flatMap { ["--set", $0] }
      }

      @Test("make the cluster that was, go on after an interruption, and harm no other cluster")
      func restored() async throws {
        let etcd = try await EtcdServer.start()
        let (old, new) = (settings(etcd, "old"), settings(etcd, "new"))
        let cluster = try await TestCluster(workers: 2, settings: old)
        try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
        let backups = cluster.folder.file("backups")
        try cluster.run("backup", backups)
        let path = cluster.folder.file("restored")
        let restore = ["restore", backups, "--cluster", path, "--workers", "3", "--verify"]

        let beside = try Binary.run(restore + words(old))
        #expect(beside.exit != .code(0) && beside.errors.contains("leads a cluster"))
        try await cluster.stop()
        let over = try Binary.run(restore + words(old))
        #expect(over.exit != .code(0) && over.errors.contains("are another cluster's"))

        // The coordinator's part by itself, as a host of several would; then all, which finds it.
        let only = restore + ["--only", "coordinator"] + words(new)
        try cluster.run(only, inCluster: false)
        let all = try cluster.run(restore + words(new), inCluster: false)
        #expect(all.contains("There already, and not touched: coordinator"))
        let restored = try await RestoredUp(path, settings: new)
        #expect(
          Self.sales.differences(fromExport: try restored.export("sales")) == [])
        #expect(try restored.status().nodes.count == 3)
      }
    }
  }
#endif
