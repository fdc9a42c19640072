import Demand
import Packing
import Tables

/// Reads a table and hands its good rows to a cutter.
protocol TableFeed: ~Copyable {
  associatedtype Writer: RowWriter

  /// Reads up to `maximumRows` rows; false when the end was reached.
  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<Writer>, rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool

  /// What there is to say of the rows read so far.
  var notes: IngestNotes { get }
}

extension TableFeed where Self: ~Copyable {
  var notes: IngestNotes { IngestNotes() }
}

/// Sales: the one that has to be fast. A row is neither copied nor made into values on its way.
@safe
struct SalesFeed: TableFeed, ~Copyable {
  private var reader: SalesReader
  private var seen = SeenSeries()

  init(_ source: ByteSource, _ input: IngestInput, _ known: [Location]?) throws(ClientError) {
    reader = try onTables { () throws(TableError) in
      try SalesReader(
        source, columns: try input.columnNames(), defaultLocation: input.location,
        knownLocations: known, returns: input.returns)
    }
  }

  var notes: IngestNotes {
    IngestNotes(
      returns: reader.returnCount, outOfStock: reader.outOfStockCount, repeats: seen.repeats,
      repeatsAreAll: seen.isComplete)
  }

  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<SalesBatchWriter>,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    // The rows are read by one part of the feed and counted by another.
    var seen = SeenSeries.none
    swap(&seen, &self.seen)
    defer { swap(&seen, &self.seen) }
    return unsafe try reader.read(
      maximumRows: maximumRows,
      row: { row in
        let digest = unsafe XXH64.hash(UnsafeRawBufferPointer(row.sku))
        // A return belongs to a sale of its day, more often than not.
        if unsafe row.units >= 0 {
          unsafe seen.add(digest: digest, location: row.location, day: row.day.number)
        }
        cutter.append(digest: digest) { writer in
          unsafe writer.append(
            sku: row.sku, location: row.location, day: row.day, units: row.units,
            price: row.price, promotion: row.promotion, outOfStock: row.outOfStock)
        }
      }, rejected: rejected)
  }
}

/// Items.
struct ItemFeed: TableFeed, ~Copyable {
  private var reader: ItemReader

  init(_ source: ByteSource) throws(ClientError) {
    reader = try onTables { () throws(TableError) in try ItemReader(source) }
  }

  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<ItemBatchWriter>,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    try reader.read(
      maximumRows: maximumRows,
      item: { sku, item in cutter.append(digest: sku.digest) { $0.append(sku, item) } },
      rejected: rejected)
  }
}

/// Stock.
struct InventoryFeed: TableFeed, ~Copyable {
  private var reader: InventoryReader

  init(_ source: ByteSource, _ input: IngestInput, _ known: [Location]?) throws(ClientError) {
    reader = try onTables { () throws(TableError) in
      try InventoryReader(source, defaultLocation: input.location, knownLocations: known)
    }
  }

  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<InventoryBatchWriter>,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    try reader.read(
      maximumRows: maximumRows,
      stock: { sku, location, stock in
        cutter.append(digest: sku.digest) { $0.append(sku, location, stock) }
      }, rejected: rejected)
  }
}

/// Where SKUs can be bought.
struct SupplierFeed: TableFeed, ~Copyable {
  private var reader: SupplierReader

  init(_ source: ByteSource, _ known: [Location]?) throws(ClientError) {
    reader = try onTables { () throws(TableError) in
      try SupplierReader(source, knownLocations: known)
    }
  }

  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<SupplyBatchWriter>,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    try reader.read(
      maximumRows: maximumRows,
      option: { sku, location, option in
        cutter.append(digest: sku.digest) { $0.append(sku, location, option) }
      }, rejected: rejected)
  }
}

/// The lanes for all SKUs that a file of distribution named: they belong to the planning document,
/// while its other rows go to the workers.
final class FoundLanes {
  var lanes: [Lane] = []
}

/// What moves between warehouses.
struct DistributionFeed: TableFeed, ~Copyable {
  private var reader: DistributionReader
  private let found: FoundLanes

  init(
    _ source: ByteSource, _ known: [Location]?, lanes found: FoundLanes
  ) throws(ClientError) {
    reader = try onTables { () throws(TableError) in
      try DistributionReader(source, knownLocations: known)
    }
    self.found = found
  }

  mutating func read(
    maximumRows: Int, into cutter: inout BatchCutter<SupplyBatchWriter>,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    try reader.read(
      maximumRows: maximumRows,
      option: { sku, location, option in
        cutter.append(digest: sku.digest) { $0.append(sku, location, option) }
      }, lane: { found.lanes.append($0) }, rejected: rejected)
  }
}
