public import Tables
public import Threading

/// Why a sample could not be written.
public enum MarketplaceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file cannot be written.
  case table(TableError)
  /// The threads cannot be had.
  case threading(ThreadingError)
  /// Whoever asked for it wants it no more; no file was written.
  case stopped

  /// The error in words.
  public var description: String {
    switch self {
    case .table(let error): error.description
    case .threading(let error): error.description
    case .stopped: "stopped; no file was written"
    }
  }
}
