import Allocation
import Threading

/// The shards of an instance and the threads that ask them, as the workers of a cluster would be.
struct PairThreads {
  private(set) var shards: [PairShard]
  private let warehouseCount: Int
  private let pool: ComputePool
  private let threadCount: Int
  private let width: LaneWidth

  /// Draws the instance, a shard a job.
  init(_ instance: GeneratedInstance, threads: Int, width: LaneWidth) throws {
    try self.init(
      shardCount: instance.shardCount, warehouseCount: instance.warehouses, threads: threads,
      width: width
    ) { try? instance.shard($0) }
  }

  /// Draws shards by `draw`.
  init(
    shardCount: Int, warehouseCount: Int, threads: Int, width: LaneWidth,
    draw: @escaping @Sendable (Int) -> PairShard?
  ) throws {
    self.width = width
    pool = try ComputePool(name: "pairs", threadCount: threads, queueLimit: threads)
    threadCount = threads
    self.warehouseCount = warehouseCount
    shards = []
    shards = each(of: shardCount, draw).compactMap { $0 }
    guard shards.count == shardCount else { throw AllocationBenchError.notDrawn }
  }

  func stop() { pool.stop() }

  /// What `body` answers for each number below `count`; the threads take the next one each until
  /// there are none.
  func each<Answer: Sendable>(
    of count: Int, _ body: @escaping @Sendable (Int) -> Answer?
  ) -> [Answer?] {
    let next = Locked(0)
    let answers = Mailbox<[(index: Int, answer: Answer?)]>(limit: threadCount)
    for _ in 0..<threadCount {
      _ = pool.submit {
        var own: [(index: Int, answer: Answer?)] = []
        while true {
          let mine = next.withLock { next in
            defer { next += 1 }
            return next
          }
          guard mine < count else { break }
          own.append((mine, body(mine)))
        }
        _ = answers.post(own)
      }
    }
    var all: [Answer?] = Array(repeating: nil, count: count)
    for _ in 0..<threadCount {
      for (index, answer) in answers.take(timeoutMilliseconds: nil, atMost: 1).joined() {
        all[index] = answer
      }
    }
    return all
  }

  /// A pass.
  func sums(_ prices: Prices, _ limits: Limits) -> [LimitSums] {
    let (shards, width) = (shards, width)
    let answers = each(of: shards.count) { index in
      shards[index].sums(
        prices, kappa: limits.kappa, hasLines: limits.hasLines, width: width)
    }
    var round = RoundSums(shardCount: shards.count, warehouseCount: warehouseCount)
    for case (let shard, let sums?) in answers.enumerated() { round.take(sums, shard: shard) }
    return round.total ?? []
  }

  /// A round of moves, in the order of shards.
  func moves(_ question: RepairQuestion) -> [[PackMove]] {
    let shards = shards
    return each(of: shards.count) { index in shards[index].moves(question, shard: index) }
      .map { $0 ?? [] }
  }

  /// The extremes of all shards, added in their order.
  func extremes(_ limits: Limits) -> [BlockExtremes] {
    let shards = shards
    let answers = each(of: shards.count) { shards[$0].extremes(kappa: limits.kappa) }
    var sums = Array(repeating: BlockExtremes(), count: warehouseCount)
    for case let answer? in answers {
      for (warehouse, extremes) in answer.enumerated() { sums[warehouse] += extremes }
    }
    return sums
  }
}
