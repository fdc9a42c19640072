import Coordination
import FoundationEssentials
import Glibc
import ShardStore
import Storage
import TrainerNode
import WireProtocol

/// Everything of a worker that stands on its data: the writer, the readers and the desks at which
/// units are done. It is there once the worker belongs to a cluster.
final class DataStore: Sendable {
  /// How many threads of each kind, and what trainers may use.
  struct Staff: Sendable {
    var readers: Int
    var trainers: Int
    var trainer: TrainerSettings
  }

  let folder: String
  let writer: StoreWriter
  /// Answer reads.
  let readers: ReaderThreads
  /// Do units; each has a trainer of its own.
  let desks: ReaderThreads
  /// Folds and counts.
  let housekeeping: ReaderThreads
  let crew: TrainerCrew

  init(
    folder: String, shardCount: Int, acceptLoss: Bool, staff: Staff,
    report: @escaping @Sendable (TrainerEvent) -> Void
  ) throws(WorkerError) {
    self.folder = folder
    do {
      writer = try StoreWriter(
        try ShardWriter(folder: folder, shardCount: shardCount, acceptLoss: acceptLoss))
      crew = try TrainerCrew(settings: staff.trainer, seats: staff.trainers, report: report)
    } catch let error as StorageError {
      throw WorkerError(error.description, isStorage: true)
    } catch {
      throw WorkerError("\(error)")
    }
    readers = try ReaderThreads(
      name: "reader", count: staff.readers, folder: folder, queueLimit: 4_096)
    desks = try ReaderThreads(
      name: "desk", count: staff.trainers, folder: folder, queueLimit: Limits.unitsInHand)
    housekeeping = try ReaderThreads(
      name: "housekeeping", count: 1, folder: folder, queueLimit: 4_096)
  }

  /// The shards whose data is here.
  func held() throws(WorkerError) -> [HeldShard] {
    do {
      return try ShardReader(folder: folder).summaries().filter { $0.epoch > 0 }
        .map { HeldShard(shard: $0.shard, epoch: $0.epoch) }
    } catch { throw WorkerError(error.description, isStorage: true) }
  }

  /// How full the disk is and how large the database.
  func diskGauges() -> (databaseBytes: UInt64, freeBytes: UInt64) {
    var bytes: UInt64 = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      var file = stat()
      if unsafe stat("\(folder)/\(name)", &file) == 0 { bytes += UInt64(file.st_size) }
    }
    var disk = statvfs()
    guard unsafe statvfs(folder, &disk) == 0 else { return (bytes, 0) }
    return (bytes, UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
  }

  /// Room on a disk that was full above which it counts as one that is not: what shares a commit
  /// fits.
  private static let roomBytes: UInt64 = 64 << 20

  /// Why rows cannot be stored, for `status`. A disk that has room again is no trouble any more,
  /// though nothing came that could be written.
  func trouble(diskFreeBytes: UInt64) -> String {
    guard let failure = writer.failure else { return "" }
    if failure.kind == .diskFull, diskFreeBytes > Self.roomBytes { return "" }
    return failure.description
  }

  /// Ends the threads: first those that ask for writes, then the writer.
  func stop() {
    crew.cancel()
    desks.stop()
    housekeeping.stop()
    readers.stop()
    writer.stop()
  }
}
