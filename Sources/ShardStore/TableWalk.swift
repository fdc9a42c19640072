import Demand
import Packing
import Storage

/// A scrub's way through one table of a shard, on one snapshot that is held.
struct TableWalk {
  private let table: TableShape
  private let shard: Int
  private let began: ContinuousClock.Instant
  /// The shard's state in the snapshot.
  private let state: ShardState?
  private let select: Statement
  private let skuTable: SKUTable?
  private var sum = TableSum()
  private var lastKey: [HandoffRow.Column] = []
  /// Rows and bytes of sales, in the tail.
  private var sales = (rows: 0, bytes: 0)
  /// SKUs that no packed row speaks of: they must be in the tail.
  private var unspoken: [SKU] = []
  private var findingCount = 0

  /// Begins, in a snapshot that the caller holds.
  init(
    _ table: TableShape, _ shard: Int, _ reader: ShardReader, at now: ContinuousClock.Instant
  ) throws(StorageError) {
    self.table = table
    self.shard = shard
    began = now
    _ = try reader.connection.epoch(shard)
    state = try reader.connection.state(shard)
    skuTable = SKUTable(rawValue: table.id)
    let columns = table.columns.joined(separator: ", ")
    let keys = table.columns.prefix(table.keyColumns).joined(separator: ", ")
    select = try reader.connection.statement(
      """
      SELECT \(columns), value, \(Self.company(of: skuTable)) FROM \(table.name) AS here
        WHERE shard = ? ORDER BY \(keys)
      """
    ).bind(shard)
  }

  /// The tables whose rows put their SKU among those of the shard.
  private static let speaking: [SKUTable] = [.series, .item, .stock, .supply]

  /// An expression that is true of a row that has the company it needs in other tables.
  private static func company(of table: SKUTable?) -> String {
    func exists(_ other: SKUTable) -> String {
      """
      EXISTS (SELECT 1 FROM \(other.name) AS there WHERE there.shard = here.shard
        AND there.digest = here.digest AND there.sku = here.sku)
      """
    }
    switch table {
    case .sku: return speaking.map(exists).joined(separator: " OR ")
    case let table? where speaking.contains(table): return exists(.sku)
    default: return "1"
    }
  }

  /// Looks at rows until `step` is full, and says whether the table is done.
  mutating func go(
    on reader: ShardReader, _ maximumBytes: Int, _ step: inout ShardScrub.Step,
    at now: ContinuousClock.Instant
  ) throws(StorageError) -> Bool {
    // A copy that arrives is not whole, and one that takes too long must not hold its snapshot.
    guard state?.position != .unfinished, now - began < ShardScrub.maximumDuration else {
      select.reset()
      return true
    }
    while step.bytes < maximumBytes {
      guard try select.step() else {
        try finish(reader, &step)
        return true
      }
      let row = HandoffRow(select, of: table)
      step.bytes += row.sealed.count + 64
      check(row, isInCompany: select.integer(Int32(table.columns.count) + 1) != 0, reader, &step)
    }
    return false
  }

  private mutating func check(
    _ row: HandoffRow, isInCompany: Bool, _ reader: ShardReader, _ step: inout ShardScrub.Step
  ) {
    sum.add(row.sealed)
    guard let value = row.value else {
      return note("\(name(of: row)): checksum does not match", &step)
    }
    let key = Array(row.columns.prefix(table.keyColumns))
    if !lastKey.isEmpty, !HandoffRow.precedes(lastKey, key) {
      note("\(name(of: row)): out of order", &step)
    }
    lastKey = key
    if table.id == TableShape.batch.id { count(value, row, &step) }
    guard let sku = row.sku else { return }
    if sku.shard(of: reader.shardCount) != shard || row.columns[1] != .integer(sku.storedDigest) {
      note("\(name(of: row)): it does not belong there", &step)
    }
    guard !isInCompany else { return }
    if skuTable == .sku {
      unspoken.append(sku)
    } else {
      note("\(name(of: row)): the row of the SKU is gone", &step)
    }
  }

  private mutating func count(
    _ payload: [UInt8], _ row: HandoffRow, _ step: inout ShardScrub.Step
  ) {
    sales.bytes += payload.count
    var cursor = SalesBatchCursor(payload)
    do { while try cursor.next() { sales.rows += 1 } } catch {
      note("\(name(of: row)): \(error)", &step)
    }
  }

  private mutating func finish(
    _ reader: ShardReader, _ step: inout ShardScrub.Step
  ) throws(StorageError) {
    guard let state else {
      // A shard without a state is empty; before there were logs a unit might have been done there.
      let isRemnant = table.id == TableShape.source.id || table.id == SKUTable.sku.rawValue
      if isRemnant, sum.rows > 0 { note("the row of its state is gone", &step) }
      return
    }
    if let sums = state.sums, sums[table] != sum {
      let (kept, found) = (sums[table].rows, sum.rows)
      let what = kept == found ? "other rows than the" : "\(found) rows instead of the"
      note("table \(table.name) has \(what) \(kept) that were stored", &step)
    }
    if skuTable == .sku {
      if sum.rows != state.skuCount {
        note("table sku has \(sum.rows) rows instead of the \(state.skuCount) counted", &step)
      }
      if !unspoken.isEmpty {
        let tail = Set(try reader.tail(shard).series.map(\.sku))
        for sku in unspoken where !tail.contains(sku) {
          note("table sku, SKU \"\(sku)\": nothing else is left of it", &step)
        }
      }
    }
    if table.id == TableShape.batch.id, sales != (state.tailRows, state.tailBytes) {
      note(
        "the tail has \(sales.rows) rows in \(sales.bytes) bytes instead of the "
          + "\(state.tailRows) in \(state.tailBytes) counted", &step)
    }
  }

  private mutating func note(_ reason: String, _ step: inout ShardScrub.Step) {
    findingCount += 1
    guard findingCount <= ShardScrub.maximumFindings else { return }
    step.findings.append(ScrubFinding(shard: shard, reason: reason))
  }

  private func name(of row: HandoffRow) -> String {
    let key = row.columns.dropFirst().map { column in
      switch column {
      case .integer(let integer): "\(integer)"
      case .bytes(let bytes): "\"\(String(decoding: bytes, as: UTF8.self))\""
      }
    }
    return "table \(table.name), row \(key.joined(separator: " "))"
  }
}

extension HandoffRow {
  /// The SKU, in a table by SKU.
  fileprivate var sku: SKU? {
    guard SKUTable(rawValue: table.id) != nil, case .bytes(let bytes) = columns[2] else {
      return nil
    }
    return SKU(trusted: bytes)
  }

  /// Whether a key comes before another in the order of the tables.
  fileprivate static func precedes(_ left: [Column], _ right: [Column]) -> Bool {
    for (one, other) in zip(left, right) where one != other {
      switch (one, other) {
      case (.integer(let one), .integer(let other)): return one < other
      case (.bytes(let one), .bytes(let other)): return one.lexicographicallyPrecedes(other)
      // SQLite sorts integers before blobs.
      case (.integer, .bytes): return true
      case (.bytes, .integer): return false
      }
    }
    return false
  }
}
