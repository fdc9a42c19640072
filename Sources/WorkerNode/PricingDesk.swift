import Demand
import ShardStore
import Storage
import Threading
import WireProtocol

/// What is loaded of shards for the run that is priced: of each shard served here once, as long as
/// the run lasts. The desk is the loop's own; what it hands out is worked on by other threads.
struct PricingDesk {
  private let make: MakeShardPricing
  private var run: UInt64 = 0
  private var shards: [Int: PricedShard] = [:]

  init(make: @escaping MakeShardPricing) { self.make = make }

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
  private let make: MakeShardPricing
  /// Loaded and asked by one thread at a time.
  private let pricing = Locked<(any ShardPricing)?>(nil)

  init(_ basis: PricingBasis, _ make: @escaping MakeShardPricing) {
    self.basis = basis
    self.make = make
  }

  func outcome(
    of question: [UInt8], with reader: ShardReader, _ troubles: Troubles
  ) -> RoundAnswers.Outcome {
    let (basis, make) = (basis, make)
    return pricing.withLock { pricing in
      do {
        if pricing == nil { pricing = try make(basis, reader) }
        guard let answer = try pricing?.answer(question) else {
          let reason = "it knows no prices for run \(basis.run): is it of another version?"
          return .failure(reason: reason, mayPass: false)
        }
        return .answer(answer)
      } catch let error as StorageError {
        troubles.begin(.reading, error)
        return .failure(reason: error.description, mayPass: error.mayPass)
      } catch {
        return .failure(reason: "\(error)", mayPass: false)
      }
    }
  }
}

/// Some shards that are to answer a question, for a thread with a reader.
struct PricingJob: Sendable {
  let question: RoundQuestion
  let shards: [PricedShard]

  func answers(with reader: ShardReader, _ troubles: Troubles) -> RoundAnswers {
    let entries = zip(question.shards, shards).map { held, shard in
      RoundAnswers.Entry(
        shard: held.shard, epoch: held.epoch,
        outcome: shard.outcome(of: question.question, with: reader, troubles))
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
