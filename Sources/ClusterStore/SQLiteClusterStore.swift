public import Storage

/// The records of a coordinator that runs on one machine: a small database in a folder that one
/// process at a time may open. Used from one thread.
public final class SQLiteClusterStore: ClusterStore {
  /// The longest key, in bytes.
  public static let maximumKeyBytes = 512
  /// The largest value, in bytes.
  public static let maximumValueBytes = 16 << 20

  private static let table: UInt8 = 1
  private static let migrations = [
    Migration(
      version: 1,
      sql: """
        CREATE TABLE record(key BLOB PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL)
        WITHOUT ROWID;
        CREATE TABLE revision(one INTEGER PRIMARY KEY, value INTEGER NOT NULL);
        INSERT INTO revision VALUES (1, 0);
        """)
  ]

  /// The version of the schema that this program writes.
  public static var schemaVersion: Int { migrations.count }

  /// The database in a coordinator's folder.
  public static func path(_ folder: String) -> String { "\(folder)/cluster.sqlite" }

  private let connection: Connection
  private let lock: FileLock
  private let mark: AcknowledgedMark

  /// Opens the store in `folder`, which exists. A second process is refused. With `acceptLoss` a
  /// store that lost acknowledged changes is opened all the same.
  public init(folder: String, acceptLoss: Bool = false) throws(StorageError) {
    lock = try FileLock("\(folder)/cluster.lock")
    connection = try Connection(Self.path(folder), .readWrite)
    try connection.migrate(Self.migrations)
    let found = UInt64(try connection.integer("SELECT value FROM revision") ?? 0)
    mark = try AcknowledgedMark(
      "\(folder)/cluster.mark", found: found, acceptLoss: acceptLoss)
  }

  /// The value of a key, or nothing.
  public func get(_ key: String) throws(StorageError) -> Versioned? {
    let select = try connection.statement("SELECT key, version, value FROM record WHERE key = ?")
    try select.bind(Array(key.utf8))
    defer { select.reset() }
    return try select.step() ? try entry(select).entry : nil
  }

  /// All keys that start with `prefix`, in the order of their bytes.
  public func list(prefix: String) throws(StorageError) -> [(key: String, entry: Versioned)] {
    let first = Array(prefix.utf8)
    let select = try connection.statement(
      "SELECT key, version, value FROM record WHERE key >= ? ORDER BY key")
    try select.bind(first)
    defer { select.reset() }
    var found: [(key: String, entry: Versioned)] = []
    while try select.step() {
      guard select.bytes(0).starts(with: first) else { break }
      found.append(try entry(select))
    }
    return found
  }

  /// Makes changes in one transaction.
  public func make(_ changes: [Change]) throws(StorageError) -> [ChangeOutcome] {
    var last: Int64 = 0
    let outcomes = try connection.transaction { () throws(StorageError) -> [ChangeOutcome] in
      let first = try connection.integer("SELECT value FROM revision") ?? 0
      last = first
      var outcomes: [ChangeOutcome] = []
      for change in changes { outcomes.append(try make(change, after: &last)) }
      guard last != first else { return outcomes }
      try connection.statement("UPDATE revision SET value = ?").bind(last).run()
      return outcomes
    }
    if outcomes.contains(where: \.isDone) { try mark.record(UInt64(last)) }
    return outcomes
  }

  /// Makes a change in the open transaction; `revision` is the last one that was used.
  private func make(
    _ change: Change, after revision: inout Int64
  ) throws(StorageError) -> ChangeOutcome {
    let key = Array(change.key.utf8)
    precondition(key.count <= Self.maximumKeyBytes, "key of \(key.count) bytes")
    let select = try connection.statement("SELECT version FROM record WHERE key = ?").bind(key)
    let current = try select.step() ? UInt64(bitPattern: select.integer(0)) : 0
    select.reset()
    guard current == change.expected else { return .conflict(current: current) }
    revision += 1
    if let value = change.value {
      precondition(value.count <= Self.maximumValueBytes, "value of \(value.count) bytes")
      let sealed = seal(key, revision).close(value)
      try connection.statement("INSERT OR REPLACE INTO record VALUES (?, ?, ?)")
        .bind(key, revision, sealed).run()
    } else {
      try connection.statement("DELETE FROM record WHERE key = ?").bind(key).run()
    }
    return .done(version: UInt64(revision))
  }

  private func seal(_ key: [UInt8], _ version: Int64) -> Seal {
    Seal(table: Self.table).key(key).key(version)
  }

  private func entry(
    _ row: Statement
  ) throws(StorageError) -> (key: String, entry: Versioned) {
    let key = row.bytes(0)
    let version = row.integer(1)
    let text = String(decoding: key, as: UTF8.self)
    let value = unsafe row.withBytes(2) { unsafe seal(key, version).open($0) }
    guard let value else {
      throw .damagedRow(
        path: connection.path, table: "record", key: text, reason: "checksum does not match")
    }
    return (text, Versioned(value: value, version: UInt64(version)))
  }
}

extension ChangeOutcome {
  fileprivate var isDone: Bool {
    if case .done = self { true } else { false }
  }
}
