import ClientNode
import Coordination
import FoundationEssentials
import Glibc
import Messaging
import NodeSupport
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import granary

extension ClusterTests {
  /// Keys that are changed while everything runs.
  @Suite("The change of keys")
  struct ClusterKeyTests {
    private static let names = ["worker-1", "client", "coordinator", "operator", "worker-2"]

    /// Reads the whole table again and again over connections that it keeps.
    private final class Reader: Sendable {
      private let thread: Threading.Thread
      private let found = Locked((reads: 0, failures: [String](), ends: false))

      init(_ folder: String) throws {
        let found = found
        thread = try Threading.Thread(name: "reader") {
          do {
            let access = try ClusterAccess(folder: folder, as: "operator", environment: [:])
            let exporter = Exporter(try ClusterClient(access))
            while !found.withLock({ $0.ends }) {
              _ = try exporter.stream(.series) { _ in }
              found.withLock { $0.reads += 1 }
            }
          } catch {
            found.withLock { $0.failures.append("\(error)") }
          }
        }
      }

      var reads: Int { found.withLock { $0.reads } }

      func end() -> [String] {
        found.withLock { $0.ends = true }
        thread.join()
        return found.withLock { $0.failures }
      }
    }

    /// Which of the nodes let a key in.
    private func opens(_ pair: CurveKeyPair, _ folder: ClusterFolder) throws -> [KeyKnock.Answer] {
      let access = try ClusterAccess(folder: folder.path, environment: [:])
      let map = try ClusterClient(access).refreshMap()
      let places =
        try access.coordinators().map { address in
          KeyKnock.Place(name: "c", endpoint: address.endpoint, keys: [address.key])
        }
        + map.peers.map { peer in
          KeyKnock.Place(
            name: peer.node.text, endpoint: peer.endpoint, keys: [try PublicKey(peer.publicKey)])
        }
      return try KeyKnock(with: pair).answers(of: places, withinMilliseconds: 10_000)
    }

    @Test(
      "is noticed by nobody who brings rows in or reads them; the keys before are shut out",
      arguments: [1, 2])
    func underLoad(replication: Int) async throws {
      let cluster = try await TestCluster(workers: 2, replication: replication)
      let folder = cluster.cluster
      let sales = Sales.made(rows: 24_000, seed: 91)
      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "a", "--as", "client"] + Feed.fewInFlight, feed: feed)
      let share = sales.rows.count / (Self.names.count + 1)
      try feed.write(Sales.header + sales.rows[..<share].joined())
      let reader = try Reader(folder.path)

