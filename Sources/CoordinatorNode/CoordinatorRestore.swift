public import Backup
import ClusterStore
public import Coordination
import FoundationEssentials
import Packing
import Storage
import WireProtocol

/// Makes the records of a coordinator of a backup, which it finds at its start as if they had been
/// its own all along: a folder, or what several coordinators share.
public struct CoordinatorRestore {
  /// What a folder is called until it is whole.
  public static let partEnd = ".restoring"

  private let backup: BackupFolder
  private let cut: BackupCut
  let cluster: RestoredCluster

  /// Restores a cut of a backup as a cluster.
  public init(of cut: BackupCut, in backup: BackupFolder, as cluster: RestoredCluster) {
    self.backup = backup
    self.cut = cut
    self.cluster = cluster
  }

  /// Whether the records at `path` are of that cluster already.
  public func isDone(at path: String) -> Bool {
    guard Folder.exists("\(path)/cluster.sqlite"),
      let store = try? SQLiteClusterStore(folder: path),
      let records = try? store.list(prefix: "")
    else { return false }
    let values = Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0.entry.value) })
    return cluster.isIn(values)
  }

  /// Makes the folder at `path`, which is not there. With `isVerified` every record is read back
  /// and compared before it counts.
  public func write(to path: String, isVerified: Bool) throws {
    let records = try records()
    let part = path + Self.partEnd
    let files = FileManager.default
    // What is left there is of a restore that was interrupted.
    if Folder.exists(part) { try files.removeItem(atPath: part) }
    try Folder.make(part)
    do {
      try Self.fill(part, records)
      if isVerified { try Self.verify(part, records) }
      try Folder.syncFiles(in: part)
      try Folder.rename(part, to: path)
      try Folder.sync(URL(filePath: path).deletingLastPathComponent().path)
    } catch {
      try? files.removeItem(atPath: part)
      throw error
    }
  }

  func records() throws(BackupError) -> [(key: String, value: [UInt8])] {
    let parts = try backup.records(of: cut)
    do throws(PackingError) {
      var kept: [(key: String, value: [UInt8])] = []
      for part in parts {
        var reader = ByteReader(part)
        kept += try KeptRecords(from: &reader).records.map { ($0.key, $0.value) }
      }
      return try cluster.records(keeping: kept)
    } catch {
      throw .unusable("the backup's records of the coordinator cannot be read: \(error)")
    }
  }

  private static func fill(_ path: String, _ records: [(key: String, value: [UInt8])]) throws {
    let store = try SQLiteClusterStore(folder: path)
    _ = try store.make(records.map { Change($0.key, to: $0.value, expected: 0) })
  }

  private static func verify(_ path: String, _ records: [(key: String, value: [UInt8])]) throws {
    let found = try SQLiteClusterStore(folder: path).list(prefix: "")
    let values = Dictionary(uniqueKeysWithValues: found.map { ($0.key, $0.entry.value) })
    let other = records.first { values[$0.key] != $0.value }
    guard other != nil || found.count != records.count else { return }
    let name = other?.key ?? "one that is in no backup"
    throw BackupError.differs(folder: path, "record \(name) is not as it was")
  }
}
