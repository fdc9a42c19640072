import FoundationEssentials
import ShardStore
import Storage
import Threading

/// A database that could not be used when the worker started, and was set aside: the worker joins
/// without it where others have its shards, and else it is put back.
struct DatabaseLoss: Sendable {
  /// How long the coordinator may refuse a worker that comes without its data: those that have them
  /// may be starting too.
  static let patienceMilliseconds: Int64 = 10_000

  /// Why it could not be used.
  let reason: String
  /// Where it is now.
  let path: String
  private let folder: String
  /// Since when the coordinator refuses to go on without it.
  private(set) var refusedSince: Moment?

  /// The parts of a database, by what their names end with.
  private static let parts = ["", "-wal", "-shm"]

  private static func database(_ folder: String) -> String { "\(folder)/granary.sqlite" }
  private static func mark(_ folder: String) -> String { "\(folder)/granary.mark" }

  /// Sets the database in `folder` aside.
  init(in folder: String, because reason: String) throws(WorkerError) {
    let database = Self.database(folder)
    let files = FileManager.default
    let number = (1...).first { !files.fileExists(atPath: "\(database).damaged-\($0)") } ?? 1
    self.folder = folder
    self.reason = reason
    path = "\(database).damaged-\(number)"
    do {
      for part in Self.parts where files.fileExists(atPath: database + part) {
        try files.moveItem(atPath: database + part, toPath: path + part)
      }
      if files.fileExists(atPath: Self.mark(folder)) {
        try files.moveItem(atPath: Self.mark(folder), toPath: "\(path)-mark")
      }
    } catch {
      throw WorkerError("\(database) cannot be set aside: \(error); \(reason)", isStorage: true)
    }
  }

  /// One that was set aside at an earlier start, after which the worker was not taken in: it has no
  /// shard since.
  init?(leftIn folder: String) {
    let database = Self.database(folder)
    let files = FileManager.default
    var number = 0
    while files.fileExists(atPath: "\(database).damaged-\(number + 1)") { number += 1 }
    guard number > 0 else { return nil }
    self.folder = folder
    path = "\(database).damaged-\(number)"
    reason = "it was set aside as \(path) at an earlier start"
  }

  /// Puts it back in place of the one that was made instead, which nobody has open any more.
  func putBack() throws(WorkerError) {
    let database = Self.database(folder)
    let files = FileManager.default
    do {
      for part in Self.parts {
        if files.fileExists(atPath: database + part) {
          try files.removeItem(atPath: database + part)
        }
        if files.fileExists(atPath: path + part) {
          try files.moveItem(atPath: path + part, toPath: database + part)
        }
      }
      if files.fileExists(atPath: "\(path)-mark") {
        try? files.removeItem(atPath: Self.mark(folder))
        try files.moveItem(atPath: "\(path)-mark", toPath: Self.mark(folder))
      }
    } catch {
      throw WorkerError("\(path) cannot be put back as \(database): \(error)", isStorage: true)
    }
  }

  /// The coordinator refused; whether that was for long enough to give up.
  mutating func isRefused(at now: Moment) -> Bool {
    let since = refusedSince ?? now
    refusedSince = since
    return now - since >= Self.patienceMilliseconds
  }
}
