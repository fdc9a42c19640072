import Demand
import Packing
import Storage
import TestSupport
import Testing

@testable import ShardStore

/// A store in a folder of its own, and senders that number their batches.
final class StoreFixture {
  static let day = Day(year: 2025, month: 1, day: 1)

  let folder: TemporaryFolder
  let shardCount: Int
  let writer: ShardWriter
  let reader: ShardReader
  private var senders: [SourceID: SourceProgress] = [:]

  init(shardCount: Int = 1) throws {
    folder = try TemporaryFolder()
    self.shardCount = shardCount
    writer = try ShardWriter(folder: folder.path, shardCount: shardCount)
    reader = try ShardReader(folder: folder.path)
  }

  /// The next batch of a source.
  func next(
    _ source: String, _ payload: [UInt8], table: BatchTable = .salesAdding, shard: Int = 0,
    isLast: Bool = false
  ) -> Write {
    let id = SourceID(name: "\(source)-\(shard)")
    let progress = senders[id] ?? SourceProgress()
    let batch = BatchIdentity(
      source: id, shard: shard, sequence: progress.sequence + 1,
      chain: BatchIdentity.chain(after: progress.chain, payload: payload), isLast: isLast)
    senders[id] = progress.advanced(by: batch)
    return .batch(batch, table, payload: payload)
  }

  @discardableResult
  func send(
    _ source: String, _ rows: [SalesRow], replaces: Bool = false, shard: Int = 0,
    isLast: Bool = false
  ) -> WriteOutcome {
    let table: BatchTable = replaces ? .salesReplacing : .salesAdding
    return writer.commit(
      next(source, Self.payload(rows), table: table, shard: shard, isLast: isLast))
  }

  /// Folds what can be folded.
  @discardableResult
  func fold(_ shard: Int = 0) throws -> Bool {
    guard let plan = try reader.planFold(shard) else { return false }
    #expect(writer.commit(.fold(plan)) == .done)
    return true
  }

  static func payload(_ rows: [SalesRow]) -> [UInt8] {
    var writer = SalesBatchWriter()
    for row in rows { writer.append(row) }
    return writer.bytes
  }

  static func row(
    _ sku: String, _ location: String = "north", day: Int = 0, units: Double = 1,
    price: Float? = nil, promotion: Bool = false, outOfStock: Bool = false
  ) throws -> SalesRow {
    SalesRow(
      sku: try SKU(sku), location: try Location(location), day: Self.day + day, units: units,
      price: price, promotion: promotion, outOfStock: outOfStock)
  }

  /// Everything of a shard.
  func items(_ shard: Int = 0) throws -> [StoredItem] {
    try reader.items(shard: shard, slice: Slice(index: 0, of: 1))
  }

  /// All chunks of a shard, from one snapshot.
  func chunks(_ shard: Int = 0, maximumBytes: Int) throws -> [[UInt8]] {
    try reader.snapshot { () throws(StorageError) in
      var chunks: [[UInt8]] = []
      var cursor: [UInt8]?
      repeat {
        let chunk = try reader.exportChunk(
          shard: shard, after: cursor, maximumBytes: maximumBytes)
        chunks.append(chunk.bytes)
        cursor = chunk.next
      } while cursor != nil
      return chunks
    }
  }
}

/// SKUs of a shard, by number.
func skus(_ count: Int, shard: Int = 0, of shardCount: Int = 1) throws -> [SKU] {
  var found: [SKU] = []
  var number = 0
  while found.count < count {
    let sku = try SKU("sku-\(number)")
    if sku.shard(of: shardCount) == shard { found.append(sku) }
    number += 1
  }
  return found
}

extension SKUTable {
  /// Stores a row without a word to anybody, as the version before did.
  func put(_ row: StoredRow, shard: Int, in connection: Connection) throws(StorageError) {
    try connection.statement("INSERT OR REPLACE INTO \(name) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(
        shard, row.sku.storedDigest, row.sku.bytes, row.location?.bytes ?? [],
        Int64(bitPattern: row.run), sealed(row, shard: shard)
      ).run()
  }
}
