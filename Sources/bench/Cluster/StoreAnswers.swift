import Demand
import Packing
import ShardStore
import Storage

/// All that a worker's data answers, as hashes: two that are equal answer the same, whatever is
/// asked.
struct StoreAnswers: Equatable {
  /// How much is read at once.
  private static let pageBytes = 4 << 20

  /// By shard and table.
  private var hashes: [UInt64] = []
  private(set) var rows = 0

  /// Reads everything in a folder that a writer has opened.
  init(folder: String) throws(StorageError) {
    let reader = try ShardReader(folder: folder)
    for shard in 0..<reader.shardCount {
      try read(shard, reader)
      for table in SKUTable.allCases { try read(table, shard, reader) }
    }
  }

  /// The rows of all tables, as they go to another worker.
  private mutating func read(_ shard: Int, _ reader: ShardReader) throws(StorageError) {
    var hash: UInt64 = 0
    var cursor: [UInt8]?
    repeat {
      let chunk = try reader.exportChunk(
        shard: shard, after: cursor, maximumBytes: Self.pageBytes)
      hash = XXH64.hash(chunk.bytes, seed: hash)
      cursor = chunk.next
    } while cursor != nil
    let summary = try reader.summary(of: shard)
    hashes += [hash, XXH64.hash(Array("\(summary)".utf8))]
  }

  /// The rows of a table, as clients export them.
  private mutating func read(
    _ table: SKUTable, _ shard: Int, _ reader: ShardReader
  ) throws(StorageError) {
    var hash: UInt64 = 0
    var cursor: RowCursor?
    repeat {
      let page = try reader.export(
        table, shard: shard, after: cursor, maximumBytes: Self.pageBytes)
      for row in page.rows {
        hash = XXH64.hash(row.sku.bytes, seed: hash)
        hash = XXH64.hash(row.location?.bytes ?? [], seed: hash)
        hash = XXH64.hash(row.value, seed: hash ^ row.run)
      }
      rows += page.rows.count
      cursor = page.next
    } while cursor != nil
    hashes.append(hash)
  }
}
