import Demand
public import Storage

/// A fold that is worked out and not yet carried out: packed series to store and the batches they
/// stand for.
///
/// A reader makes it beside everything else and the writer only stores it. It stays good while
/// batches are added behind it; once the shard was folded, dropped or imported it is stale.
public struct FoldPlan: Sendable {
  /// The shard.
  public let shard: Int
  /// How many rows of the tail it packs.
  public let rowCount: Int
  let generation: Int64
  /// The last batch that it packs.
  let lastOrdinal: Int64
  let byteCount: Int
  let series: [StoredRow]
  /// What the rows of `series` that are stored now add up to.
  let replaced: TableSum
}

extension ShardReader {
  /// Works out the fold of a shard's tail, or nothing where no part of it can be folded now.
  public func planFold(_ shard: Int) throws(StorageError) -> FoldPlan? {
    try connection.snapshot { () throws(StorageError) in
      guard let state = try connection.state(shard), state.tailBytes > 0 else { return nil }
      let batches = try foldable(try TailBatch.all(shard, in: connection), of: shard)
      guard let last = batches.last else { return nil }
      let tail = try Tail(Array(batches), shard: shard, in: connection)
      var packed: [StoredRow] = []
      packed.reserveCapacity(tail.series.count)
      var replaced = TableSum()
      for series in tail.series {
        let row = try SKUTable.series.row(
          of: series.sku, at: series.location, shard: shard, in: connection)
        if let row { replaced.add(SKUTable.series.sealed(row, shard: shard)) }
        let base = try row.map { row throws(StorageError) in try self.series(row, shard) }
        let merged = SeriesMerge.merge(base, tail.rows(of: series))
        packed.append(
          StoredRow(sku: series.sku, location: series.location, value: merged.packed()))
      }
      return FoldPlan(
        shard: shard, rowCount: tail.rows.count, generation: state.generation,
        lastOrdinal: last.ordinal, byteCount: batches.reduce(0) { $0 + $1.payload.count },
        series: packed, replaced: replaced)
    }
  }

  /// The longest prefix within `ShardStoreLimits.foldBytes` that holds each replacing source that
  /// appears in it whole. A source's first row for a day replaces and its later ones add, and which
  /// days it has touched is known from the tail alone: were part of a source folded away, its later
  /// rows would replace again.
  private func foldable(
    _ batches: [TailBatch], of shard: Int
  ) throws(StorageError) -> ArraySlice<TailBatch> {
    var lastBatch: [SourceID: Int] = [:]
    for (index, batch) in batches.enumerated() where batch.replaces {
      lastBatch[batch.source] = index
    }
    var finished: [SourceID: Bool] = [:]
    for source in lastBatch.keys {
      finished[source] = try connection.progress(source, shard).isFinished
    }
    var end = 0
    var bytes = 0
    var wholeThrough = -1
    for (index, batch) in batches.enumerated() {
      if batch.replaces {
        guard finished[batch.source] == true, let last = lastBatch[batch.source] else { break }
        wholeThrough = max(wholeThrough, last)
      }
      bytes += batch.payload.count
      if bytes > ShardStoreLimits.foldBytes, end > 0 { break }
      if index >= wholeThrough { end = index + 1 }
    }
    return batches[..<end]
  }
}
