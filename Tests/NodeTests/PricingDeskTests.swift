import Coordination
import Demand
import ShardStore
import Storage
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import WorkerNode

/// Answers with what it was loaded for, and counts how often it was asked.
private struct CountedPricing: ShardPricing {
  let basis: PricingBasis
  let calls: Locked<[Int]>

  func answer(_ question: [UInt8]) throws -> [UInt8] {
    if question.isEmpty { throw Refusal(.failed, "an empty question") }
    calls.withLock { $0.append(basis.shard) }
    return [UInt8(basis.run), UInt8(basis.shard)] + basis.settings + question
  }
}

@Suite("The desk where rounds of pricing are answered")
struct PricingDeskTests {
  private let folder: TemporaryFolder
  private let reader: ShardReader
  private let troubles = Troubles()
  private let loads = Locked<[Int]>([])
  private let calls = Locked<[Int]>([])

  init() throws {
    folder = try TemporaryFolder()
    _ = try ShardWriter(folder: folder.path, shardCount: 8)
    reader = try ShardReader(folder: folder.path)
  }

  private func desk() -> PricingDesk {
    PricingDesk { [loads, calls] basis, _ in
      loads.withLock { $0.append(basis.shard) }
      return CountedPricing(basis: basis, calls: calls)
    }
  }

  private func question(
    run: UInt64 = 1, round: UInt64 = 1, _ shards: [Int], _ question: [UInt8] = [9]
  ) -> RoundQuestion {
    RoundQuestion(
      run: run, round: round, asOf: Day(number: 20_000), documentVersion: 0, settings: [5],
      question: question, shards: shards.map { HeldShard(shard: $0, epoch: 3) })
  }

  private func answers(
    _ desk: inout PricingDesk, _ question: RoundQuestion, portions: Int = 2
  ) -> [RoundAnswers] {
    desk.jobs(for: question, PlanningDocument(), portions: portions)
      .map { $0.answers(with: reader, troubles) }
  }

  @Test("every shard answers once, in portions, whatever their number", arguments: [1, 2, 3, 64])
  func portions(count: Int) {
    var desk = desk()
    let all = answers(&desk, question([0, 2, 3, 5, 7]), portions: count)
    #expect(all.count == min(5, count))
    let entries = all.flatMap(\.entries)
    #expect(
      entries
        == [0, 2, 3, 5, 7].map { shard in
          RoundAnswers.Entry(
            shard: shard, epoch: 3, outcome: .answer([1, UInt8(shard), 5, 9]))
        })
  }

  @Test("a shard is loaded once for a run, asked again it gives the same bytes")
  func loadedOnce() {
    var desk = desk()
    let first = answers(&desk, question([0, 1]))
    #expect(answers(&desk, question([0, 1])) == first)
    _ = answers(&desk, question(round: 2, [1, 2], [8]))
    #expect(loads.withLock { $0 } == [0, 1, 2])
    #expect(desk.kept == [0, 1, 2])
  }

  @Test("another run is loaded anew, and nothing of the one before is kept")
  func otherRun() {
    var desk = desk()
    _ = answers(&desk, question([0, 1]))
    let other = answers(&desk, question(run: 2, round: 2, [1]))
    #expect(other[0].entries[0].outcome == .answer([2, 1, 5, 9]))
    #expect(desk.kept == [1])
  }

  @Test("a shard that is forgotten before its turn is answered for, and not kept")
  func forgotten() {
    var desk = desk()
    let jobs = desk.jobs(for: question([0, 1]), PlanningDocument(), portions: 1)
    desk.forget(1)
    #expect(jobs[0].answers(with: reader, troubles).entries.count == 2)
    #expect(desk.kept == [0])
    desk.forget(nil)
    #expect(desk.kept.isEmpty)
  }

  @Test("what cannot be read is a failure that may pass or stay, and is loaded again")
  func failures() {
    let failing = Locked(true)
    var desk = PricingDesk { [folder] basis, _ in
      if failing.withLock({ $0 }) { throw StorageError(path: folder.path, kind: .diskFull) }
      return CountedPricing(basis: basis, calls: Locked([]))
    }
    guard case .failure(_, let mayPass) = answers(&desk, question([0]))[0].entries[0].outcome
    else {
      Issue.record("it answered without data")
      return
    }
    #expect(mayPass && !troubles.sentence.isEmpty)
    failing.withLock { $0 = false }
    #expect(answers(&desk, question([0]))[0].entries[0].outcome == .answer([1, 0, 5, 9]))
    let empty = answers(&desk, question(round: 2, [0], []))[0].entries[0].outcome
    #expect(empty == .failure(reason: "an empty question", mayPass: false))
  }

  @Test("a worker that knows no prices says so, for good")
  func unknown() {
    var desk = PricingDesk { _, _ in nil }
    guard
      case .failure(let reason, let mayPass) = answers(&desk, question([0]))[0].entries[0].outcome
    else {
      Issue.record("it answered")
      return
    }
    #expect(!mayPass && reason.contains("run 1"))
  }

  @Test("threads answer beside each other, each shard once a round")
  func threads() throws {
    let threads = try ReaderThreads(name: "t", count: 3, folder: folder.path, queueLimit: 64)
    var desk = desk()
    let done = Mailbox<RoundAnswers>(limit: 64)
    for round in 1...20 as ClosedRange<UInt64> {
      let jobs = desk.jobs(
        for: question(round: round, Array(0..<8)), PlanningDocument(), portions: 6)
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
    #expect(calls.withLock { $0.count } == 160)
  }
}
