import Backup
import Coordination
import FoundationEssentials
import Glibc
import Settings
import ShardStore
import Storage
import TestSupport
import Testing
import Threading

@testable import granary

extension ClusterTests {
  /// Backups of a cluster of processes, and clusters made of them.
  @Suite("Backups")
  struct ClusterBackupTests {
    private static let tables = [
      "sales", "models", "forecasts", "policies", "purchase_orders", "transfers", "exceptions",
      "prices",
    ]

    @Test(
      "of a planned marketplace become a cluster of another size that has the same of everything")
    func restored() async throws {
      let (cluster, sample) = try await ClusterPlans.cluster(workers: 2, skus: 60)
      try cluster.run("allocate")
      let backups = cluster.folder.file("backups")
      try cluster.run("backup", backups)
      var before: [String: String] = [:]
      for table in Self.tables { before[table] = try cluster.export(table) }
      let (plans, runs) = (try cluster.run("plans"), try cluster.run("runs"))
      // What comes later is in no backup.
      let first = try contents("\(sample)/sales.csv").split(separator: "\n")[1]
      let place = first.split(separator: ",")[1]
      try cluster.run(
        "ingest", "-", "--source", "later",
        input: "\(Sales.header)LATER,\(place),2025-01-01,1\n")
      #expect(try cluster.export("sales") != before["sales"])
      try await cluster.stop()

      for (workers, copies) in [(1, 1), (3, 2)] {
        let path = cluster.folder.file("restored-\(workers)")
        let words = [
          "restore", backups, "--cluster", path, "--workers", "\(workers)", "--verify",
          "--set", "coordinator.replication=\(copies)",
        ]
        #expect(try cluster.run(words, inCluster: false).contains("compared row by row"))
        let restored = try await RestoredUp(path)
        let status = try restored.status()
        #expect(status.nodes.count == workers && status.servedShards == ClusterPlans.shards)
        for table in Self.tables {
          #expect(try restored.export(table) == before[table], "\(workers) workers: \(table)")
        }
        #expect(try restored.run(["plans"]) == plans && restored.run(["runs"]) == runs)
        // It goes on from there: the next run has a number of its own.
        _ = try restored.run(["forecast"])
        #expect(try restored.status().runs.map(\.run).max() == 4)
      }
    }

    @Test(
      "are of one moment: a row is in only if all that were acknowledged before it are",
      arguments: [1, 2])
    func moment(replication: Int) async throws {
      let cluster = try await TestCluster(workers: 3, shards: 8, replication: replication)
      let backups = cluster.folder.file("backups")
      try cluster.run("ingest", "-", "--source", "0", input: Self.rows("P-0"))
      let writer = Locked((acknowledged: 0, isDone: false))
      let path = cluster.cluster.path
      let thread = try Thread(name: "rows") {
        // One after the other, each in some shard, and each acknowledged before the next is sent.
        var number = 1
        while !writer.withLock({ $0.isDone }) {
          let words = ["ingest", "-", "--source", "\(number)", "--cluster", path]
          guard let result = try? Binary.run(words, input: Self.rows("P-\(number)")),
            result.exit == .code(0)
          else { return }
          writer.withLock { [number] in $0.acknowledged = number }
          number += 1
        }
      }
      defer {
        writer.withLock { $0.isDone = true }
        thread.join()
      }
      var least = 0
      for round in 0..<6 {
        let isFurther = await eventually { writer.withLock { $0.acknowledged } > least + 2 }
        try #require(isFurther)
        least = writer.withLock { $0.acknowledged }
        try cluster.run("backup", backups)
        let most = writer.withLock { $0.acknowledged } + 1
        let found = try Self.skus(in: backups)
        #expect(found == Set((0..<found.count).map { "P-\($0)" }), "round \(round): \(found)")
        #expect((least...most).contains(found.count - 1), "round \(round)")
      }
    }

