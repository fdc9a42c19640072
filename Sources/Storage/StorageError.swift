import CSQLite
import Glibc

/// Why stored bytes could not be read or written: which file, what happened, and the way out.
public struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What happened, as far as it decides what to do next.
  public enum Kind: Equatable, Sendable {
    /// No room is left; the transaction was rolled back and nothing of it is stored.
    case diskFull
    /// The file or its folder cannot be written.
    case readOnly
    /// The file is damaged, or no database.
    case corrupt
    /// Another connection holds a lock for longer than the busy timeout.
    case locked
    /// The file cannot be opened or read.
    case unreadable
    /// A row's bytes do not match its checksum, or mean nothing.
    case damagedRow(table: String, key: String)
    /// The file was written by a newer program.
    case newerSchema(found: Int, known: Int)
    /// Another process has this folder open.
    case heldByProcess(Int32?)
    /// The database lost commits that were acknowledged.
    case commitsLost(found: UInt64, acknowledged: UInt64)
    /// The acknowledged mark beside the database is damaged.
    case damagedMark
    /// The disk did not confirm that it has what was written, and may drop it: nothing more is
    /// written before the database is opened again.
    case syncFailed
    /// The database was made with another value of a setting that cannot change.
    case settingDiffers(name: String, stored: Int64, given: Int64)
    /// Records that are kept elsewhere could not be reached; what was asked for may have happened.
    case unreachable
    /// Whoever wrote does not lead any more: nothing of this write is kept, nor of any later one.
    case seatLost
    /// Anything else; the message says what.
    case other
  }

  /// The file.
  public let path: String
  /// What happened.
  public let kind: Kind
  /// The extended SQLite code, or `errno` where a file was at fault; 0 where there is none.
  public let code: Int32
  /// What SQLite, the system or the checksum had to say.
  public let message: String

  /// Makes an error.
  public init(path: String, kind: Kind, code: Int32 = 0, message: String = "") {
    self.path = path
    self.kind = kind
    self.code = code
    self.message = message
  }

  /// A row whose bytes are not what was stored.
  public static func damagedRow(
    path: String, table: String, key: String, reason: String
  ) -> StorageError {
    StorageError(path: path, kind: .damagedRow(table: table, key: key), message: reason)
  }

  /// Whether the same may work later without a change to the data: space is made, a disk comes
  /// back, a lock is let go.
  public var mayPass: Bool {
    switch kind {
    case .diskFull, .readOnly, .locked, .unreadable, .unreachable: true
    default: false
    }
  }

  /// Whether stored bytes are not what was stored, or the disk does not give them back any more.
  public var isDamage: Bool {
    switch kind {
    case .corrupt, .damagedRow, .commitsLost, .damagedMark: true
    case .unreadable: Self.unreadableSectors.contains(code)
    default: false
    }
  }

  /// SQLITE_IOERR_READ, _SHORT_READ, _DATA and _CORRUPTFS, macros that the importer does not see.
  private static let unreadableSectors = [1, 2, 32, 33].map { SQLITE_IOERR | $0 << 8 }
  /// SQLITE_IOERR_FSYNC and _DIR_FSYNC.
  private static let failedSyncs = [4, 5].map { SQLITE_IOERR | $0 << 8 }

  /// The error of the last SQLite call on `database`.
  init(path: String, database: OpaquePointer) {
    let code = unsafe sqlite3_extended_errcode(database)
    // Where SQLite cannot grow its shared index, a full disk comes as an I/O error.
    let isFull = unsafe [ENOSPC, EDQUOT].contains(sqlite3_system_errno(database))
    // A sync that failed for want of space has lost as much as any other.
    let isOnlyFull = isFull && code & 0xFF == SQLITE_IOERR && !Self.failedSyncs.contains(code)
    self.init(
      path: path, kind: isOnlyFull ? .diskFull : Self.kind(of: code), code: code,
      message: unsafe String(cString: sqlite3_errmsg(database)))
  }

  private static func kind(of code: Int32) -> Kind {
    if failedSyncs.contains(code) { return .syncFailed }
    return switch code & 0xFF {
    case SQLITE_FULL: .diskFull
    case SQLITE_READONLY, SQLITE_PERM: .readOnly
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_BUSY, SQLITE_LOCKED: .locked
    case SQLITE_CANTOPEN, SQLITE_IOERR: .unreadable
    default: .other
    }
  }

  /// The error in words: file, fault, way out.
  public var description: String {
    let detail = message.isEmpty ? "" : " (\(message)\(code == 0 ? "" : ", code \(code)"))"
    return "\(path): \(fault)\(detail)\(wayOut.isEmpty ? "" : "; \(wayOut)")"
  }

  private var fault: String {
    switch kind {
    case .diskFull: "no space is left"
    case .readOnly: "cannot be written"
    case .corrupt: "the database is damaged"
    case .locked: "locked by another process"
    case .unreadable: "cannot be opened or read"
    case .damagedRow(let table, let key): "damaged bytes in table \(table), row \(key)"
    case .newerSchema(let found, let known):
      "written by a newer granary: schema \(found), this one knows \(known)"
    case .heldByProcess(let process):
      process.map { "in use by process \($0)" } ?? "in use by another process"
    case .commitsLost(let found, let acknowledged):
      "the database ends at commit \(found), but commit \(acknowledged) was acknowledged"
    case .damagedMark: "the acknowledged mark is damaged"
    case .syncFailed: "the disk did not confirm what was written"
    case .settingDiffers(let name, let stored, let given):
      "was made with \(name) \(stored), not \(given)"
    case .unreachable: "did not answer"
    case .seatLost: "this coordinator does not lead any more"
    case .other: "failed"
    }
  }

  private var wayOut: String {
    switch kind {
    case .diskFull: "free or add space, then send again: nothing of this write was kept"
    case .readOnly: "check the owner and mode of the file and its folder, and the mount"
    case .corrupt, .damagedRow: "rebuild from the replica or restore a backup"
    case .locked: "close the other program that has this file open"
    case .unreadable: "check the path, its permissions and the disk"
    case .newerSchema: "start the newer granary, or restore a backup from before the upgrade"
    case .heldByProcess: "stop that process, or choose another data folder"
    case .commitsLost, .damagedMark:
      "rebuild from the replica, or start once with --accept-loss to go on without them"
    case .syncFailed:
      "look at the disk and the system's log, then start again: nothing is written before that"
    case .settingDiffers: "use the stored value; it is fixed when the data is created"
    case .unreachable: "check that it runs, has a quorum and can be reached from this host"
    case .seatLost: "another one does, or will; this one writes nothing before it leads again"
    case .other: ""
    }
  }
}
