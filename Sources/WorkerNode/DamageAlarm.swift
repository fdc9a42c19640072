import Coordination
import ShardStore
import Storage
import WireProtocol

/// What every thread rings that meets bytes that are not what was stored: `status` shows it, and
/// the worker's mind tells the coordinator, which has the shard repaired from another copy.
struct DamageAlarm: Sendable {
  let troubles: Troubles
  let tell: @Sendable (Worker.Event) -> Void

  /// The longest reason that is passed on.
  private static let reasonBytes = Limits.sentenceBytes / 2

  /// Something could not be read or written; whether it is damage of the shard.
  @discardableResult
  func note(_ error: StorageError, shard: Int) -> Bool {
    guard error.isDamage else {
      troubles.begin(.reading, error)
      return false
    }
    note(error.description, shard: shard)
    return true
  }

  /// A scrub found something.
  func note(_ finding: ScrubFinding) {
    if let shard = finding.shard { return note(finding.reason, shard: shard) }
    troubles.begin(
      .damage,
      "\(finding); where other workers have copies, drain this one and give it an empty folder")
  }

  private func note(_ reason: String, shard: Int) {
    let reason = String(reason.prefix(Self.reasonBytes))
    troubles.noteDamage(of: shard, reason)
    tell(.damaged(shard: shard, reason: reason))
  }
}
