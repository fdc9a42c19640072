internal import Glibc

/// What became of one item.
public enum ItemOutcome: Equatable, Sendable {
  /// The work gave these bytes.
  case result([UInt8])
  /// The work cannot be done on this item: it failed with no other item beside it.
  case failed(reason: ItemFailure)
}

/// Why the work could not be done on an item.
public enum ItemFailure: Equatable, Sendable, CustomStringConvertible {
  /// It took its process down by this signal: a trap, a bad access, a kill from outside each time.
  case crashed(signal: Int32)
  /// It ended its process with this code.
  case exited(code: Int32)
  /// It was not done within its time.
  case deadline(seconds: Double)
  /// It wanted more memory than a trainer may have.
  case memory(limitBytes: Int)
  /// It made its process answer with something that is not an answer.
  case protocolViolation(String)
  /// The item or its result is too large to be sent.
  case oversized(bytes: Int, limit: Int)

  /// The reason in words.
  public var description: String {
    switch self {
    case .crashed(let signal): "crashed its trainer (signal \(signal))"
    case .exited(let code): "ended its trainer (exit code \(code))"
    case .deadline(let seconds): "was not done within \(seconds) s"
    case .memory(let limit): "needs more memory than the \(limit) bytes that a trainer may have"
    case .protocolViolation(let what): "made its trainer answer nonsense: \(what)"
    case .oversized(let bytes, let limit): "has \(bytes) bytes, at most \(limit) can be sent"
    }
  }

  /// Whether the reason is a signal that operators and the kernel send, and no fault raises.
  var isKillFromOutside: Bool {
    guard case .crashed(let signal) = self else { return false }
    return [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains(signal)
  }
}
