public import Tables
public import Threading

/// Why a sample could not be written.
public enum MarketplaceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file cannot be written.
  case table(TableError)
  /// The threads cannot be had.
  case threading(ThreadingError)

  /// The error in words.
  public var description: String {
    switch self {
    case .table(let error): error.description
    case .threading(let error): error.description
    }
  }
}
