import Coordination
import Demand
import Forecasting
import Packing
import ShardStore
import TestSupport
import Testing
import TrainerNode
import WireProtocol

@testable import ClientNode
@testable import granary
@testable import WorkerNode

@Suite("Parts of teaching")
struct TeachingPartsTests {
  private static let asOf = Day(number: 9_060)

  private func row(_ number: Int, bytes: Int = 20) throws -> SampleRow {
    SampleRow(
      sku: try SKU("sku-\(number)"), category: "",
      parts: [
        SampleRow.Part(
          location: try Location("north"), series: [UInt8](repeating: 1, count: bytes))
      ])
  }

  private func packed(_ rows: [SampleRow]) -> [UInt8] {
    var writer = ByteWriter()
    for row in rows { row.pack(into: &writer) }
    return writer.bytes
  }

  /// A sample of rows that came in chunks of so many.
  private func gathered(_ rows: [SampleRow], atOnce count: Int) throws -> GatheredSample {
    var sample = GatheredSample()
    for start in stride(from: 0, to: rows.count, by: count) {
      let some = Array(rows[start..<min(rows.count, start + count)])
      try sample.add(RowsChunk(shard: 0, rows: packed(some), next: nil))
    }
    return sample
  }

  @Test("a sample is the rows as they come, however they are cut", arguments: [1, 3, 50])
  func rows(count: Int) throws {
    let rows = try (0..<50).map { try row($0) }
    let sample = try gathered(rows, atOnce: count)
    #expect(sample.rows == packed(rows) && sample.skus == 50 && !sample.isFull)
  }

  @Test("a sample of too many SKUs is the first of them", arguments: [777, 20_001])
  func tooMany(count: Int) throws {
    let rows = try (0..<(Sample.maximumSKUs + 1)).map { try row($0, bytes: 1) }
    let sample = try gathered(rows, atOnce: count)
    #expect(sample.skus == Sample.maximumSKUs && sample.isFull)
    #expect(sample.rows == packed(Array(rows.dropLast())))
  }

  @Test("a sample of too many bytes ends before the row that does not fit")
  func tooLarge() throws {
    let large = try (0..<500).map { try row($0, bytes: SampleRow.maximumBytes - 100) }
    let sample = try gathered(large, atOnce: 1)
    #expect(sample.isFull && sample.rows.count <= Sample.maximumBytes)
    #expect(sample.rows.count > Sample.maximumBytes - SampleRow.maximumBytes)
    var small = sample
    try small.add(RowsChunk(shard: 0, rows: packed([try row(600)]), next: nil))
    #expect(small.rows.count == sample.rows.count, "none is taken behind one that was left out")
  }

