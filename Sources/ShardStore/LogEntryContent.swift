public import Demand
public import Packing

/// What an entry of a shard's log says: a change that answers depend on.
///
/// Folding is none: it changes how demand is kept and not what is read, and each copy does it when
/// it likes. An entry that a primary made of what it applied is applied by the same code wherever
/// it comes to.
public enum LogEntryContent: Equatable, Sendable {
  /// A batch that was applied.
  case batch(BatchIdentity, BatchTable, payload: [UInt8])
  /// A unit that was not done before.
  case unit(CompletedUnit)

  /// A change of the quarantine, as somebody wanted it.
  case quarantine(QuarantineUpdate, shard: Int)

  private static let batchTag: UInt8 = 1, unitTag: UInt8 = 2, quarantineTag: UInt8 = 3

  /// What a row adds to an entry, at most.
  static func bytes(of row: StoredRow) -> Int {
    row.sku.bytes.count + (row.location?.bytes.count ?? 0) + row.value.count + 20
  }
  /// What an entry has beside its rows, its network and its summary, at most.
  static let overheadBytes = 256

  /// The bytes of the entry.
  public func packed() -> [UInt8] {
    switch self {
    case .batch(let batch, let table, let payload):
      var writer = ByteWriter(capacity: payload.count + Self.overheadBytes)
      writer.fixed(Self.batchTag)
      batch.source.pack(into: &writer)
      writer.count(batch.shard)
      writer.varint(batch.sequence)
      writer.fixed(batch.chain)
      writer.bool(batch.isLast)
      writer.fixed(table.rawValue)
      writer.blob(payload)
      return writer.bytes
    case .unit(let unit):
      let rows = unit.tables.lazy.flatMap(\.rows).map(Self.bytes).reduce(0, +)
      let bytes = unit.summary.count + (unit.network?.bytes.count ?? 0)
      var writer = ByteWriter(capacity: rows + bytes + Self.overheadBytes)
      writer.fixed(Self.unitTag)
      unit.pack(into: &writer)
      return writer.bytes
    case .quarantine(let update, let shard):
      var writer = ByteWriter()
      writer.fixed(Self.quarantineTag)
      writer.count(shard)
      writer.fixed(update.action.rawValue)
      writer.count(update.skus.count)
      for sku in update.skus { writer.blob(sku.bytes) }
      return writer.bytes
    }
  }

  /// Reads what `packed` wrote, from bytes that may be hostile. Whether the rows belong where they
  /// say is for the store to check, as with any other write.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    guard bytes.count <= ShardStoreLimits.entryBytes else {
      throw .tooLarge(
        what: "log entry", value: UInt64(bytes.count), limit: ShardStoreLimits.entryBytes)
    }
    var reader = ByteReader(bytes)
    let tag = try reader.byte()
    switch tag {
    case Self.batchTag:
      let batch = BatchIdentity(
        source: try SourceID(from: &reader),
        shard: try reader.count("shard", limit: Int(UInt32.max)),
        sequence: try reader.varint(), chain: try reader.fixed(), isLast: try reader.bool())
      let table = try reader.byte()
      guard let table = BatchTable(rawValue: table) else { throw .invalid(what: "table \(table)") }
      let payload = try reader.blob("payload", limit: ShardStoreLimits.batchBytes)
      self = .batch(batch, table, payload: payload)
    case Self.unitTag: self = .unit(try CompletedUnit(from: &reader))
    case Self.quarantineTag:
      let shard = try reader.count("shard", limit: Int(UInt32.max))
      let action = try reader.byte()
      guard let action = QuarantineUpdate.Action(rawValue: action) else {
        throw .invalid(what: "change of a quarantine \(action)")
      }
      var update = QuarantineUpdate(action)
      let count = try reader.count(
        "SKUs", limit: ShardStoreLimits.rowsPerUnit, minimumBytes: 2)
      for _ in 0..<count { update.skus.append(try SKU(from: &reader)) }
      self = .quarantine(update, shard: shard)
    default: throw .invalid(what: "log entry of kind \(tag)")
    }
    try reader.finish()
  }

  /// The shard whose log the entry belongs to.
  public var shard: Int {
    switch self {
    case .batch(let batch, _, _): batch.shard
    case .unit(let unit): unit.shard
    case .quarantine(_, let shard): shard
    }
  }
}

extension CompletedUnit {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.varint(run)
    writer.count(shard)
    writer.count(slice.index)
    writer.count(slice.count)
    for part in Self.parts {
      let rows = self[keyPath: part.rows]
      writer.bool(rows != nil)
      guard let rows else { continue }
      writer.count(rows.count)
      for row in rows { row.pack(into: &writer) }
    }
    writer.bool(network != nil)
    if let network {
      writer.varint(network.run)
      writer.blob(network.bytes)
    }
    writer.blob(summary)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    let run = try reader.varint()
    let shard = try reader.count("shard", limit: Int(UInt32.max))
    let index = try reader.count("slice", limit: Int(UInt32.max))
    let slice = Slice(index: index, of: try reader.count("slices", limit: Int(UInt32.max)))
    guard slice.index < slice.count else {
      throw .invalid(what: "slice \(slice.index) of \(slice.count)")
    }
    self.init(run: run, shard: shard, slice: slice, summary: [])
    for part in Self.parts where try reader.bool() {
      let count = try reader.count(
        "rows", limit: ShardStoreLimits.rowsPerUnit, minimumBytes: StoredRow.minimumPackedBytes)
      var rows: [StoredRow] = []
      rows.reserveCapacity(count)
      for _ in 0..<count { rows.append(try StoredRow(from: &reader)) }
      self[keyPath: part.rows] = rows
    }
    if try reader.bool() {
      network = StoredNetwork(
        run: try reader.varint(),
        bytes: try reader.blob("network", limit: ShardStoreLimits.valueBytes))
    }
    summary = try reader.blob("summary", limit: ShardStoreLimits.valueBytes)
  }
}

extension StoredRow {
  fileprivate static let minimumPackedBytes = 5

  fileprivate func pack(into writer: inout ByteWriter) {
    writer.blob(sku.bytes)
    writer.blob(location?.bytes ?? [])
    writer.varint(run)
    writer.blob(value)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    let sku = try reader.blob("SKU", limit: SKU.maximumBytes)
    let place = try reader.blob("location", limit: Location.maximumBytes)
    do {
      self.init(
        sku: try SKU(bytes: sku), location: place.isEmpty ? nil : try Location(bytes: place),
        value: [])
    } catch { throw .invalid(what: "\(error)") }
    run = try reader.varint()
    value = try reader.blob("value", limit: ShardStoreLimits.valueBytes)
  }
}
