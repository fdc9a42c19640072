import Demand
import Packing
public import Storage

/// A row on its way to another worker: the columns as they are stored, and the value with its seal,
/// so that what arrives is checked against what was once written, not against what was read.
struct HandoffRow {
  enum Column: Equatable {
    case integer(Int64)
    case bytes([UInt8])
  }

  let table: TableShape
  let columns: [Column]
  let sealed: [UInt8]

  /// The place of a row in the order of a hand-off: its table and its primary key.
  struct Cursor {
    var table: Int
    var key: [Column]

    static let start = Cursor(table: 0, key: [])
  }

  /// The seal that the row must carry.
  var value: [UInt8]? {
    var seal = Seal(table: table.id)
    for column in columns {
      switch column {
      case .integer(let integer): seal = seal.key(integer)
      case .bytes(let bytes): seal = seal.key(bytes)
      }
    }
    return seal.open(sealed)
  }

  /// What it takes in a chunk, at most, with the chunk's seal.
  var packedBytes: Int {
    columns.reduce(sealed.count + 32) { sum, column in
      if case .bytes(let bytes) = column { sum + bytes.count + 4 } else { sum + 12 }
    }
  }

  var shard: Int64? {
    guard case .integer(let shard)? = columns.first else { return nil }
    return shard
  }

  static func pack(_ columns: some Collection<Column>, into writer: inout ByteWriter) {
    writer.count(columns.count)
    for column in columns {
      switch column {
      case .integer(let integer):
        writer.bool(false)
        writer.zigzag(integer)
      case .bytes(let bytes):
        writer.bool(true)
        writer.blob(bytes)
      }
    }
  }

  static func columns(from reader: inout ByteReader) throws(PackingError) -> [Column] {
    var columns: [Column] = []
    for _ in 0..<(try reader.count("columns", limit: 8, minimumBytes: 2)) {
      columns.append(
        try reader.bool()
          ? .bytes(try reader.blob("key", limit: 256)) : .integer(try reader.zigzag()))
    }
    return columns
  }
}

extension ShardReader {
  /// Rows of all tables of a shard after `cursor` (nothing: from the start), in a fixed order,
  /// at most `maximumBytes` unless it is a single row, and where to go on; at the end there is no
  /// cursor. Hold one snapshot over all the chunks.
  public func exportChunk(
    shard: Int, after cursor: [UInt8]? = nil, maximumBytes: Int
  ) throws(StorageError) -> (bytes: [UInt8], next: [UInt8]?) {
    try connection.snapshot { () throws(StorageError) in
      var place = HandoffRow.Cursor.start
      if let cursor {
        do { place = try HandoffRow.Cursor(packed: cursor) } catch {
          throw StorageError(
            path: connection.path, kind: .other, message: "hand-off cursor: \(error)")
        }
      }
      var writer = ByteWriter(capacity: maximumBytes + 4_096)
      while place.table < TableShape.all.count {
        if try !export(shard, &place, maximumBytes, into: &writer) {
          writer.seal()
          return (writer.bytes, place.packed())
        }
        place = HandoffRow.Cursor(table: place.table + 1, key: [])
      }
      writer.seal()
      return (writer.bytes, nil)
    }
  }

  /// Writes rows of the table at `place` and says whether it came to the table's end.
  private func export(
    _ shard: Int, _ place: inout HandoffRow.Cursor, _ maximumBytes: Int,
    into writer: inout ByteWriter
  ) throws(StorageError) -> Bool {
    let table = TableShape.all[place.table]
    let keys = table.columns.prefix(table.keyColumns)
    let names = keys.joined(separator: ", ")
    var sql = "SELECT \(table.columns.joined(separator: ", ")), value FROM \(table.name)"
    sql += " WHERE shard = ?"
    if place.key.count == table.keyColumns {
      sql += " AND (\(names)) > (\(keys.map { _ in "?" }.joined(separator: ", ")))"
    }
    let select = try connection.statement("\(sql) ORDER BY \(names)").bind(shard)
    defer { select.reset() }
    for (index, column) in place.key.enumerated() { select.set(Int32(index) + 2, column) }
    while try select.step() {
      let row = HandoffRow(select, of: table)
      // One that is too large for any chunk comes alone.
      if writer.count > 0, writer.count + row.packedBytes > maximumBytes { return false }
      guard row.value != nil else {
        throw .damagedRow(
          path: connection.path, table: table.name, key: "\(row.columns)",
          reason: "checksum does not match")
      }
      writer.fixed(table.id)
      HandoffRow.pack(row.columns, into: &writer)
      writer.blob(row.sealed)
      place.key = Array(row.columns.prefix(table.keyColumns))
    }
    return true
  }
}

