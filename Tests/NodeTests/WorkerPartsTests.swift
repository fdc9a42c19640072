import Coordination
import Demand
import Packing
import Replenishment
import ShardStore
import Storage
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import WorkerNode

@Suite("Parts of a worker")
struct WorkerPartsTests {
  private static func error(_ kind: StorageError.Kind) -> StorageError {
    StorageError(path: "data", kind: kind)
  }

  @Test("a trouble is said until it is over, a full disk as one of writing")
  func troubles() {
    let troubles = Troubles()
    troubles.begin(.reading, Self.error(.diskFull))
    troubles.begin(.training, "no trainer starts")
    #expect(troubles.has(.writing) && !troubles.has(.reading))
    #expect(troubles.sentence.hasSuffix("; no trainer starts"))
    troubles.end(.writing)
    #expect(troubles.sentence == "no trainer starts")
    troubles.end(.training)
    #expect(troubles.sentence.isEmpty)
  }

  @Test("damage stays, whatever else can be read and written")
  func damage() {
    let troubles = Troubles()
    troubles.begin(.reading, Self.error(.damagedRow(table: "series", key: "bolt")))
    troubles.end(.reading)
    troubles.end(.writing)
    #expect(troubles.sentence.contains("bolt"))
  }

  @Test("a damaged shard is told with its reason, and is no trouble once it is dropped")
  func damagedShard() {
    let troubles = Troubles()
    let told = Locked<[Int]>([])
    let alarm = DamageAlarm(troubles: troubles) { event in
      if case .damaged(let shard, _) = event { told.withLock { $0.append(shard) } }
    }
    let row = Self.error(.damagedRow(table: "series", key: "bolt"))
    let isDamage = [alarm.note(row, shard: 4), alarm.note(row, shard: 2)]
    #expect(isDamage == [true, true])
    let isOther = alarm.note(Self.error(.diskFull), shard: 3)
    #expect(!isOther)
    #expect(told.withLock { $0 } == [4, 2])
    #expect(troubles.sentence.contains("shard 2: ") && troubles.sentence.contains("1 more"))
    troubles.endDamage(of: 2)
    #expect(troubles.sentence.contains("shard 4: "))
    troubles.endDamage(of: 4)
    troubles.end(.writing)
    #expect(troubles.sentence.isEmpty)
  }

  @Test("a disk that can be written again is no trouble any more, though nobody writes")
  func recovered() throws {
    let folder = try TemporaryFolder()
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let troubles = Troubles()
    troubles.begin(.writing, Self.error(.diskFull))
    let gauges = DataGauges(
      of: folder.path, with: try ShardReader(folder: folder.path), troubles)
    #expect(troubles.sentence.isEmpty && gauges.diskFreeBytes > 0)
    #expect(writer.commitNumber == 0)
  }

  @Test("threads that are stopped leave what waits undone")
  func stop() throws {
    let folder = try TemporaryFolder()
    _ = try ShardWriter(folder: folder.path, shardCount: 1)
    let threads = try ReaderThreads(name: "t", count: 1, folder: folder.path, queueLimit: 8)
    let begun = Mailbox<Int>(limit: 8)
    let goOn = Mailbox<Int>(limit: 1)
    for number in 0..<3 {
      let isTaken = threads.submit { _ in
        _ = begun.post(number)
        _ = goOn.take(timeoutMilliseconds: nil)
      }
      #expect(isTaken)
    }
    #expect(begun.take(timeoutMilliseconds: nil, atMost: 1) == [0])
    let stopper = try Thread(name: "stopper") { threads.stop() }
    while !threads.isStopping { _ = begun.take(timeoutMilliseconds: 1) }
    #expect(goOn.post(1))
    stopper.join()
    #expect(begun.count == 0)
  }

  @Test("the plan of as many warehouses as there can be fits a unit's summary")
  func largestSummary() throws {
    var summary = PlanSummary()
    let levels = Quantiles.levels.count
    let nothing = Forecast(
      mean: Array(repeating: 0, count: 28), quantiles: Array(repeating: 0, count: 28 * levels),
      cumulative: Array(repeating: 0, count: Quantiles.spans(within: 28).count * levels))
    let planning = ItemPlanning(
      asOf: Day(year: 2026, month: 11, day: 19), settings: PolicySettings(),
      document: PlanningDocument())
    for number in 0..<WarehouseList.maximumCount {
      let name = String(repeating: "w", count: Location.maximumBytes - 4)
      let location = try Location(name + String(number + 1_000))
      let place = LocationCase(
        location: location, forecast: nothing, stock: Stock(onHand: 1e6))
      let plan = planning.plan(
        for: ItemCase(sku: try SKU("bolt"), item: nil, locations: [place]))
      summary.add(plan.plans[0], at: location)
    }
    let outcome = UnitOutcome(skus: 1, summary: summary.packed())
    var writer = ByteWriter()
    outcome.pack(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try UnitOutcome(from: &reader) == outcome)
  }

  @Test("an answer too large for a message is refused with its size")
  func largeAnswer() throws {
    let folder = try TemporaryFolder()
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let sku = try SKU("bolt")
    let row = StoredRow(
      sku: sku, location: try Location("north"), run: 1,
      value: Array(repeating: 7, count: Limits.frameBytes))
    let unit = CompletedUnit(
      run: 1, shard: 0, slice: Slice(index: 0, of: 1), forecasts: [row], summary: [])
    _ = writer.commit(.epoch(shard: 0, to: 1))
    #expect(writer.commit(.unit(unit)) == .unit(summary: [], wasDone: false))
    let bytes = ReadAnswers.frame(
      answering: Frame(request: 5, .get(Get(skus: [sku]))),
      node: try #require(NodeName("w")), with: try ShardReader(folder: folder.path),
      calendar: EventCalendar([]), .silent)
    let frame = try Frame(packed: bytes)
    guard case .refusal(let refusal) = frame.message else {
      Issue.record("it was answered with \(frame.message.kind)")
      return
    }
    #expect(frame.request == 5 && refusal.code == .failed)
    #expect(refusal.reason.contains("\(Limits.frameBytes)"))
  }

  @Test(
    "a shard that moved away after a question was let in is not answered as if it were empty",
    arguments: [
      Message.get(Get(skus: [try SKU("bolt")])),
      .explainRequest(sku: Array("bolt".utf8)),
      .rowsRequest(RowsRequest(scope: .table(.series), shard: 0, epoch: 1, cursor: [])),
      .rowsRequest(RowsRequest(scope: .sample(threshold: .max), shard: 0, epoch: 1, cursor: [])),
    ])
  func movedAway(_ question: Message) throws {
    let folder = try TemporaryFolder()
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let reader = try ShardReader(folder: folder.path)
    let node = try #require(NodeName("w"))
    func isMisplaced() throws -> Bool {
      let bytes = ReadAnswers.frame(
        answering: Frame(request: 5, question), node: node, with: reader,
        calendar: EventCalendar([]), .silent)
      guard case .refusal(let refusal) = try Frame(packed: bytes).message else { return false }
      return refusal.code == .misplaced
    }
    _ = writer.commit(.epoch(shard: 0, to: 1))
    #expect(try !isMisplaced())
    _ = writer.commit(.dropShard(0))
    #expect(try isMisplaced())
  }
}

extension DamageAlarm {
  /// One that nobody hears.
  static var silent: DamageAlarm { DamageAlarm(troubles: Troubles()) { _ in } }
}
