import CLinux
import Glibc

/// A named thread of the system that runs one closure.
///
/// What the closure uses is made inside it or is `Sendable`; nothing else can reach the thread.
public final class Thread: Sendable {
  /// The longest name that the kernel keeps, in bytes; longer ones are cut.
  public static let maximumNameBytes = 15

  /// The name, as `ps -L` and debuggers show it.
  public let name: String
  private let handle: Locked<pthread_t?>

  /// Starts a thread that runs `body` and ends.
  ///
  /// Secondary threads inherit the caller's blocked signals: call `Signals.block()` first in main.
  public init(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(ThreadingError) {
    self.name = name
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, nil, enter, start.toOpaque())
    guard code == 0 else {
      unsafe start.release()
      throw .system(call: "starting thread \(name)", code: code)
    }
    handle = Locked(thread)
  }

  /// Waits for the thread to end. Joining again returns at once; a thread must not join itself.
  public func join() {
    let thread = handle.withLock { handle in
      defer { handle = nil }
      return handle
    }
    if let thread { pthread_join(thread, nil) }
  }

  /// Sends a signal to this thread alone, unless it was joined.
  func deliver(_ signal: Int32) {
    handle.withLock { handle in
      if let thread = handle { pthread_kill(thread, signal) }
    }
  }

  deinit {
    handle.withLock { handle in
      if let thread = handle { pthread_detach(thread) }
    }
  }
}

/// What the new thread is handed.
private final class Start: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

private func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
  let name = String(decoding: start.name.utf8.prefix(Thread.maximumNameBytes), as: UTF8.self)
  unsafe _ = pthread_setname_np(pthread_self(), name)
  start.body()
  return nil
}
