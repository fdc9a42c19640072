import Glibc

/// What can go wrong with threads, descriptors and services.
public enum ThreadingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A call of the system failed.
  case system(call: String, code: Int32)
  /// A service ended with an error of its own.
  case serviceFailed(service: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .system(let call, let code):
      "\(call): \(Self.text(code)); limits are shown by ulimit -a"
    case .serviceFailed(let service, let reason): "service \(service): \(reason)"
    }
  }

  private static func text(_ code: Int32) -> String {
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words)
  }
}
