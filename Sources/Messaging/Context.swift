import CZeroMQ

/// The I/O threads that sockets of this process share; inproc endpoints live within one context.
///
/// Sockets keep their context alive, so the last one that goes ends it. That waits until queued
/// messages are written, `SocketLimits.lingerMilliseconds` at most.
///
/// Unchecked because libzmq documents contexts as thread-safe.
@safe
public final class Context: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer

  /// The most sockets unless told: dealers take three each, for their monitors.
  public static let maximumSockets = 4_096

  /// Starts a context. One I/O thread carries about a gigabyte a second, or half of that
  /// encrypted.
  public init(
    ioThreads: Int = 1, maximumSockets: Int = Context.maximumSockets
  ) throws(MessagingError) {
    guard let handle = unsafe zmq_ctx_new() else {
      throw .library(call: "zmq_ctx_new", reason: MessagingError.lastReason())
    }
    unsafe self.handle = unsafe handle
    try set(ZMQ_IO_THREADS, to: ioThreads, "I/O threads")
    try set(ZMQ_MAX_SOCKETS, to: maximumSockets, "sockets")
    // Otherwise ending a context waits for ever for messages that nobody takes.
    try set(ZMQ_BLOCKY, to: 0, "blocky")
  }

  deinit {
    while unsafe zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
  }

  private func set(_ option: Int32, to value: Int, _ name: String) throws(MessagingError) {
    guard unsafe zmq_ctx_set(handle, option, Int32(clamping: value)) == 0 else {
      throw .library(call: "\(value) \(name)", reason: MessagingError.lastReason())
    }
  }
}
