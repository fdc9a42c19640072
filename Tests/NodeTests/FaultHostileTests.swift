import Coordination
import Demand
import FoundationEssentials
import Glibc
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import Messaging

extension ClusterTests {
  /// Whoever sends what must not be is refused within limits, it is counted by reason, and the
  /// cluster serves others meanwhile and takes no more memory for it.
  @Suite("Hostile input")
  struct FaultHostileTests {
    /// What a node may take more for what is refused: buffers, and what the allocator keeps.
    private static let growth = 192 << 20

    private struct Place {
      var endpoint: String, name: String, process: Int32
    }

    /// A cluster of one worker with some data, and where the worker is.
    private func cluster() async throws -> (TestCluster, worker: Place) {
      let cluster = try await TestCluster(workers: 1)
      let sales = Sales.made(rows: 2_000, seed: 5)
      try cluster.run("ingest", "-", "--source", "all", input: sales.text)
      let endpoint = try #require(try cluster.status().nodes.first).endpoint
      let process = try cluster.processID(of: "worker-1")
      return (cluster, Place(endpoint: endpoint, name: "worker-1", process: process))
    }

    /// Serves others, and says of the worker why it refused what.
    private func expectRefusals(
      _ reasons: [String], ofWorker: Bool, _ cluster: TestCluster
    ) async throws {
      try await cluster.eventually("refusals are counted: \(reasons)") { status in
        let counts = ofWorker ? status.nodes.first?.refusals ?? [:] : status.refusedFrames
        return reasons.allSatisfy { counts[$0] ?? 0 > 0 }
      }
      #expect(try cluster.export("sales").count > 100)
    }

    private func map(_ peer: HostilePeer) throws -> ClusterMap {
      guard case .map(let map) = try peer.answer(to: .mapRequest) else {
        throw ClusterFailure(description: "no map")
      }
      return map
    }

    @Test("with a stale epoch, by the wrong role and with an unknown key is refused by a worker")
    func epochsAndRoles() async throws {
      let (cluster, worker) = try await cluster()
      try askStale(cluster, worker)
      try await expectRefusals(
        ["stale epoch", "forbidden", "unlisted key"], ofWorker: true, cluster)
    }

    // What uses sockets does not wait for anything asynchronous: they belong to one thread.

    private func askStale(_ cluster: TestCluster, _ worker: Place) throws {
      let epoch = try map(try HostilePeer(cluster, as: "operator")).placement.assignments[0].epoch
      let peer = try HostilePeer(cluster, as: "operator", to: worker.endpoint, of: worker.name)
      let stale: [Message] = [
        .rowsRequest(
          RowsRequest(scope: .table(.series), shard: 0, epoch: epoch + 7, cursor: [])),
        .quarantineChange(
          QuarantineChange(shard: 0, epoch: epoch &- 1, update: QuarantineUpdate(.release))),
      ]
      for message in stale {
        guard case .refusal(let refusal) = try peer.answer(to: message) else {
          Issue.record("\(message) was answered")
          continue
        }
        #expect(refusal.code == .misplaced)
      }
      let identity = BatchIdentity(
        source: SourceID(name: "x"), shard: 0, sequence: 1,
        chain: BatchIdentity.chain(after: 0, payload: []), isLast: false)
      let batch = Batch(identity: identity, epoch: epoch + 1, table: .salesAdding, payload: [])
      guard case .batchAnswer(let answer) = try peer.answer(to: .batch(batch)) else {
        throw ClusterFailure(description: "the batch was not answered")
      }
      #expect(answer.outcome == .misplaced)

      let client = try HostilePeer(cluster, as: "client", to: worker.endpoint, of: worker.name)
      let change = QuarantineChange(shard: 0, epoch: epoch, update: QuarantineUpdate(.release))
      guard case .refusal(let forbidden) = try client.answer(to: .quarantineChange(change)) else {
        throw ClusterFailure(description: "a client changed the quarantine")
      }
      #expect(forbidden.code == .forbidden && forbidden.reason.contains("operator"))

      let context = try Context()
      let server = try KeyFile.readPublic(cluster.cluster.publicKey(of: worker.name))
      let stranger = try Dealer(in: context, keys: try .generate(), serverKey: server)
      try stranger.connect(worker.endpoint)
      let end = ContinuousClock.now + TestCluster.patience
      let poller = Poller()
      let token = poller.add(stranger)
      defer { poller.remove(token) }
      while stranger.watch.counts.keysRefused == 0, ContinuousClock.now < end {
        _ = poller.wait(timeoutMilliseconds: 5)
      }
    }

