import Storage
import Telemetry
import Threading

/// What is wrong with a worker just now, for `status` and the log: said once when it begins, and
/// over once the same works again.
final class Troubles: Sendable {
  /// What can go wrong, the worst first.
  enum Concern: Int, Comparable {
    /// Bytes that are not what was stored; over when the worker starts on repaired data.
    case damage
    case writing
    case reading
    case training

    static func < (left: Concern, right: Concern) -> Bool { left.rawValue < right.rawValue }
  }

  private let sentences = Locked<[Concern: String]>([:])
  private let logger = Logger("trouble")

  /// All that is wrong, in one sentence; empty when nothing is.
  var sentence: String {
    sentences.withLock { known in
      known.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
    }
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
