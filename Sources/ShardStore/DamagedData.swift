public import Storage

/// Data that was set aside because it is damaged, so that its worker can begin with none and get
/// everything from the copies that others have.
///
/// Nothing is deleted: what was set aside is the last resort where the copies should turn out to
/// lack something.
public enum DamagedData {
  /// The files of a database, the mark last: without it a database would be taken that lost
  /// commits.
  private static let files = [
    "granary.sqlite", "granary.sqlite-wal", "granary.sqlite-shm", "granary.mark",
  ]
  private static let note = "NOTE"
  /// How often data of one folder can be set aside.
  private static let mostFolders = 1_000

  /// Moves the database in `folder`, which no process has open, into the first free one of
  /// `damaged-1`, `damaged-2`... beside it, with a note that says why; gives that folder's path.
  @discardableResult
  public static func setAside(
    in folder: String, because reason: String
  ) throws(StorageError) -> String {
    let lock = try FileLock("\(folder)/granary.lock")
    try finish(in: folder)
    for number in 1...mostFolders {
      let target = "\(folder)/damaged-\(number)"
      if Folder.exists(target) { continue }
      let moving = target + unfinished
      try Folder.make(moving)
      try Folder.write(text(reason, folder, number), to: "\(moving)/\(note)")
      try move(from: folder, moving, to: target)
      _ = consume lock
      return target
    }
    throw StorageError(
      path: folder, kind: .other,
      message: "it holds \(mostFolders) folders of damaged data; remove those not needed")
  }

  private static let unfinished = ".unfinished"

  /// Ends a move that was cut off, before anything new is made in the folder.
  static func finish(in folder: String) throws(StorageError) {
    for number in 1...mostFolders {
      let target = "\(folder)/damaged-\(number)"
      if Folder.exists(target) { continue }
      if Folder.exists(target + unfinished) {
        try move(from: folder, target + unfinished, to: target)
        continue
      }
      return
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
    says that all shards have as many copies as they should, this folder can be deleted.

    To go back to it, damage and all, where the copies lack something: stop the worker, move the
    files of the database that are in \(folder) elsewhere (granary.sqlite, granary.sqlite-wal,
    granary.sqlite-shm, granary.mark), move those of damaged-\(number) into their place, and start
    the worker once with --accept-loss.

    """
  }
}
