import Demand
import Packing
import ShardStore
import WireProtocol

/// What there is of one SKU, page by page: for who draws it or looks into it.
enum SKURows {
  /// Where the next page begins: after so many rows. Should they change in between, some come twice
  /// or not at all, as with any table that is read while it is written.
  private struct Place {
    /// More than a SKU has of anything: a row for each location, one for all, and some networks.
    private static let mostRows = 1 << 16
    var rows: Int

    init(_ cursor: [UInt8]) throws(PackingError) {
      guard !cursor.isEmpty else {
        rows = 0
        return
      }
      var reader = ByteReader(cursor)
      rows = try reader.count("rows", limit: Self.mostRows)
      try reader.finish()
    }
  }

  static func chunk(
    _ part: SKUPart, of sku: SKU, _ request: RowsRequest, _ reader: ShardReader
  ) throws -> RowsChunk {
    let start = try Place(request.cursor).rows
    let all = try rows(part, of: sku, reader)
    var taken: [ExportedRow] = []
    var bytes = 0
    for row in all.dropFirst(start) where bytes < ReadAnswers.chunkBytes {
      // The largest row must fit beside those before it.
      guard taken.isEmpty || bytes + row.value.count <= ReadAnswers.chunkBytes else { break }
      bytes += row.value.count
      taken.append(
        ExportedRow(sku: row.sku, location: row.location, run: row.run, value: row.value))
    }
    var next: [UInt8]?
    if start + taken.count < all.count {
      var writer = ByteWriter()
      writer.count(start + taken.count)
      next = writer.bytes
    }
    return RowsChunk(shard: request.shard, rows: ExportedRow.pack(taken), next: next)
  }

  private static func rows(
    _ part: SKUPart, of sku: SKU, _ reader: ShardReader
  ) throws -> [StoredRow] {
    switch part {
    case .series:
      return try reader.item(sku)?.series.map {
        StoredRow(sku: sku, location: $0.location, value: $0.value.packed())
      } ?? []
    case .item: return try reader.rows(.item, for: [sku])
    case .stock: return try reader.rows(.stock, for: [sku])
    case .model: return try reader.rows(.model, for: [sku])
    case .forecasts: return try reader.forecasts(for: [sku])
    case .plans: return try reader.rows(.plan, for: [sku])
    case .quarantine: return try reader.rows(.quarantine, for: [sku])
    case .networks:
      return try reader.networks(of: sku.shard(of: reader.shardCount)).map {
        StoredRow(sku: sku, run: $0.run, value: $0.bytes)
      }
    }
  }
}
