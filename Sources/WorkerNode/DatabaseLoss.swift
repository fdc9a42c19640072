import Glibc
import ShardStore
import Storage
import Telemetry
import Threading

/// A database that could not be used when the worker started, and was set aside: the worker joins
/// without it where others have its shards, and else ends and says how to go back to it.
struct DatabaseLoss: Sendable {
  /// How long the coordinator may refuse a worker that comes without its data: those that have them
  /// may be starting too.
  private static let patienceMilliseconds: Int64 = 5_000

  /// The folder in which it is now.
  let path: String
  /// Since when the coordinator refuses to go on without it.
  private var refusedSince: Moment?

  /// Sets the database in `folder` aside.
  init(in folder: String, because reason: String) throws(StorageError) {
    path = try DamagedData.setAside(in: folder, because: reason)
  }

  /// One that was set aside at an earlier start: a worker without any shard may have lost it so.
  init?(leftIn folder: String) {
    guard let newest = try? DamagedData.newest(in: folder) else { return nil }
    path = newest
  }

  /// The coordinator refused; whether that was for long enough to give up.
  mutating func isRefused(at now: Moment) -> Bool {
    let since = refusedSince ?? now
    refusedSince = since
    return now - since >= Self.patienceMilliseconds
  }

  /// Deletes what was set aside and is of no use any more; the shards are whole.
  static func forget(in folder: String) {
    // What cannot be deleted now is tried again a little later.
    let gone = (try? DamagedData.forget(in: folder, secondsNow: time(nil))) ?? []
    for path in gone {
      Logger("worker").info(
        "deleted damaged data that was set aside: all shards are whole, and it is old or there are "
          + "newer ones", ["folder": path])
    }
  }
}
