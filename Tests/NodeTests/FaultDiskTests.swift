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
      let cluster = try await TestCluster(workers: 1, small: SmallDisk(megabytes: 1))
      let first = Sales.made(rows: 400, seed: 1)
      try cluster.run("ingest", "-", "--source", "first", input: first.text)

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

      try SmallDisk.grow(cluster, node: "worker-1", toMegabytes: 256)
      try cluster.run("ingest", file)
      var all = first
      all.append(second)
      #expect(all.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      try await cluster.eventually("the status is red no more") { $0.colour != .red }
    }
  }
}

/// A file system of few megabytes that only one process sees, and that goes with it.
struct SmallDisk {
  var megabytes: Int

  /// Whether this user may mount in a name space of its own.
  static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? shell("unshare --mount mount -t tmpfs -o size=1m tmpfs \(folder.path)")) == 0
  }()

  /// The command that starts a process with this disk at `folder`.
  func command(_ command: ChildProcess.Command, at folder: String) -> ChildProcess.Command {
    var wrapped = command
    wrapped.executable = "/usr/bin/unshare"
    wrapped.name = "unshare"
    wrapped.arguments =
      [
        "--mount", "sh", "-c",
        "mkdir -p \"$0\" && mount -t tmpfs -o size=\(megabytes)m tmpfs \"$0\" && exec \"$@\"",
        folder, command.executable,
      ] + command.arguments
    return wrapped
  }

  /// Makes room.
  static func grow(_ cluster: TestCluster, node: String, toMegabytes: Int) throws {
    let (process, folder) = (try cluster.processID(of: node), cluster.cluster.data(of: node))
    let line = "nsenter --target \(process) --mount mount -o remount,size=\(toMegabytes)m \(folder)"
    guard try shell(line) == 0 else { throw cluster.failure("cannot grow the disk") }
  }

  private static func shell(_ line: String) throws -> Int32 {
    var command = ChildProcess.Command(executable: "/bin/sh", arguments: ["-c", line])
    command.standardOutput = .null
    command.standardError = .null
    guard case .code(let code) = try ChildProcess(command).wait() else { return -1 }
    return code
  }
}
