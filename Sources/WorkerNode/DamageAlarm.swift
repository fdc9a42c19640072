import Coordination
import ShardStore
import Storage
import WireProtocol

/// What every thread rings that meets bytes that are not what was stored: `status` shows it, and the
/// worker's mind tells the coordinator, which has the shard repaired from another copy.
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
    let reason = String(error.description.prefix(Self.reasonBytes))
    troubles.noteDamage(of: shard, reason)
    tell(.damaged(shard: shard, reason: reason))
    return true
  }
}

extension StorageError {
  /// Whether bytes are not what was stored.
  var isDamage: Bool {
    switch kind {
    case .damagedRow, .corrupt: true
    default: false
    }
  }

  /// Whether a database that gives it when it is opened is not what was acknowledged.
  var isLoss: Bool {
    switch kind {
    case .commitsLost, .damagedMark: true
    default: isDamage
    }
  }
}
