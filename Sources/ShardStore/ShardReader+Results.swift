public import Demand
public import Packing
public import Storage

/// A place in the rows of a table: after this SKU and location.
public struct RowCursor: Hashable, Sendable {
  /// The SKU of the last row.
  public var sku: SKU
  /// Its location, or nothing for the SKU as a whole.
  public var location: Location?

  /// Makes a cursor.
  public init(sku: SKU, location: Location?) {
    self.sku = sku
    self.location = location
  }

  /// The cursor as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.blob(sku.bytes)
    writer.blob(location?.bytes ?? [])
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    sku = try SKU(from: &reader)
    let place = try reader.blob("location", limit: Location.maximumBytes)
    do { location = place.isEmpty ? nil : try Location(bytes: place) } catch {
      throw .invalid(what: error.description)
    }
    try reader.finish()
  }
}

extension ShardReader {
  /// The models of a slice, in order of SKU and location.
  public func models(shard: Int, slice: Slice) throws(StorageError) -> [StoredRow] {
    try rows(.model, shard: shard, slice: slice)
  }

  /// The plans of a slice, in order of SKU and location.
  public func plans(shard: Int, slice: Slice) throws(StorageError) -> [StoredRow] {
    try rows(.plan, shard: shard, slice: slice)
  }

  /// The quarantined SKUs of a slice, in order.
  public func quarantine(shard: Int, slice: Slice) throws(StorageError) -> [StoredRow] {
    try rows(.quarantine, shard: shard, slice: slice)
  }

  /// The rows of a slice in any table, in order of SKU and location.
  public func rows(
    _ table: SKUTable, shard: Int, slice: Slice
  ) throws(StorageError) -> [StoredRow] {
    try connection.snapshot { () throws(StorageError) in
      var rows: [StoredRow] = []
      try table.forEach(shard: shard, slice: slice, in: connection) {
        row throws(StorageError) in rows.append(row)
      }
      return rows
    }
  }

  /// The forecasts of these SKUs, in their order; of each the total (where there is one), then by
  /// location. A SKU without a forecast has no row.
  public func forecasts(for skus: [SKU]) throws(StorageError) -> [StoredRow] {
    try rows(.forecast, for: skus)
  }

  /// The rows of these SKUs in any table, in their order.
  public func rows(_ table: SKUTable, for skus: [SKU]) throws(StorageError) -> [StoredRow] {
    try connection.snapshot { () throws(StorageError) in
      var rows: [StoredRow] = []
      for sku in skus {
        rows += try table.rows(of: sku, shard: sku.shard(of: shardCount), in: connection)
      }
      return rows
    }
  }

  /// The rows of a shard after `cursor`, in order, until their values pass `maximumBytes`, and
  /// where to go on; at the end there is no cursor. Demand is merged with the tail, prices as they
  /// were given.
  public func export(
    _ table: SKUTable, shard: Int, after cursor: RowCursor? = nil, maximumBytes: Int
  ) throws(StorageError) -> (rows: [StoredRow], next: RowCursor?) {
    try connection.snapshot { () throws(StorageError) in
      let page = try page(of: table, shard: shard, after: cursor, maximumBytes: maximumBytes)
      guard table == .series else { return page }
      return try merged(page, shard, after: cursor, maximumBytes: maximumBytes)
    }
  }

  private func page(
    of table: SKUTable, shard: Int, after cursor: RowCursor?, maximumBytes: Int
  ) throws(StorageError) -> (rows: [StoredRow], next: RowCursor?) {
    let order = "ORDER BY digest, sku, location"
    let select: Statement
    if let cursor {
      select = try connection.statement(
        "\(table.selection) WHERE shard = ? AND (digest, sku, location) > (?, ?, ?) \(order)")
      try select.bind(
        shard, cursor.sku.storedDigest, cursor.sku.bytes, cursor.location?.bytes ?? [])
    } else {
      select = try connection.statement("\(table.selection) WHERE shard = ? \(order)")
      try select.bind(shard)
    }
    defer { select.reset() }
    var rows: [StoredRow] = []
    var bytes = 0
    while try select.step() {
      if bytes >= maximumBytes, let last = rows.last {
        return (rows, RowCursor(sku: last.sku, location: last.location))
      }
      let row = try table.row(select, shard: shard, in: connection)
      bytes += row.value.count + row.sku.bytes.count
      rows.append(row)
    }
    return (rows, nil)
  }

  /// A page of packed rows joined with those series of the tail that lie after `first` and up to
  /// its end, as far as the values stay within `maximumBytes`: the tail may hold a shard whole.
  private func merged(
    _ page: (rows: [StoredRow], next: RowCursor?), _ shard: Int, after first: RowCursor?,
    maximumBytes: Int
  ) throws(StorageError) -> (rows: [StoredRow], next: RowCursor?) {
    let tail = try tail(shard)
    guard !tail.series.isEmpty else { return page }
    func isIn(_ series: Tail.Series) -> Bool {
      let key = RowCursor(sku: series.sku, location: series.location)
      return first.map { $0 < key } ?? true && page.next.map { key <= $0 } ?? true
    }
    var merged: [StoredRow] = []
    var bytes = 0
    func add(_ row: StoredRow) {
      merged.append(row)
      bytes += row.value.count + row.sku.bytes.count
    }
    var rest = page.rows[...]
    // A page spans a range of SKUs; the tail's series outside that range are not looked at.
    let range = (first?.sku.digest ?? 0)...(page.next?.sku.digest ?? .max)
    for series in tail.series(in: range) where isIn(series) {
      let key = RowCursor(sku: series.sku, location: series.location)
      while bytes < maximumBytes, let row = rest.first, RowCursor(row) < key {
        add(row)
        rest.removeFirst()
      }
      if bytes >= maximumBytes, let last = merged.last { return (merged, RowCursor(last)) }
      var base: DemandSeries?
      if let row = rest.first, RowCursor(row) == key {
        base = try self.series(row, shard)
        rest.removeFirst()
      }
      let value = SeriesMerge.merge(base, tail.rows(of: series)).packed()
      add(StoredRow(sku: series.sku, location: series.location, value: value))
    }
    while bytes < maximumBytes, let row = rest.popFirst() { add(row) }
    guard !rest.isEmpty, let last = merged.last else { return (merged, page.next) }
    return (merged, RowCursor(last))
  }
}

extension RowCursor: Comparable {
  init(_ row: StoredRow) { self.init(sku: row.sku, location: row.location) }

  /// The order of the tables: by SKU, then by location, the SKU as a whole first.
  public static func < (left: RowCursor, right: RowCursor) -> Bool {
    guard left.sku == right.sku else { return left.sku < right.sku }
    return (left.location?.bytes ?? []).lexicographicallyPrecedes(right.location?.bytes ?? [])
  }
}
