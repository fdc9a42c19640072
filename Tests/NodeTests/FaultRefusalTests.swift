import Coordination
import FoundationEssentials
import Glibc
import Messaging
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

extension ClusterTests {
  /// What must not be is refused, with a sentence that says what to do.
  @Suite("Refusals")
  struct FaultRefusalTests {
    @Test("keep a second coordinator and a second worker off the same data")
    func secondOnes() async throws {
      let cluster = try await TestCluster(workers: 1)
      let endpoint = try contents(cluster.cluster.coordinatorEndpoint)
      for (name, verb) in [
        ("coordinator", ["coordinator"]), ("worker-1", ["worker", "--name", "worker-1"]),
      ] {
        let second = try cluster.attempt(verb)
        #expect(second.exit == .code(6), "\(second.errors)")
        let first = try cluster.processID(of: name)
        #expect(second.errors.contains("in use by process \(first)"), "\(second.errors)")
        #expect(second.errors.contains("stop that process"), "\(second.errors)")
      }
      // The first ones did not notice.
      #expect(try contents(cluster.cluster.coordinatorEndpoint) == endpoint)
      #expect(try cluster.status().colour != .red)

      // Also where a worker has not joined yet and has no data: nobody could tell the two apart.
      #expect(try await cluster.end("coordinator", with: SIGINT) == .code(0))
      try cluster.startWorker("worker-2")
      let isThere = await eventually { cluster.log(of: "worker-2").contains("listening") }
      try #require(isThere, "\(cluster.story)")
      let namesake = try cluster.attempt(["worker", "--name", "worker-2"])
      #expect(namesake.exit == .code(6), "\(namesake.errors)")
    }

    @Test("name the key file and the allow list to a client that is not on it")
    func wrongKey() async throws {
      let cluster = try await TestCluster(workers: 1)
      let secret = cluster.cluster.secretKey(of: "client")
      let known = secret + ".known"
      try FileManager.default.moveItem(atPath: secret, toPath: known)
      try KeyFile.writeSecret(try CurveKeyPair.generate(), to: secret)
      let stranger = try cluster.attempt(["status"])
      #expect(stranger.exit == .code(5))
      #expect(stranger.errors.contains(secret), "\(stranger.errors)")
      #expect(stranger.errors.contains("keys/allowed"), "\(stranger.errors)")

      try FileManager.default.removeItem(atPath: secret)
      try FileManager.default.moveItem(atPath: known, toPath: secret)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
      let exposed = try cluster.attempt(["status"])
      #expect(exposed.exit == .code(5))
      #expect(
        exposed.errors.contains(secret) && exposed.errors.contains("chmod 600"),
        "\(exposed.errors)")

      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
      let status = try cluster.status()
      #expect(status.refusedFrames["unlisted key"] ?? 0 > 0, "\(status.refusedFrames)")
    }

    @Test("say how to start a cluster where there is none, or none any more")
    func noCluster() async throws {
      let cluster = try await TestCluster(workers: 1)
      let nowhere = try Binary.run(["status", "--cluster", cluster.folder.file("nowhere")])
      #expect(nowhere.exit == .code(4))
      #expect(nowhere.errors.contains("granary up"), "\(nowhere.errors)")
      try await cluster.stop()
      let gone = try cluster.attempt(["status"])
      #expect(gone.exit == .code(4), "\(gone.errors)")
      #expect(gone.errors.contains("nobody listens"), "\(gone.errors)")
    }