    /// The SKUs of the newest backup.
    private static func skus(in path: String) throws -> Set<String> {
      let folder = try BackupFolder(existing: path)
      var found: Set<String> = []
      for block in try folder.cut(nil).shards.flatMap(\.blocks) {
        var rows = HandoffRows(try folder.read(block, content: ""))
        while let row = try rows.next() {
          guard row.table == "sku" else { continue }
          found.formUnion(
            row.key.split(separator: "\"").map(String.init).filter { $0.hasPrefix("P-") })
        }
      }
      return found
    }

    private static func rows(_ sku: String) -> String {
      Sales.header + "\(sku),north,2025-01-01,1\n"
    }

    @Test("are made while rows come in; a run that is at work then has failed after a restore")
    func underLoad() async throws {
      let cluster = try await TestCluster(
        workers: 3, shards: 8, replication: 2, settings: ["worker.trainers=1"])
      let backups = cluster.folder.file("backups")
      let sales = Sales.made(rows: 8_000, skus: 400, seed: 81)
      try cluster.run("ingest", "-", "--source", "first", input: sales.text)
      let more = Sales.made(rows: 8_000, skus: 400, seed: 82)
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "more"] + Feed.fewInFlight, feed: feed)
      let train = try cluster.begin(["train", "--models", "snaive,ets,croston,tsb"])
      try feed.write(Sales.header + more.rows[..<4_000].joined())
      try await cluster.eventually("a run is at work") {
        $0.runs.contains { $0.phase == "running" }
      }
      let said = try cluster.run("backup", backups)
      // A quick machine may have been done with it by then.
      let wasAtWork = said.contains("was at work")
      try feed.write(more.rows[4_000...].joined())
      feed.end()
      try await cluster.finish(ingest)
      try await cluster.finish(train)
      try await cluster.stop()

