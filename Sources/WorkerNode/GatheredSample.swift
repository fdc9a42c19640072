import Demand
import Packing
import WireProtocol

/// The rows of a sample that came so far, in the order of shards and SKUs. Which are kept depends
/// on the rows alone and not on how they were cut into chunks.
struct GatheredSample: Sendable {
  private(set) var rows: [UInt8] = []
  private(set) var skus = 0
  private(set) var isFull = false

  /// Keeps the rows of a chunk, as many as there is room for.
  mutating func add(_ chunk: RowsChunk) throws(PackingError) {
    var reader = ByteReader(chunk.rows)
    while reader.left > 0, !isFull {
      let start = chunk.rows.count - reader.left
      _ = try SampleRow(from: &reader)
      let row = chunk.rows[start..<(chunk.rows.count - reader.left)]
      isFull = skus == Sample.maximumSKUs || rows.count + row.count > Sample.maximumBytes
      if isFull { return }
      rows.append(contentsOf: row)
      skus += 1
    }
  }
}
