import CSQLite

/// A value that a statement takes as a parameter.
public protocol Bindable {
  /// Sets the parameter at `index`, counted from 1.
  func bind(to statement: Statement, at index: Int32)
}

extension Int: Bindable {
  /// As an integer.
  public func bind(to statement: Statement, at index: Int32) {
    statement.set(index, Int64(self))
  }
}

extension Int64: Bindable {
  /// As an integer.
  public func bind(to statement: Statement, at index: Int32) { statement.set(index, self) }
}

extension Double: Bindable {
  /// As a real.
  public func bind(to statement: Statement, at index: Int32) { statement.set(index, self) }
}

extension String: Bindable {
  /// As text.
  public func bind(to statement: Statement, at index: Int32) { statement.set(index, self) }
}

extension [UInt8]: Bindable {
  /// As a blob.
  public func bind(to statement: Statement, at index: Int32) { statement.set(index, self) }
}

/// A prepared statement, owned by its connection's cache: bind, then `run` or `step` to the end.
///
/// A statement that was left between rows keeps its snapshot open, so whoever leaves a loop early
/// resets it (`defer { statement.reset() }`).
@safe
public final class Statement {
  private let handle: OpaquePointer
  private let database: OpaquePointer
  private let path: String
  private var bindingCode = SQLITE_OK

  init(_ sql: String, on database: OpaquePointer, path: String) throws(StorageError) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let statement = unsafe prepared else {
      throw unsafe StorageError(path: path, database: database)
    }
    unsafe handle = statement
    unsafe self.database = database
    self.path = path
  }

  deinit { unsafe sqlite3_finalize(handle) }

  /// Whether it stands between two rows.
  var isBusy: Bool { unsafe sqlite3_stmt_busy(handle) != 0 }

  /// Starts over with these values for its parameters.
  @discardableResult
  public func bind<each Value: Bindable>(
    _ values: repeat each Value
  ) throws(StorageError) -> Statement {
    reset()
    bindingCode = SQLITE_OK
    var index: Int32 = 0
    func next() -> Int32 {
      index += 1
      return index
    }
    repeat (each values).bind(to: self, at: next())
    guard bindingCode == SQLITE_OK else { throw failure() }
    return self
  }

  /// Goes to the next row, or says that there is none and resets.
  public func step() throws(StorageError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      reset()
      return false
    default:
      let error = failure()
      reset()
      throw error
    }
  }

  /// Runs to the end; for statements that yield no rows.
  public func run() throws(StorageError) {
    while try step() {}
  }

  /// Ends the use of the rows.
  public func reset() { unsafe sqlite3_reset(handle) }

  /// Binds one value, counted from 1, where the number of them is known only at run time.
  public func set(_ index: Int32, _ value: Int64) {
    note(unsafe sqlite3_bind_int64(handle, index, value))
  }

  /// Binds one value.
  public func set(_ index: Int32, _ value: Double) {
    note(unsafe sqlite3_bind_double(handle, index, value))
  }

  /// Binds one value.
  public func set(_ index: Int32, _ value: String) {
    var copy = value
    copy.withUTF8 { utf8 in
      unsafe utf8.withMemoryRebound(to: CChar.self) { text in
        note(
          unsafe sqlite3_bind_text64(
            handle, index, text.baseAddress, UInt64(text.count), Self.copied, UInt8(SQLITE_UTF8)))
      }
    }
  }

  /// Binds one value.
  public func set(_ index: Int32, _ value: [UInt8]) {
    // A blob without a byte has no address, and SQLite takes a null address for NULL.
    guard !value.isEmpty else { return note(unsafe sqlite3_bind_zeroblob(handle, index, 0)) }
    unsafe value.withUnsafeBytes { bytes in
      note(
        unsafe sqlite3_bind_blob64(
          handle, index, bytes.baseAddress, UInt64(bytes.count), Self.copied))
    }
  }

  /// SQLITE_TRANSIENT, which the importer does not see: SQLite keeps its own copy of what is bound.
  private static var copied: sqlite3_destructor_type? {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
  }

  private func note(_ code: Int32) {
    if bindingCode == SQLITE_OK { bindingCode = code }
  }

  private func failure() -> StorageError { unsafe StorageError(path: path, database: database) }
}

/// The columns of the row that the statement stands on, counted from 0.
extension Statement {
  /// Whether a column holds a blob (and not an integer).
  public func isBlob(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_BLOB
  }

  /// A column as an integer.
  public func integer(_ column: Int32) -> Int64 {
    unsafe sqlite3_column_int64(handle, column)
  }

  /// A column as a real.
  public func double(_ column: Int32) -> Double {
    unsafe sqlite3_column_double(handle, column)
  }

  /// A column as text.
  public func text(_ column: Int32) -> String {
    unsafe withBytes(column) { bytes in unsafe String(decoding: bytes, as: UTF8.self) }
  }

  /// A copy of a blob.
  public func bytes(_ column: Int32) -> [UInt8] {
    unsafe withBytes(column) { bytes in unsafe Array(bytes) }
  }

  /// A blob in place, until `body` returns.
  public func withBytes<Result>(
    _ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    // The address must be asked for before the size: asking may convert the column.
    let start = unsafe sqlite3_column_blob(handle, column)
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    return unsafe body(UnsafeRawBufferPointer(start: start, count: unsafe start == nil ? 0 : count))
  }
}
