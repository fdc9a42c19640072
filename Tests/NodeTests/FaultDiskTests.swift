import Coordination
import FoundationEssentials
import Glibc
import Settings
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// A disk that is full, as a small file system of the worker's own.
  @Suite("A full disk", .enabled(if: SmallDisk.isPossible, "needs root and mount namespaces"))
  struct FaultDiskTests {
    @Test("is named with the way out, stops no reads, and is no trouble once there is room")
    func full() async throws {
      let disk = SmallDisk(megabytes: 24)
      let cluster = try await TestCluster(workers: 1, small: disk)
      let first = Sales.made(rows: 400, seed: 1)
      try cluster.run("ingest", "-", "--source", "first", input: first.text)

      try disk.fill(cluster, node: "worker-1")
      let second = Sales.made(rows: 50_000, skus: 4_000, days: 300, seed: 2)
      let file = cluster.folder.file("second.csv")
      try Data(second.text.utf8).write(to: URL(filePath: file))
      let refused = try cluster.attempt(["ingest", file])
      #expect(refused.exit == .code(6), "\(refused.errors)\(cluster.story)")
      let database = "\(cluster.cluster.data(of: "worker-1"))/granary.sqlite"
      for part in ["worker worker-1", database, "no space is left", "free or add space"] {
        #expect(refused.errors.contains(part), "\(refused.errors)")
      }
      let red = try await cluster.eventually("the status is red") { $0.colour == .red }
      #expect(red.reasons.contains { $0.contains("worker-1") && $0.contains("no space") }, "\(red)")
      #expect(red.servedShards == red.shards)
      // What was acknowledged can be read.
      let stored = Sales.sums(ofExport: try cluster.export("sales"))
      #expect(first.sums.allSatisfy { (stored[$0.key] ?? 0) >= $0.value }, "\(cluster.story)")

      try disk.grow(cluster, node: "worker-1", toMegabytes: 256)
      try cluster.run("ingest", file)
      var all = first
      all.append(second)
      #expect(all.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      try await cluster.eventually("the status is red no more") { $0.colour != .red }
    }
  }

  /// A disk that takes what is written and cannot keep it, which only fsync says.
  @Suite("An fsync that fails", .enabled(if: SmallDisk.canBeHollow, "needs root and loop devices"))
  struct FaultSyncTests {
    @Test("ends writing for good, also when there is room again, and no read says what is not so")
    func failed() async throws {
      let disk = SmallDisk(megabytes: 24, isHollow: true)
      let cluster = try await TestCluster(workers: 1, small: disk)
      let first = Sales.made(rows: 400, seed: 1)
      try cluster.run("ingest", "-", "--source", "first", input: first.text)

      try disk.fill(cluster, node: "worker-1")
      let second = Sales.made(rows: 30_000, skus: 2_000, days: 300, seed: 2)
      let file = cluster.folder.file("second.csv")
      try Data(second.text.utf8).write(to: URL(filePath: file))
      let refused = try cluster.attempt(["ingest", file])
      #expect(refused.exit == .code(6), "\(refused.errors)\(cluster.story)")
      #expect(refused.errors.contains("did not confirm"), "\(refused.errors)")
      let red = try await cluster.eventually("the status is red") { $0.colour == .red }
      let reason = red.reasons.first { $0.contains("worker-1") }
      #expect(reason?.contains("did not confirm") == true, "\(red)")
      #expect(red.servedShards == red.shards)
      try checkReads(of: first, from: cluster)

      // What an fsync says now is no word on what the one before it lost.
      try disk.empty(cluster, node: "worker-1")
      #expect(try cluster.attempt(["ingest", file]).exit == .code(6), "\(cluster.story)")
      #expect(try cluster.status().colour == .red)
      try checkReads(of: first, from: cluster)
    }

    /// What was acknowledged is read, or the damage is named: of what a disk took and did not keep
    /// the system may forget a part, also of what it had before in the same file.
    private func checkReads(of sales: Sales, from cluster: TestCluster) throws {
      let file = cluster.folder.file("read.csv")
      let read = try cluster.attempt(["export", "sales", "--output", file])
      guard read.exit == .code(0) else {
        #expect(read.errors.contains("damaged"), "\(read.errors)\(cluster.story)")
        return
      }
      let stored = Sales.sums(ofExport: try contents(file))
      #expect(sales.sums.allSatisfy { (stored[$0.key] ?? 0) >= $0.value }, "\(cluster.story)")
    }
  }
}
