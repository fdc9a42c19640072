import Glibc

/// Why a backup cannot be made, read or restored; each names the file and the way out.
public enum BackupError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file or folder that the system does not let be read or written, and what it says (`errno`).
  case file(path: String, code: Int32)
  /// A folder that holds something else.
  case notBackup(folder: String)
  /// A folder with backups of another cluster.
  case foreign(folder: String, holds: UInt64, wanted: UInt64)
  /// Another backup goes into the folder just now.
  case held(folder: String, process: Int32?)
  /// A file that a newer program wrote.
  case newer(path: String, version: Int, known: Int)
  /// A file whose bytes are not those that were written; what of the cluster is in it.
  case damaged(path: String, content: String, reason: String)
  /// What a node gave for a backup that is none.
  case unusable(String)
  /// What was restored is not what the backup has.
  case differs(folder: String, String)
  /// No cut is there, or none of that name.
  case noCut(folder: String, name: String?, others: [String])

  /// Whether the disk is full.
  public var isDiskFull: Bool {
    if case .file(_, let code) = self { code == ENOSPC || code == EDQUOT } else { false }
  }

  /// The error in words.
  public var description: String {
    switch self {
    case .file(let path, _) where isDiskFull:
      "\(path): no space is left; what was there before is as it was: free or add space, or keep "
        + "fewer backups with --keep, and run the same command again"
    case .file(let path, let code):
      "\(path): \(unsafe String(cString: strerror(code))); check the path, its owner and its disk"
    case .notBackup(let folder):
      "\(folder) is there and holds no backups; name another folder, or an empty one"
    case .foreign(let folder, let holds, let wanted):
      "\(folder) holds backups of cluster \(String(holds, radix: 16)), this is "
        + "\(String(wanted, radix: 16)); name another folder"
    case .held(let folder, let process):
      "\(folder): another backup goes there just now"
        + (process.map { ", process \($0)" } ?? "") + "; wait for its end"
    case .newer(let path, let version, let known):
      "\(path): of version \(version), this program knows \(known); use the newer program"
    case .damaged(let path, let content, let reason):
      "\(path) is damaged: \(reason)\(content.isEmpty ? "" : " (\(content))"); take another cut "
        + "with --cut, or another copy of the backup"
    case .unusable(let sentence):
      "\(sentence); are all nodes of this program's version? The status says what is damaged"
    case .differs(let folder, let sentence):
      "\(folder) was restored and is not what the backup has: \(sentence); look at the disk and "
        + "the system's log, and restore again"
    case .noCut(let folder, let name?, let others):
      "\(folder) has no cut \(name)"
        + (others.isEmpty ? "" : "; it has \(others.joined(separator: ", "))")
    case .noCut(let folder, nil, _):
      "\(folder) has no whole backup: none was made, or each was interrupted"
    }
  }
}