    @Test("cut off at any byte, too large, with too much behind it or NaN in it is refused")
    func malformed() async throws {
      let (cluster, worker) = try await cluster()
      try sendMalformed(cluster, worker)
      try await expectRefusals(["malformed", "oversized"], ofWorker: false, cluster)
      try await expectRefusals(
        ["malformed", "oversized", "invalid rows"], ofWorker: true, cluster)
    }

    private func sendMalformed(_ cluster: TestCluster, _ worker: Place) throws {
      let placement = try map(try HostilePeer(cluster, as: "operator")).placement
      let peers = [
        try HostilePeer(cluster, as: "operator"),
        try HostilePeer(cluster, as: "operator", to: worker.endpoint, of: worker.name),
      ]
      var planning = PlanningDocument()
      planning.warehouses = WarehouseList([Warehouse(location: try Location("north"))])
      let whole = Frame(request: 9, .documentChange(base: 0, content: planning.packed())).packed()
      for peer in peers {
        for end in 0..<whole.count {
          guard case .refusal(let refusal) = try peer.answer(to: Array(whole[..<end])) else {
            Issue.record("\(end) of \(whole.count) bytes were answered")
            continue
          }
          #expect(refusal.code == .malformed)
        }
        #expect(
          try isRefused(peer.answer(to: Frame(request: 9, .statusRequest).packed() + [0])))
        try peer.send(parts: [[UInt8](repeating: 0, count: 2 * Limits.frameBytes)])
      }

