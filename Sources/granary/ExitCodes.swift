public import CommandLineArguments
public import Messaging
public import Storage
public import Tables

// What the errors of other rooms mean for the exit status: only the door knows both.

extension TableError: ExitCodeProviding {
  /// What a file holds is data; that a named file is not there is a matter of usage.
  public var exitCode: ExitCode {
    switch self {
    case .unreadable, .notRewindable, .badColumns: .usage
    case .unwritable: .storage
    case .notText, .empty, .badHeader, .missingColumn, .repeatedColumn, .misspeltColumn, .badRow,
      .tooFewRows:
      .dataRefused
    }
  }
}

extension StorageError: ExitCodeProviding {
  /// Always a matter of storage.
  public var exitCode: ExitCode { .storage }
}

extension MessagingError: ExitCodeProviding {
  /// Keys that are refused, nodes that do not answer, files that cannot be used.
  public var exitCode: ExitCode {
    switch self {
    case .keyRefused: .unauthorised
    case .nobodyListens, .handshakeFailed, .handshakePending: .unreachable
    case .fileExists, .notAKey, .badAllowList, .exposedSecret, .foreignSecret: .usage
    case .file: .storage
    case .library, .cannotBind, .cannotConnect, .notLocal, .alreadyConnected, .resources: .failure
    }
  }
}
