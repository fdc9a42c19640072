import CLinux
import Glibc

/// Wakes a thread that polls descriptors: any thread signals, the poller sees `descriptor` readable
/// until it clears. Many signals before a clear are one.
public final class WakeUp: Sendable {
  /// The eventfd, to be polled for reading.
  public let descriptor: Int32

  /// Opens one that is not signalled.
  public init() throws(ThreadingError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
  }

  /// Makes the descriptor readable.
  public func signal() {
    // A full counter (EAGAIN) is readable too, so a failed write loses nothing.
    var one: UInt64 = 1
    unsafe _ = write(descriptor, &one, 8)
  }

  /// Makes the descriptor unreadable again, before the work that it announced is looked at: what is
  /// posted in between signals anew.
  public func clear() {
    var count: UInt64 = 0
    unsafe _ = read(descriptor, &count, 8)
  }

  deinit { close(descriptor) }
}
