import Demand
import Replenishment
import ShardStore
import Storage
import Threading
import WireProtocol

/// What is loaded of shards for the run that is priced: of each shard served here once, as long as
/// the run lasts. The desk is the loop's own; what it hands out is worked on by other threads.
struct PricingDesk {
  /// Makes a shard that has read nothing yet.
  typealias Make = @Sendable (_ shard: Int, _ planning: ItemPlanning) -> PlanShard

  /// From the shard's rows, but where more is measured than can be stored.
  var make: Make = { PlanShard(shard: $0, planning: $1) }
  private var run: UInt64 = 0
  private var shards: [Int: PricedShard] = [:]

  /// The shards that are kept.
  var kept: [Int] { shards.keys.sorted() }

  /// The work of answering a question for its shards, in about so many portions. Shards that are
  /// forgotten meanwhile are answered for and then gone.
  mutating func jobs(
    for question: RoundQuestion, _ planning: PlanningDocument, portions: Int
  ) -> [PricingJob] {
    if question.run != run { shards = [:] }
    run = question.run
    let size = max(1, (question.shards.count + portions - 1) / max(1, portions))
    return stride(from: 0, to: question.shards.count, by: size).map { start in
      var part = question
      part.shards = Array(question.shards[start..<min(question.shards.count, start + size)])
      let priced = part.shards.map { shard($0.shard, question, planning) }
      return PricingJob(question: part, shards: priced)
    }
  }

  private mutating func shard(
    _ shard: Int, _ question: RoundQuestion, _ planning: PlanningDocument
  ) -> PricedShard {
    if let known = shards[shard] { return known }
    let basis = PricingBasis(
      run: question.run, shard: shard, asOf: question.asOf, settings: question.settings,
      planning: planning)
    let new = PricedShard(basis, make)
    shards[shard] = new
    return new
  }

  /// Forgets a shard, or all.
  mutating func forget(_ shard: Int?) {
    if let shard { shards[shard] = nil } else { shards = [:] }
  }
}

/// A shard and what is loaded of it once it is asked for the first time.
final class PricedShard: Sendable {
  private let basis: PricingBasis
  private let make: PricingDesk.Make
  /// Nothing while it is asked: whoever came then would load it anew, and answer the same.
  private let loaded = Locked<(shard: PlanShard, horizonDays: Int)?>(nil)

  init(_ basis: PricingBasis, _ make: @escaping PricingDesk.Make) {
    self.basis = basis
    self.make = make
  }

  func outcome(
    of question: [UInt8], with reader: ShardReader, _ alarm: DamageAlarm
  ) -> RoundAnswers.Outcome {
    do {
      var now = try take() ?? basis.unloaded(make)
      let cases = PlanCases(reader: reader, shard: basis.shard, horizonDays: now.horizonDays)
      let answer = try now.shard.answer(question, from: cases.forEach)
      keep(now)
      return .answer(answer)
    } catch let error as StorageError {
      alarm.note(error, shard: basis.shard)
      return .failure(reason: error.description, mayPass: error.mayPass)
    } catch {
      return .failure(reason: "\(error)", mayPass: false)
    }
  }

  private func take() -> (shard: PlanShard, horizonDays: Int)? {
    loaded.withLock { loaded in
      defer { loaded = nil }
      return loaded
    }
  }

  private func keep(_ now: (shard: PlanShard, horizonDays: Int)) {
    loaded.withLock { $0 = now }
  }
}

/// Some shards that are to answer a question, for a thread with a reader.
struct PricingJob: Sendable {
  let question: RoundQuestion
  let shards: [PricedShard]

  func answers(with reader: ShardReader, _ alarm: DamageAlarm) -> RoundAnswers {
    let entries = zip(question.shards, shards).map { held, shard in
      RoundAnswers.Entry(
        shard: held.shard, epoch: held.epoch,
        outcome: shard.outcome(of: question.question, with: reader, alarm))
    }
    return RoundAnswers(run: question.run, round: question.round, entries: entries)
  }

  /// What is said when nobody can take it now.
  func refused(because reason: String) -> RoundAnswers {
    RoundAnswers(
      run: question.run, round: question.round,
      entries: question.shards.map { held in
        RoundAnswers.Entry(
          shard: held.shard, epoch: held.epoch,
          outcome: .failure(reason: reason, mayPass: true))
      })
  }
}
