import Glibc
import Synchronization
import Threading

/// Whether somebody wants the lab, or a part of it, to stop; and waiting that heeds it.
final class Stopping: Sendable {
  private let isWanted = Atomic(false)
  private let above: Stopping?

  /// Wanted when that above is wanted, too.
  init(with above: Stopping? = nil) { self.above = above }

  /// Whether to stop.
  var isRequested: Bool {
    isWanted.load(ordering: .acquiring) || above?.isRequested ?? false
  }

  /// Asks to stop.
  func request() { isWanted.store(true, ordering: .releasing) }

  /// Throws when it is time to stop.
  func check() throws(LabError) { if isRequested { throw .stopped } }

  /// Waits.
  func sleep(milliseconds: Int) throws(LabError) {
    _ = try wait(milliseconds: milliseconds, until: { false })
  }

  /// Waits until something is so, that long at most, and says whether it is.
  func wait(milliseconds: Int, until isSo: () -> Bool) throws(LabError) -> Bool {
    let clock = MonotonicClock()
    let end = clock.now + Int64(milliseconds)
    while true {
      if isSo() { return true }
      try check()
      let left = end - clock.now
      guard left > 0 else { return false }
      usleep(UInt32(min(left, Self.turnMilliseconds)) * 1_000)
    }
  }

  /// Quick enough for what is measured here, in tenths of seconds.
  private static let turnMilliseconds: Int64 = 10
}
