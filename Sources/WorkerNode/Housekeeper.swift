import Demand
import Packing
import ShardStore
import Storage
import Threading
import WireProtocol

/// What has to be done to shards beside serving them: counting them for a run, and folding their
/// tails.
struct Housekeeper: Sendable {
  /// Folds that share a commit: each is small where there are many shards.
  private static let foldsPerCommit = 16
  /// Rows of tails whose folds share a commit: what is made of them is held in memory.
  private static let rowsPerCommit = 1 << 19

  let writer: StoreWriter
  let alarm: DamageAlarm
  /// Whether to leave off: the worker is stopping.
  let isStopping: @Sendable () -> Bool

  init(of store: DataStore) {
    writer = store.writer
    alarm = store.alarm
    isStopping = { [housekeeping = store.housekeeping] in housekeeping.isStopping }
  }

  /// Folds the shards' tails and counts the SKUs.
  func survey(_ survey: Survey, with reader: ShardReader) throws(StorageError) -> SurveyReport {
    try fold(survey.shards.map(\.shard), with: reader)
    var shards: [SurveyedShard] = []
    var latest: Day?
    for entry in survey.shards {
      let summary = try reader.summary(of: entry.shard)
      shards.append(SurveyedShard(shard: entry.shard, skus: UInt64(summary.skuCount)))
      if let day = summary.latestSalesDay { latest = max(day, latest ?? day) }
    }
    return SurveyReport(run: survey.run, shards: shards, latestDay: latest)
  }

  /// Folds the tails of shards, however small. A plan that went stale is made again.
  func fold(_ shards: [Int], with reader: ShardReader) throws(StorageError) {
    var waiting: [FoldPlan] = []
    var rows = 0
    for shard in shards {
      if isStopping() { return }
      guard let plan = try plan(shard, with: reader) else { continue }
      waiting.append(plan)
      rows += plan.rowCount
      guard waiting.count == Self.foldsPerCommit || rows >= Self.rowsPerCommit else { continue }
      try carryOut(&waiting, with: reader)
      rows = 0
    }
    try carryOut(&waiting, with: reader)
  }

  private func plan(
    _ shard: Int, with reader: ShardReader
  ) throws(StorageError) -> FoldPlan? {
    do { return try reader.planFold(shard) } catch {
      alarm.note(error, shard: shard)
      throw error
    }
  }

  private func carryOut(
    _ plans: inout [FoldPlan], with reader: ShardReader
  ) throws(StorageError) {
    guard !plans.isEmpty else { return }
    let outcomes = writer.perform(plans.map { .fold($0) }) ?? []
    var stale: [FoldPlan] = []
    for (plan, outcome) in zip(plans, outcomes) {
      if let error = outcome.error {
        alarm.note(error, shard: plan.shard)
        throw error
      }
      guard case .staleFold = outcome, let again = try self.plan(plan.shard, with: reader) else {
        continue
      }
      stale.append(again)
    }
    // One that is stale again waits for the next time: reading merges the tail anyhow.
    if !stale.isEmpty,
      let error = writer.perform(stale.map { .fold($0) })?.lazy
        .compactMap(\.error).first
    {
      throw error
    }
    plans = []
  }
}
