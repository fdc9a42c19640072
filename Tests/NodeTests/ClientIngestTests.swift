import CommandLineArguments
import Demand
import Settings
import Tables
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import ClientNode

@Suite("Ingest")
struct ClientIngestTests {
  /// Sales of some SKUs, many rows each, in an order that jumps between shards.
  static func sales(rows: Int = 5_000, skus: Int = 40) -> String {
    var text = "sku,location,date,units\n"
    for row in 0..<rows {
      let day = Day(year: 2026, month: 1, day: 1) + row / skus
      text += "SKU-\(row % skus),BCN,\(day),\(row % 7)\n"
    }
    return text
  }

  static func expected(_ text: String) -> [String] {
    text.split(separator: "\n").dropFirst().map { "\($0).0" }.sorted()
  }

  static func settings(credits: Int = 4, batchKiB: Int = 4) -> IngestSettings {
    var settings = ResolvedSettings().ingest
    settings.creditsPerWorker = credits
    settings.batchKiB = batchKiB
    return settings
  }

  @discardableResult
  static func ingest(
    _ cluster: FakeCluster, _ input: IngestInput, _ settings: IngestSettings = settings()
  ) throws -> IngestReport {
    var reports: [IngestReport] = []
    try Ingestor(try cluster.client(), settings: settings).ingest([input]) { reports.append($0) }
    return try #require(reports.first)
  }

  @Test("Every row arrives once, at the worker that owns its shard")
  func everyRow() throws {
    let cluster = try FakeCluster(workers: 2)
    let text = Self.sales()
    let path = try cluster.file("sales.csv", text)
    let report = try Self.ingest(cluster, IngestInput(path: path, table: .sales))
    #expect(report.rows == 5_000)
    #expect(report.rejected == 0)
    let all = try cluster.workers.flatMap { try $0.rows() }.sorted()
    #expect(all == Self.expected(text))
    for (index, worker) in cluster.workers.enumerated() {
      #expect(worker.state.withLock { $0.applied.allSatisfy { $0.identity.shard % 2 == index } })
    }
  }

  @Test("An input that is sent again changes nothing and says so")
  func again() throws {
    let cluster = try FakeCluster()
    let path = try cluster.file("sales.csv", Self.sales())
    let first = try Self.ingest(cluster, IngestInput(path: path, table: .sales))
    let applied = cluster.workers[0].state.withLock { $0.applied.count }
    let second = try Self.ingest(cluster, IngestInput(path: path, table: .sales))
    #expect(!first.wasKnown)
    #expect(second.wasKnown)
    #expect(second.batches == first.batches)
    #expect(cluster.workers[0].state.withLock { $0.applied.count } == applied)
  }

  @Test("How an input is cut depends on neither credits nor placement", arguments: [1, 2, 3])
  func cutting(workers: Int) throws {
    func batches(_ cluster: FakeCluster) -> [Int: [BatchIdentity]] {
      let all = cluster.workers.flatMap { $0.state.withLock { $0.applied.map(\.identity) } }
      return Dictionary(grouping: all, by: \.shard)
    }
    let text = Self.sales()
    let one = try FakeCluster()
    try Self.ingest(one, IngestInput(path: one.file("sales.csv", text), table: .sales))
    let other = try FakeCluster(workers: workers)
    try Self.ingest(
      other, IngestInput(path: other.file("b.csv", text), table: .sales),
      Self.settings(credits: workers))
    #expect(batches(one) == batches(other))
  }

  @Test("Another way to read the same bytes is another input")
  func sources() throws {
    let cluster = try FakeCluster()
    var input = IngestInput(path: try cluster.file("a.csv", Self.sales(rows: 10)), table: .sales)
    var sources: Set<SourceID> = [try input.source()]
    input.replaces = true
    sources.insert(try input.source())
    input.columns = "units=sold"
    sources.insert(try input.source())
    input.location = try Location("BCN")
    sources.insert(try input.source())
    input.sourceName = "orders"
    sources.insert(try input.source())
    #expect(sources.count == 5)
  }

