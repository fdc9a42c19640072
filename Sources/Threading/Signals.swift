import CLinux
import Glibc
import Synchronization

/// The signals that a process of the cluster answers.
public enum Signal: Sendable, Hashable {
  /// SIGTERM: stop in order.
  case terminate
  /// SIGINT: stop in order, asked from a terminal.
  case interrupt
  /// SIGHUP: read the settings again.
  case hangUp

  init?(number: Int32) {
    switch number {
    case SIGTERM: self = .terminate
    case SIGINT: self = .interrupt
    case SIGHUP: self = .hangUp
    default: return nil
    }
  }
}

/// Hands signals to a closure on an ordinary thread, where everything is allowed.
///
/// The signals are blocked in every thread and one thread waits for them, so no handler ever runs
/// in the middle of something, and none is lost. A child process inherits the blocked signals:
/// whoever starts one gives it an empty mask.
public final class Signals: Sendable {
  private let thread: Thread
  private let stopping: Flag

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  /// Blocks SIGTERM, SIGINT, SIGHUP and SIGPIPE for this thread and those it starts: the first
  /// thing that main does. A write to a closed pipe or connection then fails with EPIPE instead of
  /// killing the process.
  public static func block() {
    var signals = waited()
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Calls `handler` on a thread of its own for every signal, until `stop()`.
  public init(handler: @escaping @Sendable (Signal) -> Void) throws(ThreadingError) {
    let flag = Flag()
    stopping = flag
    thread = try Thread(name: "signals") {
      Signals.block()
      var signals = Signals.waited()
      while true {
        var number: Int32 = 0
        guard unsafe sigwait(&signals, &number) == 0 else { continue }
        if flag.isSet.load(ordering: .acquiring) { return }
        if let signal = Signal(number: number) { handler(signal) }
      }
    }
  }

  /// Stops waiting and ends the thread. Not to be called from the handler.
  public func stop() {
    stopping.isSet.store(true, ordering: .releasing)
    thread.deliver(SIGHUP)
    thread.join()
  }

  /// Delivers a signal to the waiting thread alone, for tests.
  func deliver(_ number: Int32) { thread.deliver(number) }

  private static func waited() -> sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, number) }
    return signals
  }
}
