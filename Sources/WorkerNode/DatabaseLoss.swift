import FoundationEssentials
import ShardStore
import Storage
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
    var number = 0
    while FileManager.default.fileExists(atPath: "\(folder)/damaged-\(number + 1)") { number += 1 }
    guard number > 0 else { return nil }
    path = "\(folder)/damaged-\(number)"
  }

  /// The coordinator refused; whether that was for long enough to give up.
  mutating func isRefused(at now: Moment) -> Bool {
    let since = refusedSince ?? now
    refusedSince = since
    return now - since >= Self.patienceMilliseconds
  }
}
