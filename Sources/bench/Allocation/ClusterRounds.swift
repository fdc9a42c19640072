import Allocation
import Replenishment
import Threading

/// The same rounds as in a cluster, asked and answered in one process.
struct ClusterRounds {
  private(set) var plan: PricedPlan?
  private(set) var rounds = 0
  private(set) var seconds = 0.0
  /// The bytes of all answers to the largest question.
  private(set) var largestRoundBytes = 0

  init(_ cluster: ClusterInstance, _ pairs: PairThreads, _ planning: ItemPlanning) throws {
    let shards = pairs.shards.enumerated().map { number, pairs in
      PlanShard(shard: number, planning: planning, pairs: pairs)
    }
    var driver = PlanRounds(planning, shardCount: shards.count)
    let clock = MonotonicClock()
    let start = clock.nanoseconds
    var move = driver.begin()
    while case .ask(let question) = move {
      let answers = pairs.each(of: shards.count) { number in
        var shard = shards[number]
        return try? shard.answer(question) { _ in }
      }.compactMap { $0 }
      rounds += 1
      largestRoundBytes = max(largestRoundBytes, answers.reduce(0) { $0 + $1.count })
      move = driver.take(answers)
    }
    seconds = Double(clock.nanoseconds - start) / 1e9
    guard case .planned(let plan, _) = move else {
      throw AllocationBenchError.notPlanned("\(move)")
    }
    self.plan = plan
  }
}
