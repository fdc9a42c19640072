import Glibc
import Synchronization
import Threading

/// Notices that the user wants to stop, so that half-written files can be put away first.
final class Interruption: Sendable {
  private final class Request: Sendable {
    let isMade = Atomic(false)
  }

  private let request = Request()
  private let signals: Signals

  /// Takes SIGINT, SIGTERM and SIGHUP over, for the rest of the process. Who asks twice ends the
  /// process at once, after `lastWords`.
  init(lastWords: @escaping @Sendable () -> Void = {}) throws(ThreadingError) {
    Signals.block()
    // A reader that has seen enough (`| head`) ends this process quietly, as it ends others.
    var pipe = sigset_t()
    unsafe sigemptyset(&pipe)
    unsafe sigaddset(&pipe, SIGPIPE)
    unsafe pthread_sigmask(SIG_UNBLOCK, &pipe, nil)
    signals = try Signals { [request] _ in
      // Who asks twice does not want to wait for a read that blocks.
      guard request.isMade.exchange(true, ordering: .acquiringAndReleasing) else { return }
      lastWords()
      _exit(130)
    }
  }

  /// Whether the user asked.
  var isRequested: Bool { request.isMade.load(ordering: .acquiring) }
}
