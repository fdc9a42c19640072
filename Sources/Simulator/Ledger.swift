import Coordination
import Demand
import WireProtocol

/// What is known to be so, against which everything that happens is held.
struct Ledger {
  /// The placement that is durable, and the identity.
  var placement: Placement?
  var clusterID: UInt64?
  var document: Document?
  /// The networks that are durable, and the one that each run used: fixed by its first unit.
  var networks: [UInt64: [UInt8]] = [:]
  var networkOfRun: [UInt64: UInt64] = [:]
  /// The version of the document on which the pricing of each run rests.
  var documentOfRun: [UInt64: UInt64] = [:]
  /// The rows that were there when a shard was first counted for a run.
  var surveyed: [UInt64: [Int: [UInt64]]] = [:]
  /// The worker that wrote to a shard under an epoch as its primary: there may be one only.
  var writers: [Int: [UInt64: NodeName]] = [:]
  /// What was acknowledged, by shard.
  var acknowledged: [Int: Acknowledged] = [:]
  /// When a primary last said that a follower of a shard does not keep up.
  var stalledSaid: [Int: [NodeName: Instant]] = [:]
  /// When the coordinator last heard of a worker that it is alive.
  var heard: [NodeName: Instant] = [:]
  /// When somebody last asked that a worker gives its copies away.
  var askedAway: [NodeName: Instant] = [:]
  /// The learners of each shard that were told to copy it.
  var copying: [Int: Set<NodeName>] = [:]
  /// The day of each run, and into how many slices it cuts each shard: fixed when its first unit is
  /// done, whatever happens to the coordinator.
  var days: [UInt64: Day] = [:]
  var slices: [UInt64: [Int: Int]] = [:]
  /// The workers that are taken for gone for good, and those that are drained, durably.
  var retired: Set<NodeName> = []
  var drained: Set<NodeName> = []
  /// The workers that operators asked to forget.
  var forgotten: Set<NodeName> = []
  /// How far the log of its shard was when a request for a change of a quarantine was decided on.
  var changes: [Request: UInt64] = [:]
  /// The second in which messages are counted, and how many were sent in it.
  var second: Int64 = 0
  var messages = 0

  /// What a client asked.
  struct Request: Hashable {
    var from: Address
    var number: UInt64
  }

  /// What somebody was told is kept.
  struct Acknowledged {
    /// By source, the last batch.
    var batches: [SourceID: UInt64] = [:]
    /// The number of the log up to which changes of the quarantine were answered.
    var changed: UInt64 = 0
    /// By run and slice.
    var units: [UInt64: [Int: UnitOutcome]] = [:]
  }
}
