import Demand
import Replenishment
import Threading

/// Pricing in one process: the questions that a coordinator would send to its workers, answered by
/// the shards of a folder's tables on several threads.
struct LocalPricing {
  /// What pricing came to: what all shards share, and the lots of single shards that were moved.
  struct Outcome {
    var plan: PricedPlan
    var moved: [Int: [MovedLot]]
  }

  /// A shard, asked by one thread at a time.
  private final class Shard: Sendable {
    private let pricing: Locked<PlanShard>
    private let tables: LocalShard
    private let horizon: Int

    init(_ number: Int, _ tables: LocalShard, horizon: Int, _ planning: ItemPlanning) {
      pricing = Locked(PlanShard(shard: number, planning: planning))
      self.tables = tables
      self.horizon = horizon
    }

    /// The answer, or why there is none.
    func answer(_ question: [UInt8]) -> Result<[UInt8], Fault> {
      let (tables, horizon) = (tables, horizon)
      return pricing.withLock { pricing in
        do {
          let answer = try pricing.answer(question) { body in
            for number in 0..<tables.count {
              try body(tables.itemCase(number, horizon: horizon))
            }
          }
          return .success(answer)
        } catch { return .failure(Fault(reason: "\(error)")) }
      }
    }
  }

  /// Why a shard has no answer.
  private struct Fault: Error {
    var reason: String
  }

  let planning: ItemPlanning
  let work: OrderedWork
  private let shards: [Shard]

  init(_ tables: LocalTables, _ planning: ItemPlanning, _ work: OrderedWork) {
    self.planning = planning
    self.work = work
    let horizon = tables.horizon
    shards = tables.shards.enumerated().map { number, shard in
      Shard(number, shard, horizon: horizon, planning)
    }
  }

  /// Asks until there is a plan.
  func run(round: (Int) -> Void) throws(ClientError) -> Outcome {
    var rounds = PlanRounds(planning, shardCount: shards.count)
    var move = rounds.begin()
    var count = 0
    while true {
      switch move {
      case .ask(let question):
        count += 1
        round(count)
        move = rounds.take(try answers(question))
      case .planned(let plan, let moved): return Outcome(plan: plan, moved: moved)
      case .failed(let reason): throw .inputRefused("no plan can be made: \(reason)")
      }
    }
  }

  private func answers(_ question: [UInt8]) throws(ClientError) -> [[UInt8]] {
    var answers: [[UInt8]] = []
    let shards = shards
    try work.run(shards.count, job: { shards[$0].answer(question) }) {
      shard, answer throws(ClientError) in
      switch answer {
      case .success(let bytes): answers.append(bytes)
      case .failure(let fault):
        throw .inputRefused("no plan can be made: shard \(shard): \(fault.reason)")
      }
    }
    return answers
  }
}
