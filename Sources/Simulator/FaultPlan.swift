import TestSupport

/// How badly the world behaves, drawn from the seed so that some worlds are calm and some are not.
struct FaultPlan: Sendable {
  /// Of a thousand messages, how many are lost and how many come twice.
  var lostPerMille = 0, doubledPerMille = 0
  /// Of a thousand messages, how many are late by up to two seconds; the others take up to 20 ms.
  var latePerMille = 0
  /// The mean time between crashes of some process, and how long it stays down at most.
  var millisecondsBetweenCrashes = 0, longestDownMilliseconds = 0
  /// The mean time between pauses of some process, and how long one lasts at most.
  var millisecondsBetweenPauses = 0, longestPauseMilliseconds = 0
  /// The mean time between cuts of some link, and how long one lasts at most.
  var millisecondsBetweenCuts = 0, longestCutMilliseconds = 0
  /// Of a thousand writes of the coordinator, and of a worker, how many fail.
  var failedStoresPerMille = 0, failedWritesPerMille = 0
  /// Whether workers join and leave meanwhile.
  var membershipChanges = false

  /// Everything works.
  static let calm = FaultPlan()

  static func drawn(from random: inout SplitMix64) -> FaultPlan {
    func upTo(_ limit: Int) -> Int { Int(random.next() % UInt64(limit + 1)) }
    func sometimes(_ value: Int) -> Int { upTo(2) == 0 ? 0 : value }
    return FaultPlan(
      lostPerMille: sometimes(upTo(100)), doubledPerMille: sometimes(upTo(100)),
      latePerMille: sometimes(upTo(60)),
      millisecondsBetweenCrashes: sometimes(500 + upTo(8_000)),
      longestDownMilliseconds: 100 + upTo(6_000),
      millisecondsBetweenPauses: sometimes(500 + upTo(6_000)),
      longestPauseMilliseconds: 50 + upTo(8_000),
      millisecondsBetweenCuts: sometimes(500 + upTo(6_000)),
      longestCutMilliseconds: 50 + upTo(9_000),
      failedStoresPerMille: sometimes(upTo(80)), failedWritesPerMille: sometimes(upTo(60)),
      membershipChanges: upTo(2) > 0)
  }
}
