/// A point on a clock that only goes forward, in milliseconds since some start. It is handed in
/// with every event: nothing here reads a clock.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since the clock's start.
  public var milliseconds: Int64

  /// Makes an instant.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier comes first.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The instant some milliseconds later.
  public static func + (instant: Instant, milliseconds: Int64) -> Instant {
    Instant(milliseconds: instant.milliseconds + milliseconds)
  }

  /// Milliseconds from `earlier` to `later`.
  public static func - (later: Instant, earlier: Instant) -> Int64 {
    later.milliseconds - earlier.milliseconds
  }
}
