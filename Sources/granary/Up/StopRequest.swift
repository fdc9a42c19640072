import Glibc
import Synchronization
import Threading

/// Whether a signal asked this process to stop, and a descriptor that wakes whoever polls.
final class StopRequest: Sendable {
  private final class Notice: Sendable {
    let isMade = Atomic(false)
    let wakeUp: WakeUp

    init() throws(ThreadingError) { wakeUp = try WakeUp() }
  }

  private let notice: Notice
  private let signals: Signals

  init() throws(ThreadingError) {
    let notice = try Notice()
    let ignoresHangUp = Self.isHangUpIgnored
    signals = try Signals { signal in
      // Under nohup a closed terminal is nothing; otherwise it takes its cluster along.
      if signal == .hangUp, ignoresHangUp { return }
      notice.isMade.store(true, ordering: .releasing)
      notice.wakeUp.signal()
    }
    self.notice = notice
  }

  deinit { signals.stop() }

  /// Whether a signal came since the start or the last `clear`.
  var isMade: Bool { notice.isMade.load(ordering: .acquiring) }

  /// Readable when a signal came.
  var descriptor: Int32 { notice.wakeUp.descriptor }

  /// Forgets the signal: the next one is from somebody who does not want to wait.
  func clear() {
    notice.isMade.store(false, ordering: .releasing)
    notice.wakeUp.clear()
  }

  private static var isHangUpIgnored: Bool {
    var action = sigaction()
    unsafe sigaction(SIGHUP, nil, &action)
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