      let path = cluster.folder.file("restored")
      let restore = ["restore", backups, "--cluster", path, "--workers", "2", "--verify"]
      #expect(try cluster.run(restore, inCluster: false).contains("was at work") == wasAtWork)
      let restored = try await RestoredUp(path)
      let run = try #require(try restored.status().runs.first)
      #expect(run.phase == (wasAtWork ? "failed" : "done"))
      #expect(run.trouble.contains("start it again") == wasAtWork)
      let found = Sales.sums(ofExport: try restored.export("sales"))
      var all = sales
      all.append(more)
      for (key, units) in sales.sums { #expect(found[key, default: 0] >= units, "\(key)") }
      for (key, units) in found { #expect(units <= all.sums[key, default: 0], "\(key)") }
    }

    @Test("that are killed at any moment leave what was whole, and the next one goes on")
    func killed() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 8)
      let backups = cluster.folder.file("backups")
      var random = SplitMix64(seed: 83)
      for round in 1...6 {
        let sales = Sales.made(rows: 3_000, skus: 300, seed: UInt64(round))
        try cluster.run("ingest", "-", "--source", "\(round)", input: sales.text)
        let backup = try cluster.begin(["backup", backups])
        usleep(UInt32.random(in: 20_000...400_000, using: &random))
        backup.process.kill(SIGKILL)
        backup.process.wait()
        if FileManager.default.fileExists(atPath: backups),
          (try? BackupFolder(existing: backups)) != nil
        {
          let before = try BackupFolder(existing: backups).cuts()
          #expect(before.allSatisfy { (try? $0.cut.get()) != nil })
        }
        try cluster.run("backup", backups, "--keep", "2")
        #expect(try cluster.run("backup", backups, "--verify", inCluster: false).contains("whole"))
        // Rows go in meanwhile: nobody waits for one that died.
        try cluster.run("ingest", "-", "--source", "after-\(round)", input: Self.rows("A-\(round)"))
      }
      #expect(try BackupFolder(existing: backups).cutNames().count == 2)
    }

    @Test("begin with another moment when a worker dies while it is read")
    func lost() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 8)
      let backups = cluster.folder.file("backups")
      let sales = Sales.made(rows: 300_000, skus: 1_000, days: 200, seed: 84)
      try cluster.run("ingest", "-", "--source", "1", input: sales.text)
      let backup = try cluster.begin(["backup", backups, "--mib-per-second", "1"])
      let hasBegun = await eventually {
        let blocks = try FileManager.default.contentsOfDirectory(atPath: "\(backups)/blocks")
        return !blocks.isEmpty
      }
      try #require(hasBegun && backup.process.isRunning)
      try cluster.killNow("worker-1")
      try cluster.startWorker("worker-1")
      #expect(try await cluster.finish(backup).contains("this is moment 2"))
      #expect(try cluster.run("backup", backups, "--verify", inCluster: false).contains("whole"))
      let path = cluster.folder.file("restored")
      let restore = ["restore", backups, "--cluster", path, "--workers", "1", "--verify"]
      try cluster.run(restore, inCluster: false)
      let restored = try await RestoredUp(path)
      #expect(sales.differences(fromExport: try restored.export("sales")) == [])
    }

    @Test(
      "on a disk that is full say so, and harm nothing that was there",
      .enabled(if: SmallDisk.isPossible))
    func full() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 8)
      try cluster.run("ingest", "-", "--source", "1", input: Sales.made(rows: 500, seed: 1).text)
      let more = cluster.folder.file("more.csv")
      try Sales.made(rows: 30_000, skus: 4_000, seed: 2).text
        .write(toFile: more, atomically: true, encoding: .utf8)
      let backups = cluster.folder.file("backups")
      // The disk is there for this shell alone.
      let line = """
        mkdir -p "$1" && mount -t tmpfs -o size=400k tmpfs "$1" || exit 50
        "$0" backup "$1" --cluster "$2" || exit 51
        "$0" ingest "$3" --cluster "$2" || exit 52
        "$0" backup "$1" --cluster "$2"
        echo "second: $?"
        "$0" backup "$1" --verify || exit 53
        ls "$1/cuts" | wc -l
        """
      var command = Binary.command([])
      let program = command.executable
      command.executable = "/usr/bin/unshare"
      command.name = "unshare"
      command.arguments = [
        "--mount", "sh", "-c", line, program, backups, cluster.cluster.path, more,
      ]
      let (output, errors) = (cluster.folder.file("full.out"), cluster.folder.file("full.err"))
      command.standardOutput = .file(output)
      command.standardError = .file(errors)
      let exit = try ChildProcess(command).wait()
      let (said, complained) = (try contents(output), try contents(errors))
      #expect(exit == .code(0), "\(said)\n\(complained)")
      #expect(said.contains("second: 6") && said.hasSuffix("1\n"), "\(said)")
      #expect(complained.contains("no space is left"), "\(complained)")
    }

    @Test(
      "are the operator's, of one cluster a folder, one at a time, and name who does not answer")
    func refused() async throws {
      let cluster = try await TestCluster(workers: 2, shards: 4)
      let backups = cluster.folder.file("backups")
      try cluster.run("ingest", "-", "--source", "1", input: Self.rows("A"))
      try cluster.run("backup", backups)
      func complaint(_ words: [String], _ code: Int32) throws -> String {
        let result = try cluster.attempt(words)
        #expect(result.exit == .code(code), "\(words): \(result.errors)")
        return result.errors
      }
      #expect(try complaint(["backup", backups, "--as", "client"], 5).contains("operator"))
      let lock = try FileLock("\(backups)/lock")
      #expect(try complaint(["backup", backups], 1).contains("another backup"))
      _ = consume lock
      try "granary-backup 1 cluster c1\n".write(
        toFile: "\(backups)/cluster", atomically: true, encoding: .utf8)
      #expect(try complaint(["backup", backups], 2).contains("of cluster c1"))
      let words = ["restore", cluster.folder.file("backups"), "--workers", "2"]
      #expect(try complaint(words, 2).contains("is there, and is not of this restore"))

      try cluster.signal("worker-2", SIGSTOP)
      let other = cluster.folder.file("other")
      let said = try complaint(["backup", other], 4)
      try cluster.signal("worker-2", SIGCONT)
      #expect(said.contains("worker-2"), "\(said)")
      #expect(try BackupFolder(existing: other).cutNames().isEmpty)
    }
  }
}
