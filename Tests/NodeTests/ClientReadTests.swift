import ClientNode
import Demand
import TestSupport
import Testing
import Threading
import WireProtocol

@Suite("Reading from a cluster")
struct ClientReadTests {
  private func skus(_ count: Int) throws -> [SKU] { try (0..<count).map { try SKU("SKU-\($0)") } }

  @Test("Forecasts come in the order asked, however few fit an answer", arguments: [1, 3, 1_000])
  func order(recordsPerAnswer: Int) throws {
    let cluster = try FakeCluster(workers: 3)
    for worker in cluster.workers {
      worker.state.withLock { $0.recordsPerAnswer = recordsPerAnswer }
    }
    let wanted = try skus(300)
    var read: [[UInt8]] = []
    try ForecastReader(try cluster.client()).read(wanted) { _, record in
      read.append(record.series[0].value)
    }
    #expect(read == wanted.map(\.bytes))
  }

  @Test("What a worker cannot answer now is asked for again")
  func busy() throws {
    let cluster = try FakeCluster()
    cluster.workers[0].state.withLock { state in
      state.dropped = 1
      state.answers = [
        .refusal(Refusal(.busy, "later")), .refusal(Refusal(.misplaced, "elsewhere")),
      ]
    }
    let wanted = try skus(5)
    var count = 0
    try ForecastReader(try cluster.client()).read(wanted) { _, _ in count += 1 }
    #expect(count == 5)
  }

  @Test("A worker's own complaint is thrown")
  func failure() throws {
    let cluster = try FakeCluster()
    cluster.workers[0].state.withLock {
      $0.answers = [.refusal(Refusal(.failed, "the page is damaged"))]
    }
    let error = #expect(throws: ClientError.self) {
      try ForecastReader(try cluster.client()).read(try skus(1)) { _, _ in }
    }
    #expect(error?.description == "the page is damaged")
  }

  /// Three chunks of two rows in most shards, none in some.
  private func fill(_ cluster: FakeCluster, shards: Int) throws -> [SKU] {
    var all: [SKU] = []
    for shard in 0..<shards where shard % 5 != 4 {
      let chunks = try (0..<3).map { chunk in
        try (0..<2).map { row in
          ExportedRow(
            sku: try SKU("\(shard)-\(chunk)-\(row)"), location: nil, run: 1, value: [1])
        }
      }
      all += chunks.flatMap { $0.map(\.sku) }
      let worker = cluster.workers[shard % cluster.workers.count]
      worker.state.withLock { $0.chunks[shard] = chunks }
    }
    return all
  }

  @Test("A table is streamed in the order of its shards", arguments: [1, 3])
  func stream(workers: Int) throws {
    let cluster = try FakeCluster(workers: workers, shards: 24)
    let all = try fill(cluster, shards: 24)
    var read: [SKU] = []
    let count = try Exporter(try cluster.client()).stream(.models) { read.append($0.sku) }
      .reduce(0) { $0 + $1.rows }
    #expect(read == all)
    #expect(count == all.count)
  }

  @Test("What threads make of a table comes in the order of its rows", arguments: [1, 3])
  func threads(count: Int) throws {
    let cluster = try FakeCluster(workers: 3, shards: 24)
    let all = try fill(cluster, shards: 24)
    let exporter = Exporter(try cluster.client())
    let plain = try exporter.stream(.models) { _ in }
    var made: [String] = []
    let shards = try exporter.stream(.models, threads: count) { rows in
      rows.map(\.sku.description)
    } to: { names in
      made += names
    }
    #expect(made == all.map(\.description))
    #expect(shards == plain)
  }

  @Test("What a thread cannot make of a row ends the stream")
  func threadThrows() throws {
    let cluster = try FakeCluster(shards: 24)
    _ = try fill(cluster, shards: 24)
    let exporter = Exporter(try cluster.client())
    #expect(throws: ClientError.inputRefused("no")) {
      _ = try exporter.stream(.models, threads: 2) { rows throws(ClientError) -> Int in
        if rows[0].sku.description.hasPrefix("7-") { throw .inputRefused("no") }
        return rows.count
      } to: { _ in
      }
    }
  }

  @Test("A stream outlives a worker that restarts elsewhere")
  func restart() throws {
    let cluster = try FakeCluster(shards: 24)
    let all = try fill(cluster, shards: 24)
    var read: [SKU] = []
    _ = try Exporter(try cluster.client()).stream(.models) { (row) throws(ClientError) in
      read.append(row.sku)
      guard read.count == 20 else { return }
      do { try cluster.restart(worker: 0) } catch { throw .inputRefused("\(error)") }
    }
    #expect(read == all)
  }
}
