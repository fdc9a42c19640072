import Glibc
public import Storage

/// Data that was set aside because it is damaged, so that its worker can begin with none and get
/// everything from the copies that others have.
///
/// It is kept until the shards are whole again: what was set aside is the last resort where the
/// copies should turn out to lack something.
public enum DamagedData {
  /// The files of a database, the mark last: without it a database would be taken that lost
  /// commits.
  private static let files = [
    "granary.sqlite", "granary.sqlite-wal", "granary.sqlite-shm", "granary.mark",
  ]
  private static let note = "NOTE"
  private static let prefix = "damaged-"
  /// What follows the name of a folder into which files are still moved, and of one that goes.
  private static let unfinished = ".unfinished", going = ".going"
  /// How often data of one folder can be set aside.
  private static let mostFolders = 1_000
  /// How many are kept however old they are not, and for how many days however many there are.
  static let newestKept = 2, daysKept = 7

  /// Moves the database in `folder`, which no process has open, into one of `damaged-1`,
  /// `damaged-2`... beside it, with a note that says why; gives that folder's path.
  @discardableResult
  public static func setAside(
    in folder: String, because reason: String
  ) throws(StorageError) -> String {
    let lock = try FileLock("\(folder)/granary.lock")
    try finish(in: folder)
    let numbers = try numbers(in: folder)
    guard numbers.count < mostFolders else {
      throw StorageError(
        path: folder, kind: .other,
        message: "it holds \(mostFolders) folders of damaged data; remove those not needed")
    }
    let number = (numbers.last ?? 0) + 1
    let target = "\(folder)/\(prefix)\(number)"
    try Folder.make(target + unfinished)
    try Folder.write(text(reason, folder, number), to: "\(target + unfinished)/\(note)")
    try move(from: folder, target + unfinished, to: target)
    _ = consume lock
    return target
  }

  /// The folder into which data was moved last, if there is one.
  public static func newest(in folder: String) throws(StorageError) -> String? {
    try numbers(in: folder).last.map { "\(folder)/\(prefix)\($0)" }
  }

  /// Deletes what is of no use any more, for a worker whose shards are whole again: all but the
  /// newest two, and those too when they are old. Gives the paths of those that are gone.
  public static func forget(in folder: String, secondsNow: Int) throws(StorageError) -> [String] {
    try sweep(folder)
    var gone: [String] = []
    for (place, number) in try numbers(in: folder).reversed().enumerated() {
      let path = "\(folder)/\(prefix)\(number)"
      let days = (secondsNow - (try Folder.changed(path))) / 86_400
      guard place >= newestKept || days >= daysKept else { continue }
      // Half of it must not pass for what was set aside, should this be cut off.
      try Folder.rename(path, to: path + going)
      gone.append(path)
    }
    guard !gone.isEmpty else { return [] }
    try Folder.sync(folder)
    try sweep(folder)
    return gone
  }

  /// Removes what is going. What somebody else put there stays.
  private static func sweep(_ folder: String) throws(StorageError) {
    for name in try Folder.names(in: folder) where name.hasPrefix(prefix) {
      guard name.hasSuffix(going) else { continue }
      for file in files + [note] { unsafe unlink("\(folder)/\(name)/\(file)") }
      unsafe rmdir("\(folder)/\(name)")
    }
  }

  private static func numbers(in folder: String) throws(StorageError) -> [Int] {
    try Folder.names(in: folder).filter { $0.hasPrefix(prefix) }
      .compactMap { Int($0.dropFirst(prefix.count)) }.sorted()
  }

  /// Ends a move that was cut off, before anything new is made in the folder.
  static func finish(in folder: String) throws(StorageError) {
    for name in try Folder.names(in: folder)
    where name.hasPrefix(prefix) && name.hasSuffix(unfinished) {
      let target = "\(folder)/\(name.dropLast(unfinished.count))"
      try move(from: folder, target + unfinished, to: target)
    }
  }

  private static func move(
    from folder: String, _ moving: String, to target: String
  ) throws(StorageError) {
    for file in files where Folder.exists("\(folder)/\(file)") {
      try Folder.rename("\(folder)/\(file)", to: "\(moving)/\(file)")
    }
    try Folder.sync(moving)
    try Folder.rename(moving, to: target)
    try Folder.sync(folder)
  }

  private static func text(_ reason: String, _ folder: String, _ number: Int) -> String {
    """
    The database in this folder was set aside because it is damaged:

    \(reason)

    The worker began without data and gets it from the copies of other workers. Once the cluster
    says that all shards have as many copies as they should, this folder can be deleted. The worker
    does so by itself while its shards are whole, after \(daysKept) days or once there are
    \(newestKept) newer ones.

    To go back to it, damage and all, where the copies lack something: stop the worker, move the
    files of the database that are in \(folder) elsewhere (granary.sqlite, granary.sqlite-wal,
    granary.sqlite-shm, granary.mark), move those of damaged-\(number) into their place, and start
    the worker once with --accept-loss.

    """
  }
}
