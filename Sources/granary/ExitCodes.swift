public import Backup
public import CommandLineArguments
public import Marketplace
public import Messaging
public import NodeSupport
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

extension MarketplaceError: ExitCodeProviding {
  /// That of a file that cannot be written; threads that cannot be had are a failure.
  public var exitCode: ExitCode {
    switch self {
    case .table(let error): error.exitCode
    case .threading: .failure
    case .stopped: .interrupted
    }
  }
}

extension StorageError: ExitCodeProviding {
  /// Always a matter of storage.
  public var exitCode: ExitCode { .storage }
}

extension BackupError: ExitCodeProviding {
  /// A matter of storage, but for a folder or a cut that was named by mistake.
  public var exitCode: ExitCode {
    switch self {
    case .file, .damaged, .differs: .storage
    case .notBackup, .foreign, .noCut: .usage
    case .held, .newer, .unusable: .failure
    }
  }
}

extension AuditError: ExitCodeProviding {
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
