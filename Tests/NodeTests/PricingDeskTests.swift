import Allocation
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

@Suite("The desk where rounds of pricing are answered")
struct PricingDeskTests {
  private let folder: TemporaryFolder
  private let reader: ShardReader
  private let troubles = Troubles()
  private let loads = Locked<[Int]>([])
  private let document: PlanningDocument
  private let settings: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    _ = try ShardWriter(folder: folder.path, shardCount: 8)
    reader = try ShardReader(folder: folder.path)
    var document = PlanningDocument()
    document.warehouses = WarehouseList([
      Warehouse(location: try Location("Brno"), capacityCubicMetres: 100)
    ])
    self.document = document
    var writer = ByteWriter()
    RunSettings(
      season: 7, horizonDays: 28, models: [], policy: PolicySettings().packed()
    ).pack(into: &writer)
    settings = writer.bytes
  }

  /// The pair of a shard, another one in each.
  private static func pairs(_ shard: Int) throws -> PairShard {
    try PairShard(
      warehouseCount: 2,
      pairs: [
        Pair(
          sku: 0, warehouse: 0, demand: Double(100 + shard), orderCost: 20, holdingCost: 1,
          unitCost: 4, volume: 0.01)
      ])
  }

  private static func shard(_ shard: Int, _ planning: ItemPlanning) -> PlanShard {
    guard let pairs = try? pairs(shard) else { return PlanShard(shard: shard, planning: planning) }
    return PlanShard(shard: shard, planning: planning, pairs: pairs)
  }

  /// A desk whose shards have a pair each, and that notes which were loaded.
  private func desk() -> PricingDesk {
    var desk = PricingDesk()
    desk.make = { [loads] shard, planning in
      loads.withLock { $0.append(shard) }
      return Self.shard(shard, planning)
    }
    return desk
  }

  private var planning: ItemPlanning {
    ItemPlanning(asOf: Day(number: 20_000), settings: PolicySettings(), document: document)
  }

  /// What is asked first of shards with limits.
  private func asked() throws -> [UInt8] {
    var rounds = PlanRounds(planning, shardCount: 8)
    guard case .ask(let question) = rounds.begin() else { throw Refusal(.failed, "no question") }
    return question
  }

  private func expected(_ shard: Int) throws -> RoundAnswers.Outcome {
    var alone = Self.shard(shard, planning)
    return .answer(try alone.answer(try asked()) { _ in })
  }

  private func question(
    run: UInt64 = 1, round: UInt64 = 1, _ shards: [Int], settings: [UInt8]? = nil
  ) throws -> RoundQuestion {
    RoundQuestion(
      run: run, round: round, asOf: Day(number: 20_000), documentVersion: 0,
      settings: settings ?? self.settings, question: try asked(),
      shards: shards.map { HeldShard(shard: $0, epoch: 3) })
  }

  private func answers(
    _ desk: inout PricingDesk, _ question: RoundQuestion, portions: Int = 2
  ) -> [RoundAnswers] {
    desk.jobs(for: question, document, portions: portions)
      .map { $0.answers(with: reader, troubles) }
  }

  @Test("every shard answers once, in portions, whatever their number", arguments: [1, 2, 3, 64])
  func portions(count: Int) throws {
    var desk = desk()
    let all = answers(&desk, try question([0, 2, 3, 5, 7]), portions: count)
    #expect(all.count == min(5, count))
    let entries = try [0, 2, 3, 5, 7].map { shard in
      RoundAnswers.Entry(shard: shard, epoch: 3, outcome: try expected(shard))
    }
    #expect(all.flatMap(\.entries) == entries)
  }

  @Test("a shard is loaded once for a run, asked again it gives the same bytes")
  func loadedOnce() throws {
    var desk = desk()
    let first = answers(&desk, try question([0, 1]))
    #expect(answers(&desk, try question([0, 1])) == first)
    _ = answers(&desk, try question(round: 2, [1, 2]))
    #expect(loads.withLock { $0 } == [0, 1, 2])
    #expect(desk.kept == [0, 1, 2])
  }

  @Test("another run is loaded anew, and nothing of the one before is kept")
  func otherRun() throws {
    var desk = desk()
    _ = answers(&desk, try question([0, 1]))
    let other = answers(&desk, try question(run: 2, round: 2, [1]))
    #expect(other[0].run == 2)
    #expect(try other[0].entries[0].outcome == expected(1))
    #expect(desk.kept == [1])
    #expect(loads.withLock { $0 } == [0, 1, 1])
  }

  @Test("a shard that is forgotten before its turn is answered for, and not kept")
  func forgotten() throws {
    var desk = desk()
    let jobs = desk.jobs(for: try question([0, 1]), document, portions: 1)
    desk.forget(1)
    #expect(jobs[0].answers(with: reader, troubles).entries.count == 2)
    #expect(desk.kept == [0])
    desk.forget(nil)
    #expect(desk.kept.isEmpty)
  }

  @Test("settings that make no sense are a failure that stays")
  func unreadable() throws {
    var desk = desk()
    let first = answers(&desk, try question([0], settings: [5]))[0].entries[0].outcome
    guard case .failure(let reason, let mayPass) = first else {
      Issue.record("it answered")
      return
    }
    #expect(!mayPass && !reason.isEmpty)
    #expect(loads.withLock { $0 } == [])
  }

  @Test("threads answer beside each other, each shard once a round")
  func threads() throws {
    let threads = try ReaderThreads(name: "t", count: 3, folder: folder.path, queueLimit: 64)
    var desk = desk()
    let done = Mailbox<RoundAnswers>(limit: 64)
    for round in 1...20 as ClosedRange<UInt64> {
      let jobs = desk.jobs(
        for: try question(round: round, Array(0..<8)), document, portions: 6)
      for job in jobs {
        let isTaken = threads.submit { [troubles] reader in
          _ = done.post(job.answers(with: reader, troubles))
        }
        #expect(isTaken)
      }
      var entries: [RoundAnswers.Entry] = []
      while entries.count < 8 {
        entries += done.take(timeoutMilliseconds: nil, atMost: 8).flatMap(\.entries)
      }
      #expect(entries.map(\.shard).sorted() == Array(0..<8), "round \(round)")
    }
    threads.stop()
    #expect(loads.withLock { $0.sorted() } == Array(0..<8))
  }
}
