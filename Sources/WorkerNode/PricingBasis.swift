import Demand
import Packing
import Replenishment
import WireProtocol

/// What a shard is loaded for.
struct PricingBasis: Sendable {
  /// The run.
  let run: UInt64
  let shard: Int
  /// The day to stand on.
  let asOf: Day
  /// The run's settings, as packed `RunSettings`.
  let settings: [UInt8]
  /// The warehouses, lanes, rules and limits that every shard goes by.
  let planning: PlanningDocument

  /// The shard before anything was read of it, and how to read it.
  func unloaded(
    _ make: PricingDesk.Make
  ) throws(PackingError) -> (shard: PlanShard, horizonDays: Int) {
    var reader = ByteReader(settings)
    let run = try RunSettings(from: &reader)
    let planning = try RunPricing.planning(run, asOf: asOf, document: planning)
    return (make(shard, planning), run.horizonDays)
  }
}
