import Storage

/// Why a worker cannot start; the sentence names the way out.
public struct WorkerError: Error, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether its data is the cause (locked, full, damaged).
  public let isStorage: Bool

  /// Whether the data there is damaged or lacks what was acknowledged.
  let isLoss: Bool

  init(_ description: String, isStorage: Bool = false) {
    self.description = description
    self.isStorage = isStorage
    isLoss = false
  }

  init(_ error: StorageError) {
    description = error.description
    isStorage = true
    isLoss = error.isDamage
  }
}
