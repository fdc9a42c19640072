import Synchronization

/// A value that goes up and down, set from any thread.
public final class Gauge: Sendable {
  private let bits = Atomic<UInt64>(0)

  /// A gauge at zero.
  public init() {}

  /// The value last set.
  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

  /// Sets the value.
  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

  /// Adds to the value; negative amounts take away.
  public func add(_ amount: Double) {
    var seen = bits.load(ordering: .relaxed)
    while true {
      let sum = (Double(bitPattern: seen) + amount).bitPattern
      let (exchanged, original) = bits.weakCompareExchange(
        expected: seen, desired: sum, ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }
}