  @Test("rows that make no sense are an error")
  func damaged() {
    var sample = GatheredSample()
    #expect(throws: PackingError.self) {
      try sample.add(RowsChunk(shard: 0, rows: [200, 1], next: nil))
    }
  }

  /// A shard with some SKUs, of which one has an item and no sales.
  private func shard() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    var sales = SalesBatchWriter()
    for number in 0..<40 {
      for day in 0..<60 where (day + number) % 3 > 0 {
        sales.append(
          SalesRow(
            sku: try SKU("sku-\(number)"), location: try Location("north"),
            day: Day(number: 9_000 + Int32(day)), units: Double(1 + day % 5)))
      }
    }
    var items = ItemBatchWriter()
    items.append(try SKU("sku-0"), Item(category: "iron"))
    items.append(try SKU("unsold"), Item(category: "air"))
    _ = writer.commit(.epoch(shard: 0, to: 1))
    for (table, bytes) in [(BatchTable.salesAdding, sales.bytes), (.items, items.bytes)] {
      let identity = BatchIdentity(
        source: SourceID(name: "\(table)"), shard: 0, sequence: 1,
        chain: BatchIdentity.chain(after: 0, payload: bytes), isLast: true)
      _ = writer.commit(.batch(identity, table, payload: bytes))
    }
    return folder
  }

  private func answer(_ request: RowsRequest, in folder: TemporaryFolder) throws -> RowsChunk {
    let bytes = ReadAnswers.frame(
      answering: Frame(request: 1, .rowsRequest(request)), node: try #require(NodeName("w")),
      with: try ShardReader(folder: folder.path), calendar: EventCalendar([]), .silent)
    guard case .rows(let chunk) = try Frame(packed: bytes).message else {
      throw ClusterFailure(description: "no rows came")
    }
    return chunk
  }

  @Test("what a worker answers is what a trainer learns from")
  func learned() throws {
    let folder = try shard()
    let request = RowsRequest(scope: .sample(threshold: .max), shard: 0, epoch: 1, cursor: [])
    let chunk = try answer(request, in: folder)
    #expect(chunk.next == nil)
    let run = RunSettings(season: 7, horizonDays: 28, models: ["snaive"])
    let order = TeachOrder(
      run: 5, attempt: 1, asOf: Self.asOf, settings: run.packedBytes, threshold: .max,
      givers: [], places: [])
    let unit = try ModelJobs.unit(teaching: chunk.rows, order)
    #expect(unit.items.map(\.name) == ["the network of run 5"])
    let network = try SharedNetwork(
      packed: ModelJobs.work(unit.kind, unit.settings, unit.items.map(\.bytes))[0])

    let items = try ShardReader(folder: folder.path).items(shard: 0, slice: Slice(index: 0, of: 1))
    let sample = items.filter { !$0.series.isEmpty }.map {
      ItemDemand(sku: $0.sku, demand: $0.demand, category: $0.item?.category ?? "")
    }
    #expect(sample.count == 40 && sample.contains { $0.category == "iron" })
    let settings = try ModelJobs.Settings(packed: unit.settings)
    let expected = SharedNetwork.learned(from: sample, asOf: Self.asOf, settings: settings.fit)
    #expect(network.packed() == expected.packed())
    #expect(network.identity == expected.identity)
  }

  @Test("rows that a trainer cannot read teach nothing")
  func unreadable() throws {
    let run = RunSettings(season: 7, horizonDays: 28, models: [])
    let settings = ModelJobs.Settings(asOf: Self.asOf, run: run).packed()
    #expect(ModelJobs.work(ModelJobs.Kind.teach.rawValue, settings, [[9, 9]]) == [[]])
  }

  @Test("the networks of a unit come to its trainer, the newest last")
  func networks() throws {
    let folder = try shard()
    let items = try ShardReader(folder: folder.path).items(shard: 0, slice: Slice(index: 0, of: 1))
    let run = RunSettings(season: 7, horizonDays: 28, models: ["snaive"])
    var settings = ModelJobs.Settings(asOf: Self.asOf, run: run)
    let learned = (1...3).map { count in
      let sample = items.filter { !$0.series.isEmpty }.prefix(count).map {
        ItemDemand(sku: $0.sku, demand: $0.demand, category: "")
      }
      return SharedNetwork.learned(from: sample, asOf: Self.asOf, settings: settings.fit)
    }
    settings.networks = learned.map { $0.packed() }
    let read = try ModelJobs.Settings(packed: settings.packed())
    #expect(ModelJobs.networks(of: read).map(\.identity) == learned.map(\.identity))
  }

  @Test("the report says what learning took, where something was learned")
  func report() {
    var status = RunStatus(
      run: 7, kind: .train, phase: .done, asOf: Self.asOf, unitsDone: 1, unitsInAll: 1,
      outcome: UnitOutcome(skus: 1), elapsedMilliseconds: 90_000, trouble: "")
    #expect(!RunReport.text(status).contains("Learning"))
    status.teachingMilliseconds = 12_000
    #expect(RunReport.text(status).contains("Learning the shared weights took 12.0 s of that."))
    #expect(RunReport.json(status).contains("\"teachingSeconds\":12"))
  }

  @Test(
    "a training needs a network if a model asked for shares weights, an update the last one",
    arguments: [
      (RunKind.train, ["ets", "lstm"], false, NetworkNeed.fresh),
      (.train, ["ets", "lstm"], true, .latest), (.train, ["ets"], false, .none),
      (.forecast, ["lstm"], false, .none), (.allocate, ["lstm"], true, .none),
    ])
  func needs(kind: RunKind, models: [String], isUpdate: Bool, need: NetworkNeed) {
    let settings = RunSettings(season: 7, horizonDays: 28, models: models, isUpdate: isUpdate)
    #expect(RunClient.need(of: kind, settings) == need)
  }
}
