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

  /// The first words without names and numbers: two of a kind are about the same promise.
  var kind: [Substring] {
    let words = promise.split(separator: " ").filter { word in
      !word.contains { $0.isNumber || $0 == "-" }
    }
    return Array(words.prefix(5))
  }
}