  @Test("Standard input needs a name")
  func namelessInput() throws {
    let error = #expect(throws: ClientError.self) {
      _ = try IngestInput(path: "-", table: .sales).source()
    }
    #expect(error?.description.contains("--source") == true)
    #expect(error?.exitCode == .usage)
  }

  @Test("Bad rows are left out, counted, and written with line and reason")
  func badRows() throws {
    let cluster = try FakeCluster()
    let path = try cluster.file(
      "sales.csv",
      "sku,location,date,units\nA,BCN,2026-01-01,1\nA,BCN,2026-13-01,1\nA,BCN,2026-01-02,-4\n")
    let report = try Self.ingest(cluster, IngestInput(path: path, table: .sales))
    #expect(report.rows == 3)
    #expect(report.reasons == [.badDate: 1, .negativeUnits: 1])
    #expect(
      try FakeCluster.read("\(path).rejects.csv") == """
        line,reason,text
        3,bad-date,"A,BCN,2026-13-01,1"
        4,negative-units,"A,BCN,2026-01-02,-4"

        """)
    #expect(try cluster.workers[0].rows() == ["A,BCN,2026-01-01,1.0"])
  }

  @Test("Of a strict input nothing is applied when a row is bad")
  func strict() throws {
    let cluster = try FakeCluster()
    var input = IngestInput(
      path: try cluster.file(
        "sales.csv", "sku,location,date,units\nA,BCN,2026-01-01,1\nA,BCN,2026-01-02,x\n"),
      table: .sales)
    input.isStrict = true
    let error = #expect(throws: ClientError.self) { try Self.ingest(cluster, input) }
    #expect(error?.exitCode == .dataRefused)
    #expect(error?.description.contains(":3:") == true)
    #expect(cluster.workers[0].state.withLock { $0.applied.isEmpty })
  }

  @Test("A strict input without a bad row is applied")
  func strictAndGood() throws {
    let cluster = try FakeCluster()
    let text = Self.sales(rows: 100)
    var input = IngestInput(path: try cluster.file("sales.csv", text), table: .sales)
    input.isStrict = true
    try Self.ingest(cluster, input)
    #expect(try cluster.workers[0].rows() == Self.expected(text))
  }

  @Test("Rows at locations that the warehouses do not name are bad, without warehouses none is")
  func locations() throws {
    let cluster = try FakeCluster()
    let sales = "sku,location,date,units\nA,BCN,2026-01-01,1\nA,MAD,2026-01-01,1\n"
    var input = IngestInput(path: try cluster.file("sales.csv", sales), table: .sales)
    #expect(try Self.ingest(cluster, input).rejected == 0)
    let places = try cluster.file("warehouses.csv", "id\nBCN\n")
    try Self.ingest(cluster, IngestInput(path: places, table: .warehouses))
    input.sourceName = "once more"
    let report = try Self.ingest(cluster, input)
    #expect(report.reasons == [.unknownLocation: 1])
  }

  @Test("More bad rows than the limit end an input")
  func rejectLimit() throws {
    let cluster = try FakeCluster()
    let path = try cluster.file(
      "sales.csv", "sku,location,date,units\nA,B,x,1\nA,B,x,1\nA,B,x,1\n")
    var settings = Self.settings()
    settings.rejectLimit = 2
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(cluster, IngestInput(path: path, table: .sales), settings)
    }
    #expect(error?.description.contains("ingest.rejectLimit") == true)
  }

  @Test("An input that was cut in another way is refused, not applied twice")
  func conflict() throws {
    let cluster = try FakeCluster()
    let path = try cluster.file("sales.csv", Self.sales())
    try Self.ingest(cluster, IngestInput(path: path, table: .sales))
    let rows = try cluster.workers[0].rows().count
    let error = #expect(throws: ClientError.self) {
      try Self.ingest(
        cluster, IngestInput(path: path, table: .sales), Self.settings(batchKiB: 8))
    }
    #expect(error?.exitCode == .dataRefused)
    #expect(try cluster.workers[0].rows().count == rows)
  }

  @Test("A shard that has a new epoch is sent to under that one")
  func misplaced() throws {
    let cluster = try FakeCluster()
    let client = try cluster.client()
    _ = try client.refreshMap()
    cluster.workers[0].state.withLock { $0.epoch = 2 }
    cluster.state.withLock { state in
      state.map.placement.version = 2
      for shard in 0..<8 { state.map.placement.assignments[shard].epoch = 2 }
    }
    let text = Self.sales(rows: 500)
    let input = IngestInput(path: try cluster.file("sales.csv", text), table: .sales)
    try Ingestor(client, settings: Self.settings()).ingest([input]) { _ in }
    #expect(try cluster.workers[0].rows() == Self.expected(text))
  }

  @Test("A worker that restarts elsewhere in the middle gets every row once")
  func restart() throws {
    let cluster = try FakeCluster()
    let text = Self.sales(rows: 20_000)
    let path = try cluster.file("sales.csv", text)
    var restarts = 0
    let worker = cluster.workers[0]
    let ingestor = Ingestor(
      try cluster.client(), settings: Self.settings(credits: 2),
      stop: { () throws(ClientError) in
        guard restarts == 0, worker.state.withLock({ $0.applied.count }) > 3 else { return }
        restarts += 1
        do { try cluster.restart(worker: 0) } catch { throw .inputRefused("\(error)") }
      })
    try ingestor.ingest([IngestInput(path: path, table: .sales)]) { _ in }
    #expect(restarts == 1)
    #expect(try worker.rows() == Self.expected(text))
  }

  @Test("A worker that falls silent is named, and its replica gets the rest once it is the primary")
  func failover() throws {
    let cluster = try FakeCluster(workers: 2)
    let text = Self.sales(rows: 20_000)
    let path = try cluster.file("sales.csv", text)
    let (silent, other) = (cluster.workers[0], cluster.workers[1])
    var said: Set<String> = []
    let ingestor = Ingestor(
      try cluster.client(), settings: Self.settings(credits: 2),
      stop: { () throws(ClientError) in
        guard silent.state.withLock({ $0.applied.count > 3 && $0.dropped == 0 }) else { return }
        silent.state.withLock { $0.dropped = .max }
      },
      progress: { progress throws(ClientError) in
        guard !progress.silence.isEmpty, said.insert(progress.silence).inserted else { return }
        guard said.count == 1 else { return }
        // What it acknowledged the replica has.
        let (progress, applied) = silent.state.withLock { ($0.progress, $0.applied) }
        other.state.withLock { state in
          state.progress.merge(progress) { $1 }
          state.applied += applied
        }
        cluster.state.withLock { state in
          state.map.placement.version += 1
          for shard in 0..<8 {
            state.map.placement.assignments[shard].primary = state.map.peers[1].node
          }
        }
      })
    try ingestor.ingest([IngestInput(path: path, table: .sales)]) { _ in }
    #expect(said.contains { $0.hasPrefix("waiting for worker-1 (") }, "\(said)")
    #expect(try other.rows() == Self.expected(text))
  }

  @Test("An interrupted input goes on where it stopped")
  func interrupted() throws {
    let cluster = try FakeCluster()
    let text = Self.sales(rows: 20_000)
    let input = IngestInput(path: try cluster.file("sales.csv", text), table: .sales)
    let worker = cluster.workers[0]
    let ingestor = Ingestor(
      try cluster.client(), settings: Self.settings(credits: 2),
      stop: { () throws(ClientError) in
        if worker.state.withLock({ $0.applied.count }) > 3 { throw .interrupted("stopped") }
      })
    #expect(throws: ClientError.interrupted("stopped")) {
      try ingestor.ingest([input]) { _ in }
    }
    let report = try Self.ingest(cluster, input, Self.settings(credits: 2))
    #expect(report.knownBatches > 0)
    #expect(report.knownBatches < report.batches)
    #expect(try worker.rows() == Self.expected(text))
  }
}

