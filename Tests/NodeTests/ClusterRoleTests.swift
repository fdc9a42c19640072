import ClientNode
import CommandLineArguments
import Coordination
import Demand
import FoundationEssentials
import Glibc
import Messaging
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

extension ClusterTests {
  /// What a key may do, and what becomes of one that is taken away.
  @Suite("Keys and roles")
  struct ClusterRoleTests {
    /// The rows of an ingest that goes on until it is ended.
    private static let sales = Sales.made(rows: 2_000, seed: 5)

    @Test("let each do what its role is for, and tell it what else would take")
    func roles() async throws {
      let cluster = try await TestCluster(workers: 1)
      for (name, role) in [("wall", "observer"), ("nightly", "client"), ("ada", "operator")] {
        try cluster.run("keys", "add", name, "--role", role)
      }
      let input = Self.sales.text
      let looking = try cluster.attempt(
        ["ingest", "-", "--source", "a", "--as", "wall"], input: input)
      #expect(looking.exit == .code(5))
      #expect(
        looking.errors.contains(
          "sending rows needs the role client or operator; this key is observer wall; use --as"),
        "\(looking.errors)")
      try cluster.run("ingest", "-", "--source", "a", "--as", "nightly", input: input)
      let nightly = try cluster.attempt(["train", "--as", "nightly"])
      #expect(nightly.exit == .code(5))
      #expect(
        nightly.errors.contains(
          "starting a run needs the role operator; this key is client nightly; use --as"),
        "\(nightly.errors)")
      try cluster.run(["train", "--as", "ada"] + TestCluster.models)
      #expect(try cluster.export("sales", ["--as", "wall"]).contains("S-1"))
      let status = try cluster.run("status", "--as", "wall")
      #expect(status.hasPrefix("GREEN"), "\(status)")

