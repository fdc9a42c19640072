import TestSupport

/// How badly the world behaves, drawn from the seed so that some worlds are calm and some are not.
public struct FaultPlan: Sendable {
  /// Of a thousand messages, how many are lost and how many come twice.
  var lostPerMille: Int
  var doubledPerMille: Int
  /// Of a thousand messages, how many are late by up to two seconds; the others take up to 20 ms.
  var latePerMille: Int
  /// The mean time between crashes of some process, and how long it stays down at most.
  var millisecondsBetweenCrashes: Int
  var longestDownMilliseconds: Int
  /// Of a thousand writes of the coordinator, how many fail.
  var failedStoresPerMille: Int
  /// Whether workers join and leave meanwhile.
  var membershipChanges: Bool

  static let calm = FaultPlan(
    lostPerMille: 0, doubledPerMille: 0, latePerMille: 0, millisecondsBetweenCrashes: 0,
    longestDownMilliseconds: 0, failedStoresPerMille: 0, membershipChanges: false)

  static func drawn(from random: inout SplitMix64) -> FaultPlan {
    func upTo(_ limit: Int) -> Int { Int(random.next() % UInt64(limit + 1)) }
    return FaultPlan(
      lostPerMille: upTo(1) == 0 ? 0 : upTo(100), doubledPerMille: upTo(100),
      latePerMille: upTo(60),
      millisecondsBetweenCrashes: upTo(3) == 0 ? 0 : 500 + upTo(8_000),
      longestDownMilliseconds: 100 + upTo(6_000), failedStoresPerMille: upTo(50),
      membershipChanges: upTo(2) > 0)
  }
}
