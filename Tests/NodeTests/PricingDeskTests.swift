import Coordination
import Demand
import Packing
import Replenishment
import ShardStore
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import WorkerNode

@Suite("The desk where rounds of pricing are answered")
struct PricingDeskTests {
  private static let shards = 8
  private static let asOf = Day(year: 2026, month: 11, day: 20)

  private let folder: TemporaryFolder
  private let writer: ShardWriter
  private let reader: ShardReader
  private let alarm = DamageAlarm.silent
  private let planning: PlanningDocument
  private let settings: [UInt8]
  /// What every shard is asked at first: what its lots take whatever the prices.
  private let asked: [UInt8]

  /// A store in which every shard has a SKU, and a warehouse with little space.
  init() throws {
    folder = try TemporaryFolder()
    writer = try ShardWriter(folder: folder.path, shardCount: Self.shards)
    reader = try ShardReader(folder: folder.path)
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(location: try Location("north"), capacityCubicMetres: 1)
    ])
    planning = document
    var bytes = ByteWriter()
    RunSettings(
      season: 7, horizonDays: 28, models: [], policy: PolicySettings().packed()
    ).pack(into: &bytes)
    settings = bytes.bytes
    var driver = try #require(
      RunPricing.driver(
        RunRequest(token: 1, kind: .allocate, asOf: Self.asOf, settings: settings),
        asOf: Self.asOf, Document(version: 1, content: document.packed()),
        shardCount: Self.shards))
    guard case .ask(let question) = driver.begin() else {
      throw Refusal(.failed, "nothing is asked")
    }
    asked = question
    for shard in 0..<Self.shards { try store(shard, unitCost: 10) }
  }

  /// Stores a SKU of a shard, or what is known of it now.
  private func store(_ shard: Int, unitCost: Double) throws {
    let sku = try #require(
      (0..<1_000).lazy.compactMap { try? SKU("S-\($0)") }.first {
        $0.shard(of: Self.shards) == shard
      })
    var batch = ItemBatchWriter()
    batch.append(sku, Item(unitCost: unitCost, volumeCubicMetres: 0.1))
    let identity = BatchIdentity(
      source: SourceID(name: "items at \(unitCost)"), shard: shard, sequence: 1,
      chain: BatchIdentity.chain(after: 0, payload: batch.bytes), isLast: true)
    _ = writer.commit(.batch(identity, .items, payload: batch.bytes))
    let spans = Quantiles.spans(within: 28).count
    let levels = Quantiles.levels.count
    let forecast = Forecast(
      mean: Array(repeating: 4, count: 28), quantiles: Array(repeating: 4, count: 28 * levels),
      cumulative: (0..<spans * levels).map { Double(4 * Quantiles.spans(within: 28)[$0 / levels]) }
    )
    var value = ByteWriter()
    ForecastValue(asOf: Self.asOf, forecast: forecast.packed()).pack(into: &value)
    let row = StoredRow(
      sku: sku, location: try Location("north"), run: 1, value: value.bytes)
    let unit = CompletedUnit(
      run: 1, shard: shard, slice: Slice(index: 0, of: 1), forecasts: [row], summary: [])
    _ = writer.commit(.unit(unit))
  }

  private func question(
    run: UInt64 = 1, round: UInt64 = 1, _ shards: [Int], asking other: [UInt8]? = nil
  ) -> RoundQuestion {
    RoundQuestion(
      run: run, round: round, asOf: Self.asOf, documentVersion: 1, settings: settings,
      question: other ?? asked, shards: shards.map { HeldShard(shard: $0, epoch: 3) })
  }

  private func answers(
    _ desk: inout PricingDesk, _ question: RoundQuestion, portions: Int = 2
  ) -> [RoundAnswers.Entry] {
    desk.jobs(for: question, planning, portions: portions)
      .flatMap { $0.answers(with: reader, alarm).entries }
  }

  @Test("Every shard answers once, in portions, whatever their number", arguments: [1, 2, 3, 64])
  func portions(count: Int) {
    var desk = PricingDesk()
    let jobs = desk.jobs(for: question([0, 2, 3, 5, 7]), planning, portions: count)
    #expect(jobs.count == min(5, count))
    let entries = jobs.flatMap { $0.answers(with: reader, alarm).entries }
    #expect(entries.map(\.shard) == [0, 2, 3, 5, 7] && entries.allSatisfy { $0.epoch == 3 })
    for entry in entries {
      guard case .answer(let bytes) = entry.outcome else {
        Issue.record("shard \(entry.shard) has no answer")
        continue
      }
      #expect(!bytes.isEmpty)
    }
  }

  @Test("A shard is loaded once for a run: what is taken in meanwhile counts for the next one")
  func loadedOnce() throws {
    var desk = PricingDesk()
    let first = answers(&desk, question([0, 1]))
    try store(1, unitCost: 500)
    #expect(answers(&desk, question(round: 2, [0, 1])) == first)
    let later = answers(&desk, question(run: 2, round: 3, [0, 1]))
    #expect(later[0] == first[0] && later[1] != first[1])
    _ = answers(&desk, question(run: 2, round: 4, [2]))
    #expect(desk.kept == [0, 1, 2])
  }

  @Test("Of another run nothing is kept")
  func otherRun() {
    var desk = PricingDesk()
    _ = answers(&desk, question([0, 1]))
    _ = answers(&desk, question(run: 2, round: 2, [1]))
    #expect(desk.kept == [1])
  }

  @Test("A shard that is forgotten before its turn is answered for, and not kept")
  func forgotten() {
    var desk = PricingDesk()
    let jobs = desk.jobs(for: question([0, 1]), planning, portions: 1)
    desk.forget(1)
    #expect(jobs[0].answers(with: reader, alarm).entries.count == 2)
    #expect(desk.kept == [0])
    desk.forget(nil)
    #expect(desk.kept.isEmpty)
  }

  @Test("A question that makes no sense is a failure that stays, and the next is answered")
  func failures() {
    var desk = PricingDesk()
    let first = answers(&desk, question([0]))
    let refused = answers(&desk, question(round: 2, [0], asking: [9, 9]))
    guard case .failure(_, mayPass: false) = refused[0].outcome else {
      Issue.record("it was answered: \(refused[0].outcome)")
      return
    }
    #expect(answers(&desk, question(round: 3, [0])) == first)
  }

  @Test("Settings that make no sense are a failure that stays")
  func unreadableRun() {
    var desk = PricingDesk()
    var strange = question([0])
    strange.settings = [5]
    guard case .failure(_, mayPass: false) = answers(&desk, strange)[0].outcome else {
      Issue.record("it was answered")
      return
    }
  }

  @Test("Threads answer beside each other, each shard once a round and always the same")
  func threads() throws {
    let threads = try ReaderThreads(name: "t", count: 3, folder: folder.path, queueLimit: 64)
    var (desk, other) = (PricingDesk(), PricingDesk())
    let expected = answers(&other, question(Array(0..<Self.shards)))
    let done = Mailbox<RoundAnswers>(limit: 64)
    for round in 1...20 as ClosedRange<UInt64> {
      let jobs = desk.jobs(
        for: question(round: round, Array(0..<Self.shards)), planning, portions: 6)
      for job in jobs {
        let isTaken = threads.submit { [alarm] reader in
          _ = done.post(job.answers(with: reader, alarm))
        }
        #expect(isTaken)
      }
      var entries: [RoundAnswers.Entry] = []
      while entries.count < Self.shards {
        entries += done.take(timeoutMilliseconds: nil, atMost: 8).flatMap(\.entries)
      }
      #expect(entries.sorted { $0.shard < $1.shard } == expected, "round \(round)")
    }
    threads.stop()
  }
}