      var former: [(name: String, pair: CurveKeyPair)] = []
      for (turn, name) in Self.names.enumerated() {
        former.append((name, try KeyFile.readSecret(folder.secretKey(of: name))))
        let reads = reader.reads
        let rest = sales.rows.dropFirst(share * (turn + 1))
        var rows = turn + 1 == Self.names.count ? rest : rest.prefix(share)
        let verb = try cluster.begin(["keys", "rotate", name])
        // Rows go on coming, a few at a time, for as long as the change takes.
        while verb.process.isRunning, !rows.isEmpty {
          try feed.write(rows.prefix(40).joined())
          rows = rows.dropFirst(40)
          usleep(10_000)
        }
        let said = try await cluster.finish(verb)
        #expect(said.contains("the one before is let in no more"), "\(said)")
        try feed.write(rows.joined())
        #expect(
          await eventually { reader.reads > reads + 1 },
          "after \(name): \(reader.end())\(cluster.story)")
      }
      feed.end()
      try await cluster.finish(ingest)
      #expect(reader.end() == [], "\(cluster.story)")
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      for (name, pair) in former {
        let now = try KeyFile.readSecret(folder.secretKey(of: name)).publicKey
        #expect(now != pair.publicKey, "\(name)")
        #expect(try opens(pair, folder) == [.refused, .refused, .refused], "\(name)")
      }
      try await cluster.eventually("all is well") { $0.colour == .green }
      // Started again they are who they are now.
      for name in ["coordinator", "worker-1"] { try cluster.killNow(name) }
      try cluster.startCoordinator()
      try cluster.startWorker("worker-1")
      try await cluster.eventually("serves again") { $0.servedShards == $0.shards }
      #expect(sales.differences(fromExport: try cluster.export("sales")) == [], "\(cluster.story)")
      try await cluster.stop()
    }

    @Test("goes on where it was when the command is killed, as often as that happens")
    func killed() async throws {
      let cluster = try await TestCluster(workers: 2)
      let sales = Sales.made(rows: 2_000, seed: 92)
      try cluster.run("ingest", "-", "--source", "a", input: sales.text)
      let seed: UInt64 = 41
      var random = SplitMix64(seed: seed)
      for name in ["worker-1", "coordinator", "client"] {
        let before = try KeyFile.readSecret(cluster.cluster.secretKey(of: name)).publicKey
        for _ in 0..<6 {
          let verb = try cluster.begin(["keys", "rotate", name])
          usleep(UInt32.random(in: 5_000...700_000, using: &random))
          verb.process.kill(SIGKILL)
          verb.process.wait()
          // Wherever it is, whoever asks is answered.
          #expect(
            sales.differences(fromExport: try cluster.export("sales")) == [],
            "seed \(seed), \(name)")
        }
        try cluster.run("keys", "rotate", name)
        let listed = try KeyRing(folder: cluster.cluster).entries()
          .filter { $0.identity.node == name }
        #expect(listed.map(\.state) == [.current], "seed \(seed), \(name): \(listed)")
        #expect(listed.first?.key != before)
        let files = try FileManager.default.contentsOfDirectory(atPath: cluster.cluster.keys)
        #expect(!files.contains { $0.hasSuffix(".next") || $0.hasSuffix(".old") }, "\(files)")
      }
      let report = try cluster.attempt(["doctor", "--json"])
      #expect(!report.output.contains("key of"), "\(report.output)")
    }

    @Test("says which line the lists of other machines lack, and those learn of the coordinator's")
    func elsewhere() async throws {
      let cluster = try await TestCluster(workers: 1)
      let here = cluster.cluster
      let there = ClusterFolder(path: cluster.folder.file("there"))
      let ring = KeyRing(folder: there)
      let identity = try #require(Identity(role: .worker, node: "far"))
      let key = try ring.add(identity)
      for entry in try KeyRing(folder: here).entries() { try ring.admit(entry.key, entry.identity) }
      try cluster.run("keys", "add", "far", "--role", "worker", "--key=\(key)")
      try FileManager.default.copyItem(
        atPath: here.coordinatorEndpoint, toPath: there.coordinatorEndpoint)
      var command = Binary.command(
        [ParentOption.word(getpid()), "worker", "--name", "far", "--cluster", there.path]
          + TestCluster.settings.flatMap { ["--set", $0] })
      command.standardError = .file(cluster.folder.file("far.log"))
      let far = try Nursery.start(command)
      defer { far.kill(SIGKILL) }
      try await cluster.eventually("both serve") { status in
        status.nodes.count == 2 && status.servedShards == 8 && status.moves == 0
          && status.nodes.allSatisfy { $0.shards == 4 }
      }

      // Nothing is taken over before everybody lets it in, and nothing is left of the one before.
      func rotate() throws -> Binary.Result {
        try Binary.run(["keys", "rotate", "far", "--wait", "2", "--cluster", there.path])
      }
      let first = try rotate()
      #expect(first.exit == .code(1))
      #expect(first.errors.contains("does not know the next key: run"), "\(first.errors)")
      #expect(first.errors.contains("worker-1"), "\(first.errors)")
      #expect(try ring.entries().count { $0.state == .next } == 1)
      let next = try #require(try ring.entries().first { $0.state == .next }?.key)
      #expect(first.errors.contains("keys add far --role worker --key='\(next)'"))
      try cluster.run("keys", "add", "far", "--role", "worker", "--key=\(next)")
      let second = try rotate()
      #expect(second.exit == .code(1))
      #expect(second.errors.contains("keys revoke far --key='\(key)'"), "\(second.errors)")
      try cluster.run("keys", "revoke", "far", "--key=\(key)")
      let third = try rotate()
      #expect(third.exit == .code(0), "\(third.errors)")
      #expect(try ring.entries().filter { $0.identity.node == "far" }.map(\.key) == [next])

      // The coordinator's own: the other machine is told before, and keeps it.
      let before = try contents(there.coordinatorEndpoint)
      let result = try cluster.attempt(["keys", "rotate", "coordinator", "--wait", "15"])
      let wanted = try #require(
        try KeyRing(folder: here).entries().first { $0.state == .next }?.key)
      #expect(result.errors.contains("--key='\(wanted)'"), "\(result.errors)")
      // Under two keys it is one coordinator, of whose audit nothing is missing.
      #expect(try cluster.run("audit").contains("key added"))
      let coordinator = try #require(Identity(role: .coordinator, node: "coordinator"))
      try ring.admit(wanted, coordinator)
      let old = try KeyFile.readSecret(here.secretKey(of: "coordinator")).publicKey
      _ = try cluster.attempt(["keys", "rotate", "coordinator", "--wait", "15"])
      _ = try ring.revoke(old, of: "coordinator", force: false)
      try cluster.run("keys", "rotate", "coordinator")
      let after = try contents(there.coordinatorEndpoint)
      #expect(after != before && after.contains(wanted.text))
      try await cluster.eventually("the far one is there") { status in
        status.colour == .green && status.nodes.allSatisfy { $0.state == "serving" }
      }
      far.kill(SIGINT)
      let words = try contents(cluster.folder.file("far.log"))
      #expect(far.wait() == .code(0), "\(words)")
    }
  }
}
