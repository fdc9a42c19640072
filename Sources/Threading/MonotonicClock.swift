import Glibc

/// A point in time of one machine's monotonic clock, in milliseconds. It is not a date, and two
/// machines cannot compare theirs.
public struct Moment: Hashable, Comparable, Sendable {
  /// Milliseconds since an arbitrary start, usually the machine's.
  public var milliseconds: Int64

  /// The moment at `milliseconds`.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Earlier.
  public static func < (left: Moment, right: Moment) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The moment `milliseconds` later.
  public static func + (moment: Moment, milliseconds: Int64) -> Moment {
    Moment(milliseconds: moment.milliseconds + milliseconds)
  }

  /// The milliseconds from `earlier` to `later`; negative when they are the other way round.
  public static func - (later: Moment, earlier: Moment) -> Int64 {
    later.milliseconds - earlier.milliseconds
  }
}

extension Moment: CustomStringConvertible {
  /// The milliseconds.
  public var description: String { "\(milliseconds) ms" }
}

/// The machine's clock that never jumps: it ignores corrections of the wall clock.
public struct MonotonicClock: Sendable {
  /// The clock.
  public init() {}

  /// The moment it is.
  public var now: Moment { Moment(milliseconds: Int64(nanoseconds / 1_000_000)) }

  /// Nanoseconds since the clock's arbitrary start, for measuring short spans.
  public var nanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
