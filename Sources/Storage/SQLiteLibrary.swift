import CSQLite

/// The libsqlite3 that this process runs with, which need not be the one that it was built with.
public enum SQLiteLibrary {
  /// Its version.
  public static var version: (major: Int, minor: Int, patch: Int) {
    let number = Int(sqlite3_libversion_number())
    return (number / 1_000_000, number / 1_000 % 1_000, number % 1_000)
  }

  /// Whether several threads may use it.
  public static var isThreadSafe: Bool { sqlite3_threadsafe() != 0 }

  /// Whether it was built with the write-ahead log.
  public static var hasWriteAheadLog: Bool { unsafe sqlite3_compileoption_used("OMIT_WAL") == 0 }
}