@Suite("Cutting into batches")
struct BatchCutterTests {
  private static let source = SourceID(name: "test")

  private static func cut(_ rows: Int, batchBytes: Int) throws -> [BatchCutter<SalesBatchWriter>
    .Batch]
  {
    var cutter = BatchCutter<SalesBatchWriter>(
      source: source, shardCount: 4, batchBytes: batchBytes)
    var batches: [BatchCutter<SalesBatchWriter>.Batch] = []
    for row in 0..<rows {
      let sku = try SKU("SKU-\(row % 9)")
      let sale = SalesRow(
        sku: sku, location: try Location("BCN"), day: Day(number: Int32(20_000 + row)), units: 1)
      cutter.append(digest: sku.digest) { $0.append(sale) }
      batches += cutter.takeReady()
    }
    while let last = cutter.takeLast() { batches.append(last) }
    return batches
  }

  @Test("Each shard's batches are numbered without gaps, chained, and end with one that is last")
  func identities() throws {
    let shards = Dictionary(grouping: try Self.cut(1_000, batchBytes: 256), by: \.identity.shard)
    #expect(!shards.isEmpty)
    for batches in shards.values {
      #expect(batches.map(\.identity.sequence) == Array(1...UInt64(batches.count)))
      #expect(batches.dropLast().allSatisfy { !$0.identity.isLast })
      #expect(batches.last?.identity.isLast == true)
      var progress = SourceProgress()
      for batch in batches {
        #expect(progress.verdict(on: batch.identity, payload: batch.payload) == .apply)
        progress = progress.advanced(by: batch.identity)
      }
      #expect(progress.isFinished)
    }
  }

  @Test("No batch is empty and none is much larger than the size", arguments: [1, 20, 256, 4_096])
  func sizes(batchBytes: Int) throws {
    for batch in try Self.cut(500, batchBytes: batchBytes) {
      #expect(!batch.payload.isEmpty)
      #expect(batch.payload.count < batchBytes + 64)
    }
  }

  @Test("An input without rows has no batches")
  func nothing() throws {
    #expect(try Self.cut(0, batchBytes: 256).isEmpty)
  }
}
