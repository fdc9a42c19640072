import ClientNode
import Demand
import TestSupport
import Testing
import Threading
import WireProtocol

@Suite("Reading where copies are")
struct ClientReplicaTests {
  private static let shards = 8

  /// Two workers, each with a copy of what the other one serves.
  private func cluster() throws -> FakeCluster {
    let cluster = try FakeCluster(workers: 2, shards: Self.shards)
    cluster.state.withLock { state in
      let nodes = state.map.peers.map(\.node)
      for shard in state.map.placement.assignments.indices {
        let primary = state.map.placement.assignments[shard].primary
        state.map.placement.assignments[shard].replicas = nodes.filter { $0 != primary }
      }
    }
    return cluster
  }

  /// Who waits for the primary to answer in the end fails.
  private var impatience: Patience {
    var patience = Patience.brief
    patience.resendToWorker = 600_000
    patience.workers = 20_000
    patience.hedge = 50
    return patience
  }

  private func skus(_ count: Int) throws -> [SKU] { try (0..<count).map { try SKU("SKU-\($0)") } }

  @Test("A primary that is silent is not waited for")
  func silence() throws {
    let cluster = try cluster()
    cluster.workers[0].state.withLock { $0.dropped = .max }
    let wanted = try skus(300)
    var read: [[UInt8]] = []
    try ForecastReader(try cluster.client(impatience)).read(wanted) { _, record in
      read.append(record.series[0].value)
    }
    #expect(read == wanted.map(\.bytes))
  }

  @Test("What the primary cannot read the other copy answers; what none can read is thrown")
  func damage() throws {
    let cluster = try cluster()
    let damaged = Refusal(.failed, "damaged bytes in table forecast")
    cluster.workers[0].state.withLock { $0.answers = [.refusal(damaged)] }
    var count = 0
    let client = try cluster.client(impatience)
    try ForecastReader(client).read(try skus(40)) { _, _ in count += 1 }
    #expect(count == 40)
    for worker in cluster.workers {
      worker.state.withLock { $0.answers = Array(repeating: .refusal(damaged), count: 4) }
    }
    let error = #expect(throws: ClientError.self) {
      try ForecastReader(client).read(try skus(40)) { _, _ in }
    }
    #expect(error == .refused(damaged))
  }

  @Test("A table is read to its end though a worker falls silent in the middle")
  func table() throws {
    let cluster = try cluster()
    var all: [SKU] = []
    for shard in 0..<Self.shards {
      let chunks = try (0..<3).map { chunk in
        [ExportedRow(sku: try SKU("\(shard)-\(chunk)"), location: nil, run: 1, value: [1])]
      }
      all += chunks.flatMap { $0.map(\.sku) }
      for worker in cluster.workers { worker.state.withLock { $0.chunks[shard] = chunks } }
    }
    var read: [SKU] = []
    _ = try Exporter(try cluster.client(impatience)).stream(.models) { row in
      read.append(row.sku)
      if read.count == 5 { cluster.workers[1].state.withLock { $0.dropped = .max } }
    }
    #expect(read == all)
  }

  @Test("Where there is no copy, whoever the map names next is asked")
  func newMap() throws {
    let cluster = try FakeCluster(workers: 2, shards: Self.shards)
    cluster.workers[0].state.withLock { $0.dropped = .max }
    let client = try cluster.client(impatience)
    _ = try client.refreshMap()
    cluster.state.withLock { state in
      let other = state.map.peers[1].node
      state.map.placement.version += 1
      for shard in state.map.placement.assignments.indices {
        state.map.placement.assignments[shard].primary = other
      }
    }
    var count = 0
    let reader = SKUReader(client)
    for sku in try skus(4) { count += try reader.rows(.item, of: sku).count + 1 }
    #expect(count == 4)
  }

  @Test("Once there is a map, nothing waits for a coordinator that is silent")
  func coordinatorAway() throws {
    let cluster = try cluster()
    var patience = impatience
    (patience.answer, patience.map) = (500, 0)
    let client = try cluster.client(patience)
    let wanted = try skus(40)
    try ForecastReader(client).read(wanted) { _, _ in }
    cluster.state.withLock { $0.dropped = .max }
    var read = 0
    for _ in 0..<3 { try ForecastReader(client).read(wanted) { _, _ in read += 1 } }
    #expect(read == 120)
    #expect(try SKUReader(client).rows(.item, of: wanted[0]).isEmpty)
    #expect(try Exporter(client).stream(.models) { _ in }.count == Self.shards)
    #expect(throws: ClientError.self) { _ = try client.refreshMap() }
  }

  @Test("A worker that serves nothing yet is not waited for while the coordinator is silent")
  func withoutOrders() throws {
    let cluster = try cluster()
    let client = try cluster.client(impatience)
    _ = try client.refreshMap()
    cluster.state.withLock { $0.dropped = .max }
    let refusal = Message.refusal(Refusal(.misplaced, "no orders yet"))
    cluster.workers[0].state.withLock { $0.answers = Array(repeating: refusal, count: 10_000) }
    var count = 0
    try ForecastReader(client).read(try skus(40)) { _, _ in count += 1 }
    #expect(count == 40)
  }

  @Test("A map that nobody refuses is asked for anew all the same")
  func oldMap() async throws {
    let cluster = try cluster()
    var patience = impatience
    patience.map = 0
    let client = try cluster.client(patience)
    let wanted = try skus(4)
    try ForecastReader(client).read(wanted) { _, _ in }
    cluster.state.withLock { $0.map.placement.version = 2 }
    let isNew = await eventually {
      try? ForecastReader(client).read(wanted) { _, _ in }
      return client.map?.placement.version == 2
    }
    #expect(isNew)
  }

  @Test("A coordinator of another cluster ends the read that is under way, and only that")
  func otherCluster() throws {
    let cluster = try cluster()
    let chunks = try (0..<3).map { chunk in
      [ExportedRow(sku: try SKU("\(chunk)"), location: nil, run: 1, value: [1])]
    }
    for worker in cluster.workers { worker.state.withLock { $0.chunks[0] = chunks } }
    let client = try cluster.client(impatience)
    let error = #expect(throws: ClientError.self) {
      _ = try Exporter(client).stream(.models) { _ throws(ClientError) in
        cluster.state.withLock { state in
          state.map.clusterID = 2
          state.map.placement = Placement(shardCount: 1)
          state.map.placement.assignments[0] = .init(primary: state.map.peers[0].node, epoch: 1)
        }
        _ = try client.refreshMap()
      }
    }
    #expect(error?.description.contains("another cluster") == true)
    #expect(try Exporter(client).stream(.models) { _ in }.map(\.rows) == [3])
  }
}
