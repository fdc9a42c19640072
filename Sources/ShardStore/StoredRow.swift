public import Demand
import Packing
import Storage

/// A row of a table by SKU: what a run said of it, or what is known of it.
public struct StoredRow: Equatable, Sendable {
  /// The SKU.
  public var sku: SKU
  /// The location, or nothing for the SKU as a whole.
  public var location: Location?
  /// The run that made it; 0 where no run did.
  public var run: UInt64
  /// The bytes.
  public var value: [UInt8]

  /// Makes a row.
  public init(sku: SKU, location: Location? = nil, run: UInt64 = 0, value: [UInt8]) {
    self.sku = sku
    self.location = location
    self.run = run
    self.value = value
  }
}

extension SKU {
  /// The digest as a signed integer of the same order, as SQLite compares it.
  var storedDigest: Int64 { Self.stored(digest) }

  static func stored(_ digest: UInt64) -> Int64 { Int64(bitPattern: digest ^ (1 << 63)) }
}

extension SKUTable {
  private func seal(_ shard: Int, _ row: StoredRow) -> Seal {
    seal(shard, row.sku, row.location, row.run)
  }

  private func seal(_ shard: Int, _ sku: SKU, _ location: Location?, _ run: UInt64) -> Seal {
    shape.seal(shard).key(sku.storedDigest).key(sku.bytes).key(location?.bytes ?? [])
      .key(Int64(bitPattern: run))
  }

  /// The value of a row as it is stored.
  func sealed(_ row: StoredRow, shard: Int) -> [UInt8] { seal(shard, row).close(row.value) }

  /// The columns that `row` reads, in its order.
  var selection: String { "SELECT digest, sku, location, run, value FROM \(name)" }

  /// The row that `statement` stands on, once its seal matches.
  func row(
    _ statement: Statement, shard: Int, in connection: Connection
  ) throws(StorageError) -> StoredRow {
    let sku = SKU(trusted: statement.bytes(1))
    let place = statement.bytes(2)
    let location = place.isEmpty ? nil : Location(trusted: place)
    let run = UInt64(bitPattern: statement.integer(3))
    let seal = seal(shard, sku, location, run)
    let value = unsafe statement.withBytes(4) { unsafe seal.open($0) }
    guard let value, statement.integer(0) == sku.storedDigest else {
      throw .damagedRow(
        path: connection.path, table: name, key: Self.key(shard, sku, location),
        reason: "checksum does not match")
    }
    return StoredRow(sku: sku, location: location, run: run, value: value)
  }

  /// Calls `body` with each row of a slice, in order of SKU and location.
  func forEach(
    shard: Int, slice: Slice, in connection: Connection,
    _ body: (StoredRow) throws(StorageError) -> Void
  ) throws(StorageError) {
    let digests = slice.digests
    let select = try connection.statement(
      "\(selection) WHERE shard = ? AND digest BETWEEN ? AND ? ORDER BY digest, sku, location")
    try select.bind(shard, SKU.stored(digests.lowerBound), SKU.stored(digests.upperBound))
    defer { select.reset() }
    while try select.step() { try body(try row(select, shard: shard, in: connection)) }
  }

  /// The rows of one SKU, in order of location.
  func rows(of sku: SKU, shard: Int, in connection: Connection) throws(StorageError) -> [StoredRow]
  {
    let select = try connection.statement(
      "\(selection) WHERE shard = ? AND digest = ? AND sku = ? ORDER BY location")
    try select.bind(shard, sku.storedDigest, sku.bytes)
    defer { select.reset() }
    var rows: [StoredRow] = []
    while try select.step() { rows.append(try row(select, shard: shard, in: connection)) }
    return rows
  }

  /// The row of a SKU at a location, or without one of the SKU as a whole.
  func row(
    of sku: SKU, at location: Location?, shard: Int, in connection: Connection
  ) throws(StorageError) -> StoredRow? {
    let select = try connection.statement(
      "\(selection) WHERE shard = ? AND digest = ? AND sku = ? AND location = ?")
    try select.bind(shard, sku.storedDigest, sku.bytes, location?.bytes ?? [])
    defer { select.reset() }
    return try select.step() ? try row(select, shard: shard, in: connection) : nil
  }

  /// Reads the value of a row with `read`; what does not read is damage that names the row.
  func decode<Value>(
    _ row: StoredRow, shard: Int, in connection: Connection,
    _ read: ([UInt8]) throws(PackingError) -> Value
  ) throws(StorageError) -> Value {
    do { return try read(row.value) } catch {
      throw .damagedRow(
        path: connection.path, table: name, key: Self.key(shard, row.sku, row.location),
        reason: error.description)
    }
  }

  /// The ways of supply that a row holds.
  func supplyList(
    _ row: StoredRow, shard: Int, in connection: Connection
  ) throws(StorageError) -> SupplyList {
    try decode(row, shard: shard, in: connection) { bytes throws(PackingError) in
      try SupplyList(packed: bytes)
    }
  }

  static func key(_ shard: Int, _ sku: SKU, _ location: Location?) -> String {
    "shard \(shard) SKU \"\(sku)\"\(location.map { " at \"\($0)\"" } ?? "")"
  }
}
