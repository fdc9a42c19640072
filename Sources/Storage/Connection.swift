import CSQLite

/// A connection to one SQLite database in WAL mode, used from one thread at a time.
///
/// Before SQLite 3.51.3 two connections that checkpoint the same database can corrupt its WAL. So
/// one connection writes and checkpoints, and readers are opened read-only with automatic
/// checkpoints off.
@safe
public final class Connection {
  /// What a connection may do.
  public enum Mode: Sendable {
    /// Reads, writes and checkpoints; there is one of these a database.
    case readWrite
    /// Reads snapshots; never writes, never checkpoints.
    case readOnly
  }

  /// The named limits of a connection.
  public struct Limits: Sendable {
    /// How long a statement waits for a lock.
    public var busyTimeoutMilliseconds: Int32 = 5_000
    /// The size of a page, fixed when the file is made.
    public var pageBytes = 4_096
    /// What the page cache may hold.
    public var cacheBytes = 32 << 20
    /// What may be mapped into memory; 0, because a disk fault under a mapping kills the process
    /// where a read returns an error.
    public var mappedBytes = 0
    /// The size of the WAL at which the writer copies it back into the database.
    public var checkpointBytes = 32 << 20

    /// The defaults.
    public init() {}
  }

  /// The file.
  public let path: String
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// Opens `path`; a writer makes it when it is not there.
  public init(_ path: String, _ mode: Mode, limits: Limits = Limits()) throws(StorageError) {
    self.path = path
    // NOMUTEX: a connection is used by one thread at a time, so SQLite need not lock for us.
    let access =
      mode == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
    guard let database = unsafe opened else {
      throw StorageError(path: path, kind: .other, code: code, message: "out of memory")
    }
    unsafe handle = database
    // From here on `deinit` closes the handle, also when this initialiser throws.
    unsafe sqlite3_extended_result_codes(handle, 1)
    guard code == SQLITE_OK else { throw failure() }
    unsafe sqlite3_busy_timeout(handle, limits.busyTimeoutMilliseconds)
    try configure(mode, limits)
  }

  deinit {
    // close_v2 waits for statements that are still referenced and finalises itself after them.
    statements.removeAll()
    unsafe sqlite3_close_v2(handle)
  }

  private func configure(_ mode: Mode, _ limits: Limits) throws(StorageError) {
    try execute("PRAGMA cache_size = \(-limits.cacheBytes / 1_024)")
    try execute("PRAGMA mmap_size = \(limits.mappedBytes)")
    guard mode == .readWrite else {
      try execute("PRAGMA wal_autocheckpoint = 0")
      return
    }
    try execute("PRAGMA page_size = \(limits.pageBytes)")
    try execute("PRAGMA journal_mode = WAL")
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA wal_autocheckpoint = \(max(1, limits.checkpointBytes / limits.pageBytes))")
    try execute("PRAGMA journal_size_limit = \(2 * limits.checkpointBytes)")
    // Debian's default overwrites deleted rows with zeros, which doubles the writing of a fold.
    try execute("PRAGMA secure_delete = OFF")
  }

  /// Runs one or several statements without values.
  public func execute(_ sql: String) throws(StorageError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure() }
  }

  /// The prepared statement of `sql`, from the cache where it is not in the middle of another use.
  public func statement(_ sql: String) throws(StorageError) -> Statement {
    if let cached = statements[sql], !cached.isBusy { return cached }
    let statement = unsafe try Statement(sql, on: handle, path: path)
    statements[sql] = statement
    return statement
  }

  /// The single integer that `sql` yields, where it yields one.
  public func integer(_ sql: String) throws(StorageError) -> Int64? {
    let statement = try statement(sql).bind()
    defer { statement.reset() }
    return try statement.step() ? statement.integer(0) : nil
  }

  /// Rows changed, inserted or deleted since the connection was opened.
  public var totalChanges: Int64 { unsafe sqlite3_total_changes64(handle) }

  /// Whether a transaction or a held snapshot is open.
  public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Runs `body` in one write transaction: all of it is stored durably, or nothing.
  ///
  /// IMMEDIATE takes the write lock at the start, so that a transaction that has read never fails
  /// to become a writer half-way.
  public func transaction<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Runs `body` on one snapshot; inside a held one it runs on that.
  public func snapshot<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    if isInTransaction { return try body() }
    try execute("BEGIN DEFERRED")
    defer { releaseSnapshot() }
    return try body()
  }

  /// Keeps everything that is read from here on in one snapshot, until `releaseSnapshot`.
  ///
  /// While it is held, the WAL cannot start over and grows.
  public func holdSnapshot() throws(StorageError) {
    try execute("BEGIN DEFERRED")
    // SQLite takes the snapshot at the first read, so that one comes here.
    _ = try integer("SELECT count(*) FROM sqlite_schema")
  }

  /// Ends `holdSnapshot`.
  public func releaseSnapshot() { rollBack() }

  private func rollBack() {
    // A full disk or an I/O error may have rolled back already, and then ROLLBACK is an error.
    guard isInTransaction else { return }
    _ = unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
  }

  /// Copies the WAL back into the database as far as readers allow; for the writer only.
  public func checkpoint() throws(StorageError) {
    let code = unsafe sqlite3_wal_checkpoint_v2(
      handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    guard code == SQLITE_OK else { throw failure() }
  }

  private func failure() -> StorageError { unsafe StorageError(path: path, database: handle) }
}
