import Synchronization

/// A count that only grows, from any thread.
public final class Counter: Sendable {
  private let count = Atomic<Int64>(0)

  /// A counter at zero.
  public init() {}

  /// What was counted so far.
  public var value: Int64 { count.load(ordering: .relaxed) }

  /// Counts `amount` more, which is not negative.
  public func add(_ amount: Int64 = 1) {
    precondition(amount >= 0, "a counter cannot go back by \(-amount)")
    count.wrappingAdd(amount, ordering: .relaxed)
  }
}
