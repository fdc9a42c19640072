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
    let clock = MonotonicClock()
    let end = clock.now + Int64(milliseconds)
    try check()
    while clock.now < end {
      rest(end - clock.now)
      try check()
    }
  }

  /// Waits until something is so, that long at most, and says whether it is. Time in which this
  /// process was not let run does not count: then the cluster was not either, and what is late is
  /// late because of the machine. Ten times as long by the clock is the end all the same.
  func wait(milliseconds: Int, until isSo: () -> Bool) throws(LabError) -> Bool {
    let clock = MonotonicClock()
    var left = Int64(milliseconds)
    var last = clock.now
    let end = last + 10 * left
    while true {
      if isSo() { return true }
      try check()
      guard left > 0, last < end else { return false }
      rest(left)
      let now = clock.now
      left -= min(now - last, Self.mostMillisecondsOfATurn)
      last = now
    }
  }

  private func rest(_ milliseconds: Int64) {
    usleep(UInt32(min(max(1, milliseconds), Self.turnMilliseconds)) * 1_000)
  }

  /// Quick enough for what is measured here, in tenths of seconds.
  private static let turnMilliseconds: Int64 = 10
  /// A turn that takes longer is one of a starved process.
  private static let mostMillisecondsOfATurn: Int64 = 50
}
