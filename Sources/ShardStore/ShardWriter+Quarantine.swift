import Demand
import Packing
import Storage

/// How people change what is in quarantine. The same change to the same rows gives the same rows,
/// so a copy of the shard that is told of the change alone stays equal.
extension ShardWriter {
  func change(
    quarantine update: QuarantineUpdate, _ shard: Int
  ) throws(StorageError) -> WriteOutcome {
    if let reason = fault(in: update, shard) { return .refused(reason) }
    let table = SKUTable.quarantine
    var (rows, missing): ([StoredRow], [SKU]) = ([], [])
    if update.skus.isEmpty {
      try table.forEach(shard: shard, slice: Slice(index: 0, of: 1), in: connection) {
        row throws(StorageError) in rows.append(row)
      }
    } else {
      // One that is named twice counts once.
      for sku in Set(update.skus).sorted() {
        let found = try table.rows(of: sku, shard: shard, in: connection)
        if found.isEmpty { missing.append(sku) }
        rows += found
      }
    }
    // All are read before one is changed: a damaged row fails the change alone.
    let changed = rows.map(Self.retried)
    var isChange = false
    for (row, changed) in zip(rows, changed) {
      switch update.action {
      case .retry:
        guard changed != row else { continue }
        isChange = true
        try put(changed, in: table, shard)
      case .release:
        isChange = true
        try delete(
          from: table.shape, shard, where: "digest = ? AND sku = ?", row.sku.storedDigest,
          row.sku.bytes)
      }
    }
    return .quarantine(count: rows.count, missing: missing, isChange: isChange)
  }

  /// The row of a SKU that is tried in the next training. An entry that cannot be read is left as
  /// it is: trainings try such a SKU anyway.
  private static func retried(_ row: StoredRow) -> StoredRow {
    guard var entry = try? QuarantineEntry(packed: row.value), entry.ground != nil else {
      return row
    }
    entry.isToRetry = true
    var row = row
    row.value = entry.packed()
    return row
  }

  private func fault(in update: QuarantineUpdate, _ shard: Int) -> String? {
    guard (0..<shardCount).contains(shard) else {
      return "quarantine of shard \(shard): there are \(shardCount)"
    }
    let stranger = update.skus.first { $0.shard(of: shardCount) != shard }
    return stranger.map { "SKU \"\($0)\" is not in shard \(shard)" }
  }
}
