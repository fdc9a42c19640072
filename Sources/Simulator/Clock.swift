import Coordination

/// A process's clock, which jumps ahead or stands still now and then, and never goes back.
struct Clock {
  /// What it showed when it was last set, and when that was; it stands still until then.
  private var shown = Instant(milliseconds: 0)
  private var since = Instant(milliseconds: 0)

  func read(at now: Instant) -> Instant { shown + max(0, now - since) }

  func isStill(at now: Instant) -> Bool { now < since }

  mutating func jump(ahead milliseconds: Int64, at now: Instant) {
    shown = read(at: now) + milliseconds
    since = max(now, since)
  }

  mutating func standStill(for milliseconds: Int64, at now: Instant) {
    shown = read(at: now)
    since = max(now, since) + milliseconds
  }
}