      // Who asks for a key that is not there is told which are; two of a kind must be told apart.
      let nobody = try cluster.attempt(["status", "--as", "eve"])
      #expect(nobody.exit == .code(2))
      #expect(
        nobody.errors.contains("it has those of ada, client, coordinator"), "\(nobody.errors)")
      try cluster.run("keys", "add", "bob", "--role", "operator")
      try cluster.run("keys", "revoke", "operator")
      let which = try cluster.attempt(["train"])
      #expect(which.exit == .code(2))
      #expect(which.errors.contains("several keys with the role operator: ada, bob"))

      let audit = try cluster.run("audit", "--as", "wall")
      for words in [
        "client nightly", "starting a run needs", "operator ada", "run 1 started: train",
        "key added: operator bob", "key revoked: operator operator",
      ] {
        #expect(audit.contains(words), "\(words)\n\(audit)")
      }
    }

    @Test("end an ingest whose key is revoked, and nothing of it is taken afterwards")
    func revokedIngest() async throws {
      let cluster = try await TestCluster(workers: 1)
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "a", "--as", "client"] + Feed.fewInFlight, feed: feed)
      let rows = Sales.made(rows: 20_000, seed: 6).rows.joined()
      try feed.write(Sales.header + rows)
      try await cluster.eventually("batches arrive") {
        $0.nodes.allSatisfy { $0.batchesApplied > 3 }
      }
      try cluster.run("keys", "revoke", "client")
      // More rows, until nobody reads them any more.
      for _ in 0..<10_000 where ingest.process.isRunning {
        do { try feed.write(rows) } catch { break }
      }
      let hasEnded = await eventually(within: TestCluster.patience) { !ingest.process.isRunning }
      #expect(hasEnded && ingest.process.wait() == .code(5))
      let words = try contents(ingest.errors)
      #expect(words.contains("the key of client client was revoked"), "\(words)")

      let before = try cluster.status().nodes.map(\.batchesApplied)
      let again = try cluster.attempt(["ingest", "-", "--source", "b"], input: Self.sales.text)
      #expect(again.exit == .code(0), "with the operator's key: \(again.errors)")
      try await cluster.eventually("the other input is applied") {
        $0.nodes.map(\.batchesApplied) != before
      }
    }

    @Test("end an export whose key is revoked, on the connection that it has")
    func revokedExport() async throws {
      let cluster = try await TestCluster(workers: 1)
      try cluster.run("ingest", "-", "--source", "a", input: Self.sales.text)
      let access = try ClusterAccess(folder: cluster.cluster.path, as: "client", environment: [:])
      let exporter = Exporter(try ClusterClient(access))
      var exports = 0
      var isRevoked = false
      let error = #expect(throws: ClientError.self) {
        while exports < 100_000 {
          _ = try exporter.stream(.series) { _ in }
          exports += 1
          if exports == 3 {
            _ = try? cluster.run("keys", "revoke", "client")
            isRevoked = true
          }
        }
      }
      #expect(isRevoked && exports < 100_000)
      guard case .refused(let refusal) = try #require(error) else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(refusal.code == .revoked && error?.exitCode == .unauthorised)
    }

    @Test("lose a worker whose key is revoked, say why, and take it back with another")
    func revokedWorker() async throws {
      let cluster = try await TestCluster(workers: 2)
      try cluster.run("ingest", "-", "--source", "a", input: Self.sales.text)
      try cluster.run("keys", "revoke", "worker-1")
      try await cluster.eventually("worker-1 is lost, and status says why") { status in
        status.nodes.first { $0.name == "worker-1" }?.state == "lost" && status.servedShards < 8
          && status.reasons.contains {
            $0.hasPrefix("worker worker-1 is lost: its key was revoked")
          }
      }
      #expect(try await cluster.exit(of: "worker-1") != .code(0))
      let said = cluster.log(of: "worker-1")
      #expect(said.contains("the key of worker worker-1 was revoked"), "\(said)")
      try cluster.startWorker("worker-1")
      try await cluster.eventually("all shards are served again") { $0.servedShards == 8 }
      #expect(Self.sales.differences(fromExport: try cluster.export("sales")) == [])
    }

    @Test("leave no change without its line, whenever the coordinator is killed")
    func killedCoordinator() async throws {
      let cluster = try await TestCluster(workers: 1)
      let seed: UInt64 = 2_026
      var random = SplitMix64(seed: seed)
      let folder = cluster.cluster.path
      for round in 0..<6 {
        let pause = Int.random(in: 1_000...60_000, using: &random)
        let changes = try Threading.Thread(name: "changes") {
          for number in 0..<15 {
            _ = try? Self.change(folder, capacity: Double(round * 100 + number + 1))
          }
        }
        usleep(UInt32(pause))
        try cluster.killNow("coordinator")
        try cluster.startCoordinator()
        changes.join()
      }
      let access = try ClusterAccess(folder: folder, for: .operator, environment: [:])
      let client = try ClusterClient(access)
      let version = try client.planningDocument().version
      let lines = try client.auditLines(limit: .max).lines
      let entries = try lines.map { line in
        try JSONDecoder().decode(AuditEntry.self, from: Data(line.utf8))
      }
      #expect(version > 0, "seed \(seed)")
      let highest = entries.compactMap(\.document).max() ?? 0
      for number in 1...max(1, highest) {
        let mine = entries.filter { $0.document == number }
        let happened =
          mine.count { $0.result == .accepted } - mine.count { $0.result == .undone }
        #expect(happened == (number <= version ? 1 : 0), "seed \(seed): \(mine)")
      }
      #expect(highest >= version)
    }

    private static func change(_ folder: String, capacity: Double) throws {
      let access = try ClusterAccess(folder: folder, for: .operator, environment: [:])
      let client = try ClusterClient(access)
      let (version, stored) = try client.planningDocument()
      var document = stored
      document.limits.cash = capacity
      _ = try client.ask(.documentChange(base: version, content: document.packed()))
    }

    @Test("refuse a change whose line cannot be written, with the reason; nothing is changed")
    func unwritable() async throws {
      let cluster = try await TestCluster(workers: 1)
      // A folder of that name stands for a disk that takes nothing.
      let path = "\(cluster.cluster.path)/audit.log"
      try FileManager.default.moveItem(atPath: path, toPath: "\(path).kept")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try FakeCluster.write("limit,value\ncash,1000\n", to: cluster.folder.file("limits.csv"))
      let refused = try cluster.attempt(["ingest", cluster.folder.file("limits.csv")])
      #expect(refused.exit == .code(1))
      #expect(
        refused.errors.contains("nothing was changed: the audit log \(path) cannot be written"),
        "\(refused.errors)")
      try await cluster.eventually("status says so") { status in
        status.colour == .red && status.reasons.contains { $0.hasPrefix("nothing can be changed") }
      }
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: "\(path).kept", toPath: path)
      try cluster.run("ingest", cluster.folder.file("limits.csv"))
      #expect(try cluster.run("audit").contains("limits; version 0 to 1"))
      try await cluster.eventually("all is well again") { $0.colour == .green }
    }
  }
}
