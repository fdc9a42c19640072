public import Coordination

/// A broken promise, with the seed that breaks it again.
public struct Violation: Error, CustomStringConvertible {
  /// The seed of the world.
  public var seed: UInt64
  /// When it happened.
  public var at: Instant
  /// What was promised and is not so.
  public var promise: String

  /// All of it in a sentence.
  public var description: String {
    "seed \(seed), \(at.milliseconds) ms: \(promise)"
  }
}
