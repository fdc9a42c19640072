public import Backup
import FoundationEssentials
import ShardStore
import Storage

/// Makes a worker's data of a backup: a folder that the worker finds at its start as if it had been
/// its own all along.
///
/// The folder gets its name when all of it is durable, so whatever ends this in between, there is
/// none or a whole one.
public struct WorkerRestore {
  /// What a folder is called until it is whole.
  public static let partEnd = ".restoring"
  /// The bytes of rows that share a commit.
  private static let commitBytes = 16 << 20

  private let backup: BackupFolder
  private let clusterID: UInt64
  private let shardCount: Int
  /// The epoch of every shard.
  private let epoch: UInt64

  /// Restores out of a backup into a cluster.
  public init(of backup: BackupFolder, clusterID: UInt64, shardCount: Int, epoch: UInt64) {
    self.backup = backup
    self.clusterID = clusterID
    self.shardCount = shardCount
    self.epoch = epoch
  }

  /// Whether the folder at `path` is a worker's of that cluster already.
  public func isDone(at path: String) -> Bool {
    (try? WorkerIdentity.read(in: path))?.clusterID == clusterID
  }

  /// Makes the folder at `path`, which is not there, with these shards. With `isVerified` every row
  /// is read back and compared before it counts. `progress` is told the bytes of each block.
  public func write(
    _ shards: [BackupCut.Shard], to path: String, isVerified: Bool, progress: (Int) throws -> Void
  ) throws {
    let part = path + Self.partEnd
    let files = FileManager.default
    // What is left there is of a restore that was interrupted.
    if Folder.exists(part) { try files.removeItem(atPath: part) }
    try Folder.make(part)
    do {
      try fill(part, shards, progress)
      if isVerified { try verify(part, shards) }
      try WorkerIdentity(clusterID: clusterID, shardCount: shardCount, starts: 0).write(in: part)
      try Folder.syncFiles(in: part)
      try Folder.rename(part, to: path)
      try Folder.sync(URL(filePath: path).deletingLastPathComponent().path)
    } catch {
      try? files.removeItem(atPath: part)
      throw error
    }
  }

  private func fill(
    _ path: String, _ shards: [BackupCut.Shard], _ progress: (Int) throws -> Void
  ) throws {
    let writer = try ShardWriter(folder: path, shardCount: shardCount)
    var (group, bytes) = ([Write](), 0)
    func commit() throws {
      for outcome in writer.commit(group) {
        switch outcome {
        case .failed(let error): throw error
        case .refused(let reason):
          throw BackupError.unusable("the backup has what is no row: \(reason)")
        default: break
        }
      }
      (group, bytes) = ([], 0)
    }
    for shard in shards {
      for block in shard.blocks {
        let rows = try backup.read(block, content: "shard \(shard.shard)")
        group.append(.chunk(HandoffRows.chunk(of: rows), shard: shard.shard))
        bytes += rows.count
        if bytes >= Self.commitBytes { try commit() }
        try progress(rows.count)
      }
      // Only now the shard is held: half a one is none.
      group.append(.epoch(shard: shard.shard, to: epoch))
    }
    try commit()
    try writer.checkpoint()
  }

  private func verify(_ path: String, _ shards: [BackupCut.Shard]) throws {
    let reader = try ShardReader(folder: path)
    for shard in shards {
      if let difference = try ShardComparison.difference(shard, in: backup, and: reader) {
        throw BackupError.differs(folder: path, difference)
      }
    }
  }
}