extension ShardWriter {
  func store(chunk bytes: [UInt8], _ shard: Int) throws(StorageError) -> WriteOutcome {
    guard (0..<shardCount).contains(shard), bytes.count <= ShardStoreLimits.chunkBytes else {
      return .refused("hand-off chunk of \(bytes.count) bytes for shard \(shard)")
    }
    let rows: [HandoffRow]
    do { rows = try Self.rows(of: bytes, shard) } catch {
      return .refused("hand-off chunk for shard \(shard): \(error)")
    }
    known.forget(shard)
    if try !hasState(shard) {
      // Until the state of the giver comes, which is the last row, the copy says that it is none.
      var state = try state(shard)
      state.position = .unfinished
      state.sums = nil
      replace(with: state, shard)
    }
    for row in rows { try store(row, shard) }
    return .done
  }

  /// The rows of a chunk, all of them checked before the first is stored.
  private static func rows(of bytes: [UInt8], _ shard: Int) throws(PackingError) -> [HandoffRow] {
    var reader = try ByteReader(verifyingChecksum: bytes)
    var rows: [HandoffRow] = []
    while reader.left > 0 {
      let id = try reader.byte()
      guard let table = TableShape.all.first(where: { $0.id == id }) else {
        throw .invalid(what: "table \(id)")
      }
      let columns = try HandoffRow.columns(from: &reader)
      let sealed = try reader.blob("value", limit: ShardStoreLimits.valueBytes + Seal.size)
      let row = HandoffRow(table: table, columns: columns, sealed: sealed)
      guard columns.count == table.columns.count, row.shard == Int64(shard) else {
        throw .invalid(what: "row of table \(table.name)")
      }
      guard let value = row.value else { throw .corrupt }
      if table.id == TableShape.state.id { _ = try ShardState(packed: value) }
      if table.id == TableShape.epoch.id, value.count != 8 { throw .invalid(what: "epoch") }
      rows.append(row)
    }
    return rows
  }

  private func store(_ row: HandoffRow, _ shard: Int) throws(StorageError) {
    let value = row.value ?? []
    // The epoch says that a shard is held: whoever copies writes it once the copy is whole.
    if row.table.id == TableShape.epoch.id { return }
    if row.table.id == TableShape.state.id, var state = try? ShardState(packed: value) {
      // A fold that was planned on what was here before must not be carried out on this.
      state.generation = try nextGeneration()
      return replace(with: state, shard)
    }
    let places = Array(repeating: "?", count: row.columns.count + 1).joined(separator: ", ")
    let insert = try connection.statement(
      "INSERT OR REPLACE INTO \(row.table.name) VALUES (\(places))"
    ).bind()
    for (index, column) in row.columns.enumerated() { insert.set(Int32(index) + 1, column) }
    insert.set(Int32(row.columns.count) + 1, row.sealed)
    try insert.run()
  }
}

extension HandoffRow {
  /// The row that `statement` stands on, which selects the columns of the table and the value.
  init(_ statement: Statement, of table: TableShape) {
    let columns = (0..<Int32(table.columns.count)).map { index in
      statement.isBlob(index)
        ? Column.bytes(statement.bytes(index)) : .integer(statement.integer(index))
    }
    self.init(
      table: table, columns: columns, sealed: statement.bytes(Int32(table.columns.count)))
  }
}

extension HandoffRow.Cursor {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.count(table)
    HandoffRow.pack(key, into: &writer)
    return writer.bytes
  }

  init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    table = try reader.count("table", limit: TableShape.all.count - 1)
    key = try HandoffRow.columns(from: &reader)
    try reader.finish()
    guard key.isEmpty || key.count == TableShape.all[table].keyColumns else {
      throw .invalid(what: "key")
    }
  }
}

extension Statement {
  fileprivate func set(_ index: Int32, _ column: HandoffRow.Column) {
    switch column {
    case .integer(let integer): set(index, integer)
    case .bytes(let bytes): set(index, bytes)
    }
  }
}
