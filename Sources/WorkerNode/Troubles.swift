import Storage
import Telemetry
import Threading

/// What is wrong with a worker just now, for `status` and the log: said once when it begins, and
/// over once the same works again.
final class Troubles: Sendable {
  /// What can go wrong, the worst first.
  enum Concern: Int, Comparable {
    /// What is written may be lost in spite of what the disk said; over when the worker is started
    /// again.
    case syncing
    /// Bytes that are not what was stored, of no shard in particular; over when the worker starts
    /// on repaired data.
    case damage
    case writing
    case reading
    case training

    static func < (left: Concern, right: Concern) -> Bool { left.rawValue < right.rawValue }
  }

  private let sentences = Locked<[Concern: String]>([:])
  /// Shards of which bytes are not what was stored, until they are dropped or repaired.
  private let damaged = Locked<[Int: String]>([:])
  private let logger = Logger("trouble")

  /// All that is wrong, in one sentence; empty when nothing is.
  var sentence: String {
    let shards = damaged.withLock { $0 }
    var known = sentences.withLock { $0 }
    if known[.damage] == nil, let first = shards.keys.min(), let reason = shards[first] {
      let others = shards.count > 1 ? ", and \(shards.count - 1) more shards are damaged" : ""
      known[.damage] = "shard \(first): \(reason)\(others)"
    }
    return known.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
  }

  /// Bytes of a shard are not what was stored.
  func noteDamage(of shard: Int, _ reason: String) {
    let isNew = damaged.withLock { $0.updateValue(reason, forKey: shard) == nil }
    if isNew { logger.error("shard \(shard): \(reason)") }
  }

  /// The data of a shard is gone, or made anew.
  func endDamage(of shard: Int) {
    let reason = damaged.withLock { $0.removeValue(forKey: shard) }
    if let reason { logger.info("over: shard \(shard): \(reason)") }
  }

  /// Whether anything is wrong with this.
  func has(_ concern: Concern) -> Bool { sentences.withLock { $0[concern] != nil } }

  /// Something does not work. What is said first stays until it is over.
  func begin(_ concern: Concern, _ sentence: String) {
    let isNew = sentences.withLock { known in
      guard known[concern] == nil else { return false }
      known[concern] = sentence
      return true
    }
    if isNew { logger.error("\(sentence)") }
  }

  /// The data could not be written or read.
  func begin(_ concern: Concern, _ error: StorageError) {
    switch error.kind {
    case .syncFailed: begin(.syncing, error.description)
    case .damagedRow, .corrupt: begin(.damage, error.description)
    case .diskFull, .readOnly: begin(.writing, error.description)
    default: begin(concern, error.description)
    }
  }

  /// It works again.
  func end(_ concern: Concern) {
    let sentence = sentences.withLock { $0.removeValue(forKey: concern) }
    if let sentence { logger.info("over: \(sentence)") }
  }
}
