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
  /// How many earlier runs' units are remembered, in case one is asked for again.
  private static let rememberedRuns: UInt64 = 4

  let writer: StoreWriter

  /// Folds the shards' tails, forgets the units of long ended runs and counts the SKUs.
  func survey(_ survey: Survey, with reader: ShardReader) throws(StorageError) -> SurveyReport {
    try fold(survey.shards.map(\.shard), with: reader)
    if survey.run > Self.rememberedRuns {
      let old = survey.run - Self.rememberedRuns
      _ = writer.perform(survey.shards.map { .forgetRun(old, shard: $0.shard) })
    }
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
    for shard in shards {
      guard let plan = try reader.planFold(shard) else { continue }
      waiting.append(plan)
      if waiting.count == Self.foldsPerCommit { try carryOut(&waiting, with: reader) }
    }
    try carryOut(&waiting, with: reader)
  }

  private func carryOut(
    _ plans: inout [FoldPlan], with reader: ShardReader
  ) throws(StorageError) {
    guard !plans.isEmpty else { return }
    let outcomes = writer.perform(plans.map { .fold($0) }) ?? []
    var stale: [FoldPlan] = []
    for (plan, outcome) in zip(plans, outcomes) {
      switch outcome {
      case .staleFold: if let again = try reader.planFold(plan.shard) { stale.append(again) }
      case .failed(let error): throw error
      default: break
      }
    }
    if !stale.isEmpty { _ = writer.perform(stale.map { .fold($0) }) }
    plans = []
  }
}
