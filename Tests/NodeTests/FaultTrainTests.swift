import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// A run that is disturbed ends like one that is not.
  @Suite("Training")
  struct FaultTrainTests {
    /// A SKU on which the trainer hangs holds the run in its middle for as long as a test wants;
    /// the deadline never comes. A worker that is started again without the drill gets over it.
    private static let hang = ["GRANARY_DRILL_HANG_SKU": "S-7"]
    private static let trap = ["GRANARY_DRILL_TRAP_SKU": "S-9"]
    private static let skus = 40
    private static let shards = 32
    private static let sales = Sales.made(rows: 6_000, skus: skus, days: 90, seed: 7)
    private static let tables = ["forecasts", "models", "quarantine"]

    /// What an undisturbed cluster comes to.
    private static let undisturbed = Locked<[String: String]?>(nil)

    private func expected() async throws -> [String: String] {
      if let known = Self.undisturbed.withLock({ $0 }) { return known }
      let cluster = try await TestCluster(workers: 2, shards: Self.shards)
      try ingest(cluster)
      try cluster.train()
      let results = try results(cluster)
      Self.undisturbed.withLock { $0 = results }
      return results
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

    private func expect(_ cluster: TestCluster, toHold expected: [String: String]) throws {
      for (table, text) in try results(cluster) {
        let isSame = text == expected[table]
        #expect(isSame, "\(table) are not those of an undisturbed run\(cluster.story)")
      }
    }

    /// Waits until all is done but what hangs.
    private func middle(of cluster: TestCluster) async throws {
      try await cluster.eventually("all units but one are done") { status in
        guard let run = status.runs.first else { return false }
        return run.phase == "running" && run.unitsInAll > 1 && run.unitsDone == run.unitsInAll - 1
      }
    }

    /// The worker that has the SKU at which the trainer hangs.
    private func holder(_ cluster: TestCluster) throws -> String {
      struct Place: Codable { var worker: String }
      let text = try cluster.run("explain", "sku", "S-7", "--json")
      return try JSONDecoder().decode(Place.self, from: Data(text.utf8)).worker
    }

    @Test("goes on where it was when its worker is killed and started again")
    func killedWorker() async throws {
      let expected = try await expected()
      let cluster = try await TestCluster(
        workers: 2, shards: Self.shards, settings: ["training.itemDeadlineSeconds=3000"],
        environment: Self.hang)
      try ingest(cluster)
      let train = try cluster.begin(["train"] + TestCluster.models)
      try await middle(of: cluster)

      // Meanwhile the cluster answers: how it is, and what it holds.
      let status = try cluster.status()
      #expect(status.colour != .red && status.servedShards == status.shards, "\(status)")
      #expect(
        Self.sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")

      let worker = try holder(cluster)
      try cluster.killNow(worker)
      try cluster.startWorker(worker)
      let report = try await cluster.finish(train)
      #expect(report.contains(": \(Self.skus) SKUs in "), "\(report)")
      let run = try #require(try cluster.status().runs.first)
      #expect(run.phase == "done" && run.skusDone == UInt64(Self.skus), "\(run)")
      try expect(cluster, toHold: expected)
    }

    @Test("goes on when the coordinator is killed and started again, and whoever waits goes on too")
    func killedCoordinator() async throws {
      let expected = try await expected()
      let cluster = try await TestCluster(
        workers: 2, shards: Self.shards, settings: ["training.itemDeadlineSeconds=3000"],
        environment: Self.hang)
      try ingest(cluster)
      let train = try cluster.begin(["train"] + TestCluster.models)
      try await middle(of: cluster)
      let worker = try holder(cluster)

      try cluster.killNow("coordinator")
      try cluster.startCoordinator()
      try await cluster.eventually("the run is known again, and what was done is still done") {
        $0.nodes.count == 2 && $0.runs.first?.phase == "running"
          && $0.runs.first.map { $0.unitsDone == $0.unitsInAll - 1 } ?? false
      }
      #expect(train.process.isRunning)

      try cluster.killNow(worker)
      try cluster.startWorker(worker)
      let report = try await cluster.finish(train)
      #expect(report.contains(": \(Self.skus) SKUs in "), "\(report)")
      #expect(try cluster.status().runs.map(\.phase) == ["done"])
      try expect(cluster, toHold: expected)
    }

    @Test("names the SKU that traps and the one that hangs, and leaves the worker alone")
    func guiltySKUs() async throws {
      let expected = try await expected()
      let cluster = try await TestCluster(
        workers: 1, .up, shards: Self.shards, settings: ["training.itemDeadlineSeconds=1"],
        environment: Self.hang.merging(Self.trap) { old, _ in old })
      try ingest(cluster)
      let worker = try cluster.processID(of: "worker-1")
      try cluster.train()
      try cluster.run("forecast")

      let status = try cluster.status()
      for run in status.runs {
        #expect(run.quarantine.keys.sorted() == ["S-7", "S-9"], "\(run)")
        #expect(run.skusDone == UInt64(Self.skus))
      }
      #expect(status.colour == .yellow)
      #expect(status.reasons.contains { $0.contains("2 SKUs in quarantine") }, "\(status.reasons)")
      #expect(status.nodes.first?.trainersLost ?? 0 >= 2)
      #expect(try cluster.processID(of: "worker-1") == worker)

      let quarantine = lines(try cluster.export("quarantine"))
      #expect(quarantine.count == 2, "\(quarantine)")
      let hung = quarantine.first { $0.hasPrefix("S-7,") } ?? ""
      let trapped = quarantine.first { $0.hasPrefix("S-9,") } ?? ""
      #expect(hung.contains("was not done within 1"), "\(hung)")
      #expect(trapped.contains("signal") || trapped.contains("trap"), "\(trapped)")

      // The fallback forecasts them, and all others are as if nothing had happened.
      let (found, all) = (
        lines(try cluster.export("forecasts")), lines(expected["forecasts"] ?? "")
      )
      #expect(found.count == all.count)
      #expect(found.filter { !isGuilty($0) } == all.filter { !isGuilty($0) })
      #expect(found.filter(isGuilty).count == all.filter(isGuilty).count)
      #expect(try cluster.run("get", "S-7", "S-9", "--days", "1", "--csv").contains("S-9,"))
    }

    @Test("lets forecasts be read meanwhile")
    func readsMeanwhile() async throws {
      let cluster = try await TestCluster(workers: 1, shards: Self.shards)
      try ingest(cluster)
      try cluster.train()
      try cluster.run("forecast")
      let served = try cluster.run("get", "S-1", "S-7", "--csv")

      try cluster.killNow("worker-1")
      try cluster.startWorker("worker-1", environment: Self.hang)
      let train = try cluster.begin(
        ["train", "--no-wait"] + TestCluster.models)
      try await cluster.finish(train)
      try await middle(of: cluster)
      #expect(try cluster.run("get", "S-1", "S-7", "--csv") == served)
      #expect(try cluster.status().runs.first?.phase == "running")
      #expect(try cluster.run("explain", "sku", "S-7").contains("S-7 is in shard"))
      // Whoever stops the worker does not wait for the trainer.
      #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
    }

    private func lines(_ table: String) -> [Substring] {
      Array(table.split(separator: "\n").dropFirst())
    }

    private func isGuilty(_ line: Substring) -> Bool {
      line.hasPrefix("S-7,") || line.hasPrefix("S-9,")
    }
  }
}
