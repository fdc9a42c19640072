import ClientNode
import Coordination
import Glibc
import Messaging
import Settings
import TestSupport
import Testing
import Threading

#if Etcd
  extension ClusterTests {
    /// Several coordinators that share the records in an etcd: one leads, the others stand by.
    @Suite(
      "Coordinators that stand by",
      .enabled(if: EtcdServer.isInstalled, "without etcd-server there is nothing to share"))
    struct StandbyTests {
      private static let sales = Sales.made(rows: 4_000, skus: 160, seed: 17)

      private func cluster(_ etcd: EtcdServer, coordinators: Int) async throws -> TestCluster {
        let endpoints = etcd.endpoints.joined(separator: ",")
        return try await TestCluster(
          workers: 2, replication: 2, coordinators: coordinators,
          settings: [
            "coordinator.store=etcd", "coordinator.etcd.endpoints=\(endpoints)",
            "coordinator.etcd.leaseSeconds=2",
          ])
      }

      private func leader(_ cluster: TestCluster) throws -> String {
        try #require(try cluster.status().coordinators?.first?.name)
      }

      @Test("take over from one that is killed and from one that hangs, in the middle of a run")
      func takeOver() async throws {
        let etcd = try await EtcdServer.start()
        let cluster = try await cluster(etcd, coordinators: 3)
        try await cluster.eventually("two stand by") { $0.coordinators?.count == 3 }
        try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)

        let training = try cluster.begin(["train"] + TestCluster.models)
        try await cluster.eventually("units are at work") {
          $0.runs.contains { $0.unitsDone > 0 || $0.phase == "done" }
        }
        let first = try leader(cluster)
        try cluster.killNow(first)
        try await cluster.finish(training)
        let second = try leader(cluster)
        #expect(second != first)

        let forecasting = try cluster.begin(["forecast"])
        try cluster.signal(second, SIGSTOP)
        try await cluster.finish(forecasting)
        let third = try leader(cluster)
        #expect(third != second && third != first)

        // The one that was stopped believed that it leads, and finds out that it does not.
        try cluster.signal(second, SIGCONT)
        try await cluster.eventually("the one that hung stands by") { status in
          status.coordinators?.first?.name == third
            && status.coordinators?.contains { $0.name == second } ?? false
        }
        let runs = try cluster.status().runs
        #expect(runs.map(\.phase) == ["done", "done"], "\(cluster.story)")
        #expect(runs.allSatisfy { $0.skusDone == 160 }, "\(runs)")
        // The one that was killed is missed, and what was asked of it is on a disk that is there.
        let audit = try cluster.attempt(["audit"])
        #expect(audit.exit == .code(4) && audit.errors.contains("its lines are missing"))
        #expect(["run 1 started", "run 2 started"].allSatisfy(audit.output.contains))
        #expect(
          Self.sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      }

      @Test("go on with what there is while etcd does not answer, change nothing, and say so")
      func withoutRecords() async throws {
        let etcd = try await EtcdServer.start()
        let cluster = try await cluster(etcd, coordinators: 2)
        try await cluster.eventually("one stands by") { $0.coordinators?.count == 2 }
        try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
        let leader = try leader(cluster)
        etcd.signal(0, SIGSTOP)
        let status = try await cluster.eventually("says that it cannot be sure") { status in
          status.reasons.contains { $0.contains("not sure that this coordinator leads") }
        }
        #expect(status.colour == .yellow)
        #expect(status.servedShards == status.shards)
        #expect(status.coordinators?.first?.name == leader)
        #expect(
          Self.sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
        etcd.signal(0, SIGCONT)
        try await cluster.eventually("one leads and the other stands by again") { status in
          status.colour == .green && status.coordinators?.count == 2
        }
        try cluster.train()
      }

      @Test("have other keys one after the other while rows come in, and lead under them")
      func otherKeys() async throws {
        let etcd = try await EtcdServer.start()
        let cluster = try await cluster(etcd, coordinators: 2)
        try await cluster.eventually("one stands by") { $0.coordinators?.count == 2 }
        let feed = try Feed()
        let ingest = try cluster.begin(
          ["ingest", "-", "--source", "all"] + Feed.fewInFlight, feed: feed)
        let half = Self.sales.rows.count / 2
        try feed.write(Sales.header + Self.sales.rows[..<half].joined())
        let leader = try leader(cluster)
        let other = leader == "coordinator" ? "coordinator-2" : "coordinator"
        for name in [other, leader] { try cluster.run("keys", "rotate", name) }
        #expect(try self.leader(cluster) == leader, "nobody had to take over")
        try cluster.killNow(leader)
        try feed.write(Self.sales.rows[half...].joined())
        feed.end()
        try await cluster.finish(ingest)
        try await cluster.eventually("the other one leads under its new key") { status in
          status.coordinators?.first?.name == other && status.servedShards == status.shards
        }
        #expect(
          Self.sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
        // Started again it stands by under its own.
        try cluster.startCoordinator(leader)
        try await cluster.eventually("both are there") { status in
          status.colour == .green && status.coordinators?.count == 2
        }
        let known = try contents(cluster.cluster.coordinatorEndpoint).split(separator: "\n")
        for name in [leader, other] {
          let key = try KeyFile.readPublic(cluster.cluster.publicKey(of: name)).text
          #expect(known.contains { $0.hasSuffix(" \(key)") }, "\(name): \(known)")
        }
      }

      @Test("are asked for by a client that knows all of them, whichever leads")
      func asked() async throws {
        let etcd = try await EtcdServer.start()
        let cluster = try await cluster(etcd, coordinators: 2)
        try await cluster.eventually("one stands by") { $0.coordinators?.count == 2 }
        let access = try ClusterAccess(folder: cluster.cluster.path, environment: [:])
        #expect(try access.coordinators().count == 2)
        let client = try ClusterClient(access)
        let before = try client.status().coordinators?.first?.name
        try cluster.killNow(try #require(before))
        let after = try client.status().coordinators?.first?.name
        #expect(after != nil && after != before, "\(cluster.story)")
      }
    }
  }
#endif
