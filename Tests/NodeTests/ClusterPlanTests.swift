import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing

extension ClusterTests {
  /// Plans under limits that all warehouses share.
  @Suite("Plans under shared limits")
  struct ClusterPlanTests {
    @Test("are the same bytes on one, two, three and seven workers")
    func sameBytes() async throws {
      var expected: [String: String]?
      for workers in [1, 2, 3, 7] {
        let (cluster, _) = try await ClusterPlans.cluster(workers: workers)
        try cluster.run("allocate")
        var found = try ClusterPlans.tables(of: cluster)
        let manifest = cluster.folder.file("manifest.json")
        _ = try cluster.export("policies", ["--manifest", manifest])
        found["manifest"] = try contents(manifest)
        try await cluster.stop()
        let first = expected ?? found
        expected = first
        for table in ClusterPlans.tables + ["manifest"] {
          let isSame = found[table] == first[table]
          #expect(isSame, "\(table) differ on \(workers) workers")
        }
        let prices = ClusterPlans.rows(found["prices"])
        #expect(prices.contains { $0["state"] == "tight" })
        #expect(ClusterPlans.rows(found["purchase_orders"]).contains { $0["state"] == "new" })
      }
    }

    @Test("are what the verb makes of the same tables without a cluster")
    func sameWithoutCluster() async throws {
      let (cluster, sample) = try await ClusterPlans.cluster(workers: 2)
      try cluster.run("allocate")
      let found = try ClusterPlans.tables(of: cluster)
      try cluster.run(
        "export", "forecasts", "--cumulative", "--output", "\(sample)/forecasts.csv")
      let output = cluster.folder.file("local")
      try cluster.run(
        "allocate", "--input", sample, "--output", output, "--set",
        "cluster.shards=\(ClusterPlans.shards)", inCluster: false)
      for table in ClusterPlans.tables {
        let isSame = try contents("\(output)/\(table).csv") == found[table]
        #expect(isSame, "\(table) differ")
      }
    }

    // MARK: Faults

    @Test("do not change by a worker that is killed while prices are searched")
    func killedWorker() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      let scenario = try Self.scenario(in: cluster)
      try cluster.run("allocate", "--scenario", scenario)
      let expected = try ClusterPlans.tables(of: cluster, plan: "scenario")
      // In its first round, and after it has answered some.
      for rounds in [1, 3] as [UInt64] {
        let run = try await ClusterPlans.pricing(
          cluster, without: "worker-2", rounds: rounds, ["--scenario", scenario])
        try cluster.killNow("worker-2")
        let before = try #require(try cluster.status().runs.first { $0.run == run })
        #expect(before.phase == "pricing" && before.rounds >= rounds)
        try cluster.startWorker("worker-2")
        try await ClusterPlans.finished(run, on: cluster)
        #expect(try ClusterPlans.tables(of: cluster, plan: "scenario") == expected)
      }
    }

    @Test("do not change by a coordinator that is killed while prices are searched")
    func killedCoordinator() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      let scenario = try Self.scenario(in: cluster)
      try cluster.run("allocate", "--scenario", scenario)
      let expected = try ClusterPlans.tables(of: cluster, plan: "scenario")
      let run = try await ClusterPlans.pricing(
        cluster, without: "worker-2", rounds: 2, ["--scenario", scenario])
      try cluster.killNow("coordinator")
      try ClusterPlans.signal("worker-2", SIGCONT, in: cluster)
      try cluster.startCoordinator()
      try await ClusterPlans.finished(run, on: cluster)
      #expect(try ClusterPlans.tables(of: cluster, plan: "scenario") == expected)
    }

    /// Less cash: plans of scenarios rest on nothing that was planned before, so that a second one
    /// is the first again.
    private static func scenario(in cluster: TestCluster) throws -> String {
      let path = cluster.folder.file("less-cash.json5")
      try ClusterPlans.write("{ cash: 0.9 }", to: path)
      return path
    }
  }
}
