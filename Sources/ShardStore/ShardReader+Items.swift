public import Demand
import Packing
public import Storage

/// Something at a location.
public struct Located<Value: Sendable & Equatable>: Sendable, Equatable {
  /// Where.
  public var location: Location
  /// What.
  public var value: Value

  /// Puts something at a location.
  public init(_ location: Location, _ value: Value) {
    self.location = location
    self.value = value
  }
}

/// All that is known of a SKU.
public struct StoredItem: Sendable, Equatable {
  /// The SKU.
  public var sku: SKU
  /// Its demand, in order of location.
  public var series: [Located<DemandSeries>] = []
  /// Its item, where one came.
  public var item: Item?
  /// Its stock, in order of location.
  public var stock: [Located<Stock>] = []
  /// The ways in which it comes to any location.
  public var supplyEverywhere = SupplyList()
  /// The ways in which it comes to one location alone, in order of location.
  public var supply: [Located<SupplyList>] = []

  /// Makes a SKU of which nothing is known.
  public init(sku: SKU) { self.sku = sku }

  /// The ways in which it comes to a location, ascending by origin: those of the location, and
  /// those of everywhere from origins that the location says nothing of, but not from itself.
  public func options(at location: Location) -> [SupplyOption] {
    let own = supply.first { $0.location == location }?.value ?? SupplyList()
    return own.completed(by: supplyEverywhere, at: location)
  }
}

extension ShardReader {
  /// All SKUs of a slice, in order, with packed history and tail merged; without demand where only
  /// the rest is wanted: it is most of what there is to read.
  public func items(
    shard: Int, slice: Slice, withDemand: Bool = true
  ) throws(StorageError) -> [StoredItem] {
    try connection.snapshot { () throws(StorageError) in
      var gathered = GatheredItems(path: connection.path, shard: shard)
      try SKUTable.sku.forEach(shard: shard, slice: slice, in: connection) {
        row throws(StorageError) in gathered.begin(row.sku)
      }
      if withDemand {
        try SKUTable.series.forEach(shard: shard, slice: slice, in: connection) {
          row throws(StorageError) in try gathered.add(series: row, try series(row, shard))
        }
        let tail = try tail(shard)
        for series in tail.series(in: slice.digests) { try gathered.add(series, of: tail) }
      }
      try SKUTable.item.forEach(shard: shard, slice: slice, in: connection) {
        row throws(StorageError) in try gathered.add(item: row, in: connection)
      }
      try SKUTable.stock.forEach(shard: shard, slice: slice, in: connection) {
        row throws(StorageError) in try gathered.add(stock: row, in: connection)
      }
      try SKUTable.supply.forEach(shard: shard, slice: slice, in: connection) {
        row throws(StorageError) in try gathered.add(supply: row, in: connection)
      }
      return gathered.finish()
    }
  }

  /// One SKU, or nothing where no row ever named it.
  public func item(_ sku: SKU) throws(StorageError) -> StoredItem? {
    try connection.snapshot { () throws(StorageError) in
      let shard = sku.shard(of: shardCount)
      guard try !SKUTable.sku.rows(of: sku, shard: shard, in: connection).isEmpty else {
        return nil
      }
      var gathered = GatheredItems(path: connection.path, shard: shard)
      gathered.begin(sku)
      for row in try SKUTable.series.rows(of: sku, shard: shard, in: connection) {
        try gathered.add(series: row, try series(row, shard))
      }
      let tail = try tail(shard)
      for series in tail.series(in: sku.digest...sku.digest) where series.sku == sku {
        try gathered.add(series, of: tail)
      }
      for row in try SKUTable.item.rows(of: sku, shard: shard, in: connection) {
        try gathered.add(item: row, in: connection)
      }
      for row in try SKUTable.stock.rows(of: sku, shard: shard, in: connection) {
        try gathered.add(stock: row, in: connection)
      }
      for row in try SKUTable.supply.rows(of: sku, shard: shard, in: connection) {
        try gathered.add(supply: row, in: connection)
      }
      return gathered.finish().first
    }
  }
}

/// Puts rows from several tables, each in order of SKU, together by SKU.
private struct GatheredItems {
  private let path: String
  private let shard: Int
  private var items: [StoredItem] = []
  /// Where the SKU of the row before was: rows come in order, so the next is there or further on.
  private var position = 0

  init(path: String, shard: Int) {
    self.path = path
    self.shard = shard
  }

  mutating func begin(_ sku: SKU) { items.append(StoredItem(sku: sku)) }

  mutating func add(series row: StoredRow, _ series: DemandSeries) throws(StorageError) {
    let location = try place(of: row, in: .series)
    let index = try index(of: row.sku, .series)
    items[index].series.append(Located(location, series))
  }

  mutating func add(_ series: Tail.Series, of tail: Tail) throws(StorageError) {
    let index = try index(of: series.sku, .series)
    let rows = tail.rows(of: series)
    let place = items[index].series.firstIndex { $0.location >= series.location }
    if let place, items[index].series[place].location == series.location {
      let merged = SeriesMerge.merge(items[index].series[place].value, rows)
      items[index].series[place].value = merged
    } else {
      let merged = Located(series.location, SeriesMerge.merge(nil, rows))
      items[index].series.insert(merged, at: place ?? items[index].series.count)
    }
  }

  mutating func add(item row: StoredRow, in connection: Connection) throws(StorageError) {
    let index = try index(of: row.sku, .item)
    items[index].item = try SKUTable.item.decode(row, shard: shard, in: connection) {
      bytes throws(PackingError) in try Item(packed: bytes)
    }
  }

  mutating func add(stock row: StoredRow, in connection: Connection) throws(StorageError) {
    let location = try place(of: row, in: .stock)
    let index = try index(of: row.sku, .stock)
    let stock = try SKUTable.stock.decode(row, shard: shard, in: connection) {
      bytes throws(PackingError) in try Stock(packed: bytes)
    }
    items[index].stock.append(Located(location, stock))
  }

  mutating func add(supply row: StoredRow, in connection: Connection) throws(StorageError) {
    let index = try index(of: row.sku, .supply)
    let list = try SKUTable.supply.supplyList(row, shard: shard, in: connection)
    if let location = row.location {
      items[index].supply.append(Located(location, list))
    } else {
      items[index].supplyEverywhere = list
    }
  }

  /// The items, with prices carried over the days without one.
  func finish() -> [StoredItem] {
    var finished = items
    for index in finished.indices {
      for series in finished[index].series.indices {
        finished[index].series[series].value =
          finished[index].series[series].value.carryingPrices()
      }
    }
    return finished
  }

  private mutating func index(of sku: SKU, _ table: SKUTable) throws(StorageError) -> Int {
    // The next table begins again at the first SKU.
    if position < items.count, sku < items[position].sku { position = 0 }
    while position < items.count, items[position].sku < sku { position += 1 }
    guard position < items.count, items[position].sku == sku else {
      position = 0
      throw .damagedRow(
        path: path, table: SKUTable.sku.name, key: SKUTable.key(shard, sku, nil),
        reason: "the row is gone, table \(table.name) still has the SKU")
    }
    return position
  }

  private func place(of row: StoredRow, in table: SKUTable) throws(StorageError) -> Location {
    if let location = row.location { return location }
    throw .damagedRow(
      path: path, table: table.name, key: SKUTable.key(shard, row.sku, nil),
      reason: "a row without a location")
  }
}