      planning.limits.cash = .nan
      let change = Message.documentChange(base: 0, content: planning.packed())
      #expect(try isRefused(peers[0].answer(to: change)))
      // A sales row of NaN units: bit 2 says that they are a number of eight bytes.
      let sku = try #require(
        (0..<1_000).lazy.map { "N-\($0)" }.first {
          (try? SKU($0))?.shard(of: placement.shardCount) == 0
        })
      var payload: [UInt8] = [4, UInt8(sku.utf8.count)] + Array(sku.utf8)
      payload += [5] + Array("north".utf8) + [0]
      payload += (0..<8).map { UInt8(truncatingIfNeeded: Double.nan.bitPattern >> (8 * $0)) }
      let identity = BatchIdentity(
        source: SourceID(name: "nan"), shard: 0, sequence: 1,
        chain: BatchIdentity.chain(after: 0, payload: payload), isLast: true)
      let batch = Batch(
        identity: identity, epoch: placement.assignments[0].epoch, table: .salesAdding,
        payload: payload)
      guard case .batchAnswer(let answer) = try peers[1].answer(to: .batch(batch)) else {
        throw ClusterFailure(description: "the batch was not answered")
      }
      #expect(answer.outcome == .invalid, "\(answer)")
    }

    private func isRefused(_ answer: Message) -> Bool {
      if case .refusal(let refusal) = answer { refusal.code == .malformed } else { false }
    }

    @Test("in 100,000 parts, or of 256 MiB, takes no memory for long")
    func parts() async throws {
      let (cluster, worker) = try await cluster()
      let coordinator = try cluster.processID(of: "coordinator")
      for (process, endpoint, name) in [
        (coordinator, nil, "coordinator"), (worker.process, worker.endpoint, worker.name),
      ] {
        let growth = try sendParts(cluster, endpoint, name, process)
        #expect(growth < Self.growth, "\(name) grew by \(growth) bytes")
        try await expectRefusals(
          ["wrong parts", "endless messages"], ofWorker: endpoint != nil, cluster)
      }
    }

    /// Sends a message of many parts and one of many large ones; by how much a node grew.
    private func sendParts(
      _ cluster: TestCluster, _ endpoint: String?, _ name: String, _ process: Int32
    ) throws -> Int {
      let before = try residentBytes(process)
      let peer = try HostilePeer(cluster, as: "client", to: endpoint, of: name)
      try peer.send(parts: Array(repeating: [1], count: 100_000))
      // 256 MiB in one message, far more than may be gathered: the connection is cut in its midst.
      let part = [UInt8](repeating: 7, count: 64 << 10)
      try peer.send(parts: Array(repeating: part, count: 4_096))
      let end = ContinuousClock.now + TestCluster.patience
      var most = before
      while peer.dealer.watch.counts.lost == 0, ContinuousClock.now < end {
        peer.turn()
        most = max(most, try residentBytes(process))
      }
      #expect(peer.dealer.watch.counts.lost > 0)
      return most - before
    }

    @Test("by those who ask and never read costs no more than a share of memory")
    func slowReaders() async throws {
      let (cluster, worker) = try await cluster()
      try askAndNeverRead(cluster, worker)
    }

    private func askAndNeverRead(_ cluster: TestCluster, _ worker: Place) throws {
      let placement = try map(try HostilePeer(cluster, as: "operator")).placement
      let before = try residentBytes(worker.process)
      let peers = try (0..<16).map { _ in
        try HostilePeer(cluster, as: "client", to: worker.endpoint, of: worker.name)
      }
      var most = before
      for round in 0..<1_500 {
        let shard = round % placement.shardCount
        let request = RowsRequest(
          scope: .table(.series), shard: shard, epoch: placement.assignments[shard].epoch,
          cursor: [])
        let bytes = Frame(request: UInt64(round + 1), .rowsRequest(request)).packed()
        for peer in peers where peer.dealer.send(bytes) != .sent { peer.turn(0) }
        if round % 50 == 0 { most = max(most, try residentBytes(worker.process)) }
      }
      // Others are served meanwhile.
      #expect(try cluster.export("sales").count > 100)
      most = max(most, try residentBytes(worker.process))
      #expect(most - before < 2 * Self.growth, "it grew by \(most - before) bytes")
      withExtendedLifetime(peers) {}
    }

    @Test("by thousands of connections that say nothing leaves room for those that speak")
    func connections() async throws {
      let (cluster, worker) = try await cluster()
      let line = try contents(cluster.cluster.coordinatorEndpoint).split(separator: " ")
      let coordinator = try cluster.processID(of: "coordinator")
      for (process, endpoint) in [
        (coordinator, String(try #require(line.first))), (worker.process, worker.endpoint),
      ] {
        let before = try residentBytes(process)
        let flood = try MuteConnections(3_000, to: endpoint)
        #expect(flood.descriptors.count > 2 * SocketLimits.mostConnections)
        // New ones and those that there were are served.
        for _ in 0..<3 { #expect(try cluster.export("sales").count > 100) }
        let after = try residentBytes(process)
        #expect(after - before < Self.growth, "it grew by \(after - before) bytes")
        withExtendedLifetime(flood) {}
        try await expectRefusals(
          ["too many connections"], ofWorker: endpoint == worker.endpoint, cluster)
      }
      #expect(try cluster.status().nodes.allSatisfy { $0.state == "serving" })
    }

    @Test("that is nested a hundred thousand deep is a bad row, a bad file, and no crash")
    func nested() async throws {
      let (cluster, _) = try await cluster()
      let deep = String(repeating: "[", count: 100_000)
      let rows = "{\"sku\":\"a\",\"location\":\"b\",\"date\":\"2026-01-01\",\"units\":\(deep)\n"
      let ingested = try cluster.attempt(
        ["ingest", "-", "--source", "deep", "--format", "ndjson"], input: rows)
      #expect(ingested.exit != .code(0))
      guard case .code = ingested.exit else {
        Issue.record("ingest: \(ingested.exit)")
        return
      }
      let scenario = cluster.folder.file("deep.json5")
      try Data("{ demand: \(deep)".utf8).write(to: URL(filePath: scenario))
      let planned = try cluster.attempt(["allocate", "--scenario", scenario])
      guard case .code(let code) = planned.exit else {
        Issue.record("allocate: \(planned.exit)")
        return
      }
      #expect(code != 0)
      #expect(try cluster.status().colour != .red)
    }
  }
}
