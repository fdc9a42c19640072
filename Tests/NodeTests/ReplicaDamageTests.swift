import Coordination
import FoundationEssentials
import Glibc
import Settings
import Storage
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Bytes that are not what was stored, where another worker has a copy and where none has.
  @Suite("Damaged data")
  struct ReplicaDamageTests {
    private static let shards = 8
    private static let workers = ["worker-1", "worker-2", "worker-3"]
    /// Damage is found at once.
    private static let quickScrub = ["worker.scrubMiBPerSecond=1024"]
    private static let sales = Sales.made(rows: 4_000, seed: 81)

    @Test("that cannot be opened as a database is copied anew from the other workers")
    func wholeDatabase() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2, settings: TestCluster.quickLoss)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
      try overwrite(cluster.database(of: "worker-1"), with: "this was a database")

      try cluster.startWorker("worker-1")
      // Until then the coordinator knows nothing of it.
      let isBack = await eventually { cluster.log(of: "worker-1").contains("joining without") }
      try #require(isBack, "\(cluster.story)")
      try await cluster.eventuallyHasAllCopies(on: Self.workers)
      let aside = cluster.cluster.data(of: "worker-1") + "/damaged-1"
      #expect(cluster.log(of: "worker-1").contains(aside), "\(cluster.story)")
      #expect(try contents("\(aside)/granary.sqlite").hasPrefix("this was a database"))
      // What it has now is whole: also where it is the only one that has it.
      try cluster.killNow("worker-2")
      expectAllSales(in: cluster)
    }

    @Test("that was set aside is deleted once the shards are whole, but for the newest two")
    func deleted() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2, settings: TestCluster.quickLoss)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      let data = cluster.cluster.data(of: "worker-1")
      for number in 1...3 {
        #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
        try overwrite(cluster.database(of: "worker-1"), with: "this was database \(number)")
        try cluster.startWorker("worker-1")
        let isAside = await eventually { Folder.exists("\(data)/damaged-\(number)/NOTE") }
        #expect(isAside, "\(cluster.story)")
      }
      try await cluster.eventuallyHasAllCopies(on: Self.workers)
      let isGone = await eventually { !Folder.exists("\(data)/damaged-1") }
      #expect(isGone && cluster.log(of: "worker-1").contains("\(data)/damaged-1"))
      for number in 2...3 {
        let kept = try contents("\(data)/damaged-\(number)/granary.sqlite")
        #expect(kept.hasPrefix("this was database \(number)"))
      }
      expectAllSales(in: cluster)
    }

    @Test("is set aside and said to be where nobody else has the shards")
    func lastCopy() async throws {
      let cluster = try await TestCluster(workers: 1, shards: Self.shards)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
      let database = cluster.database(of: "worker-1")
      let whole = try Data(contentsOf: URL(filePath: database))
      try overwrite(database, with: "this was a database")

      try cluster.startWorker("worker-1")
      #expect(try await cluster.exit(of: "worker-1") == .code(6), "as of any data that is damaged")
      let said = cluster.log(of: "worker-1")
      let aside = cluster.cluster.data(of: "worker-1") + "/damaged-1"
      for part in ["8 shards", "--accept-loss", aside] {
        #expect(said.contains(part), "\(cluster.story)")
      }
      #expect(try contents("\(aside)/granary.sqlite").hasPrefix("this was a database"))

      try whole.write(to: URL(filePath: database))
      try cluster.startWorker("worker-1")
      try await cluster.eventually("serves again") { $0.servedShards == Self.shards }
      expectAllSales(in: cluster)
    }

    @Test("is found by the scrub in single rows, and repaired from the replica")
    func flippedRows() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: Self.shards, replication: 2,
        settings: TestCluster.quickLoss + Self.quickScrub)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      #expect(try await cluster.end("worker-2", with: SIGINT) == .code(0))
      let flipped = try flipABit(in: cluster.database(of: "worker-2"))

      try cluster.startWorker("worker-2")
      let isFound = await eventually { cluster.log(of: "worker-2").contains("checksum") }
      #expect(isFound, "\(cluster.story)")
      // Nobody reads it from there, before or after it is made anew.
      expectAllSales(in: cluster)
      let isOver = await eventually {
        cluster.log(of: "worker-2").contains("over: shard \(flipped)")
      }
      #expect(isOver, "\(cluster.story)")
      try await cluster.eventually("it is repaired, and nothing is wrong any more") { status in
        TestCluster.hasAllCopies(status) && status.nodes.allSatisfy { $0.trouble.isEmpty }
      }
      try cluster.killNow("worker-1")
      expectAllSales(in: cluster)
    }

    @Test("without a replica is named, and what is not damaged is served")
    func withoutReplica() async throws {
      let cluster = try await TestCluster(
        workers: 1, shards: Self.shards, settings: Self.quickScrub)
      try cluster.run("ingest", "-", "--source", "all", input: Self.sales.text)
      #expect(try await cluster.end("worker-1", with: SIGINT) == .code(0))
      let flipped = try flipABit(in: cluster.database(of: "worker-1"))

      try cluster.startWorker("worker-1")
      let status = try await cluster.eventually("the status is red") { status in
        status.servedShards == Self.shards && status.colour == .red
          && status.reasons.contains { $0.contains("shard \(flipped)") }
      }
      #expect(status.reasons.contains { $0.contains("damaged") }, "\(status.reasons)")
      let sku = try #require(
        Self.sales.sums.keys.map(\.sku).sorted().first {
          (try? cluster.attempt(["explain", "sku", $0]).exit) == .code(0)
        })
      #expect(try cluster.run("explain", "sku", sku).contains(sku))
    }

    private func expectAllSales(in cluster: TestCluster) {
      do {
        #expect(
          Self.sales.differences(fromExport: try cluster.export("sales")) == [],
          "\(cluster.story)")
      } catch { Issue.record("\(error)") }
    }

    private func overwrite(_ path: String, with text: String) throws {
      try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Flips a bit in the first batch that is stored, as a disk might, and gives its shard.
    private func flipABit(in database: String) throws -> Int {
      let connection = try Connection(database, .readWrite)
      let select = try connection.statement(
        "SELECT shard, ordinal, value FROM batch ORDER BY shard, ordinal LIMIT 1"
      ).bind()
      try #require(try select.step())
      let (shard, ordinal) = (Int(select.integer(0)), Int(select.integer(1)))
      var value = select.bytes(2)
      select.reset()
      value[value.count / 2] ^= 0x10
      try connection.statement("UPDATE batch SET value = ? WHERE shard = ? AND ordinal = ?")
        .bind(value, shard, ordinal).run()
      return shard
    }
  }
}