    @Test("meet settings that make no sense before anything is done")
    func garbageSettings() throws {
      let folder = try TemporaryFolder()
      let settings = folder.file("granary.json5")
      for (text, word) in [
        ("{ cluster: { shards: } ", "granary.json5"), ("{ cluster: { shardz: 4 } }", "shards"),
        ("{ cluster: { shards: 0 } }", "shards"), ("\u{1}\u{2}garbage", "granary.json5"),
      ] {
        try Data(text.utf8).write(to: URL(filePath: settings))
        for verb in [["coordinator"], ["worker", "--name", "w"], ["up"]] {
          let refused = try Binary.run(
            verb + ["--cluster", folder.file("cluster"), "--config", settings])
          #expect(refused.exit == .code(2), "\(text): \(refused.errors)")
          #expect(refused.errors.contains(word), "\(text): \(refused.errors)")
        }
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("cluster")))
    }

    @Test("answer frames that make no sense or are not the sender's to send, and count them")
    func frames() async throws {
      let cluster = try await TestCluster(workers: 1)
      let peer = try RawPeer(cluster, as: "client")
      #expect(try peer.refusal(of: Array("garbage".utf8)).code == .malformed)
      let stranger = try peer.refusal(of: Frame(request: 7, hello(as: "worker-9")).packed())
      #expect(stranger.code == .forbidden)
      #expect(stranger.reason.contains("role"), "\(stranger.reason)")
      let status = try cluster.status()
      #expect(status.refusedFrames["malformed"] == 1, "\(status.refusedFrames)")
      #expect(status.refusedFrames["forbidden"] == 1, "\(status.refusedFrames)")
      #expect(status.nodes.map(\.name) == ["worker-1"])

      // A worker's key is good for one name only, and its data socket has rules of its own.
      let worker = try RawPeer(cluster, as: "worker-1")
      let namesake = try worker.refusal(of: Frame(request: 8, hello(as: "worker-9")).packed())
      #expect(namesake.code == .forbidden)
      let endpoint = try #require(status.nodes.first).endpoint
      let data = try RawPeer(cluster, as: "client", to: endpoint, of: "worker-1")
      #expect(try data.refusal(of: Array(repeating: 0xFF, count: 400)).code == .malformed)
      let request = RowsRequest(scope: .copy(session: 1), shard: 0, epoch: 1, cursor: [])
      let copy = try data.refusal(of: Frame(request: 9, .rowsRequest(request)).packed())
      #expect(copy.code == .forbidden)
      try await cluster.eventually("both refusals of the worker are counted") {
        $0.nodes.first?.refusedFrames == 2
      }
    }

    private func hello(as name: String) throws -> Message {
      .hello(
        Hello(
          node: try #require(NodeName(name)), incarnation: 1 << 40, clusterID: 0,
          endpoint: "tcp://127.0.0.1:1", publicKey: String(repeating: "x", count: 40), credits: 1,
          held: []))
    }
  }
}

/// Somebody with a key who sends whatever bytes they like.
private struct RawPeer {
  private let keys: CurveKeyPair
  private let server: PublicKey
  private let endpoint: String

  init(
    _ cluster: TestCluster, as name: String, to endpoint: String? = nil,
    of node: String = "coordinator"
  ) throws {
    let folder = cluster.cluster
    keys = try KeyFile.readSecret(folder.secretKey(of: name))
    server = try KeyFile.readPublic(folder.publicKey(of: node))
    let line = try contents(folder.coordinatorEndpoint).split(separator: " ")
    self.endpoint = try endpoint ?? String(#require(line.first))
  }

  /// Sends bytes and gives the refusal that comes back. Waits on this thread, because a socket
  /// belongs to one.
  func refusal(of bytes: [UInt8]) throws -> Refusal {
    let dealer = try Dealer(in: try Context(), keys: keys, serverKey: server)
    let poller = Poller()
    let token = poller.add(dealer)
    defer { poller.remove(token) }
    try dealer.connect(endpoint)
    let end = ContinuousClock.now + TestCluster.patience
    var isSent = false
    while ContinuousClock.now < end {
      _ = poller.wait(timeoutMilliseconds: 5)
      if !isSent { isSent = dealer.send(bytes) == .sent }
      guard let incoming = dealer.receive() else { continue }
      let answer = try Frame(packed: incoming.bytes).message
      guard case .refusal(let refusal) = answer else {
        throw ClusterFailure(description: "answered instead of refused: \(answer)")
      }
      return refusal
    }
    throw ClusterFailure(description: "no answer: \(String(describing: dealer.problem))")
  }
}
