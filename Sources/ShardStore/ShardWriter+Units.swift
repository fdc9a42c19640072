import Demand
import Storage

/// How the results of a unit are stored: all of them or none, and only once.
extension ShardWriter {
  func complete(_ unit: CompletedUnit) throws(StorageError) -> WriteOutcome {
    if let stored = try connection.unit(unit.shard, unit.run, unit.slice) {
      return .unit(summary: stored, wasDone: true)
    }
    if let reason = fault(in: unit) { return .refused(reason) }
    let digests = unit.slice.digests
    for (table, rows) in unit.tables {
      try delete(
        from: table.shape, unit.shard, where: "digest BETWEEN ? AND ?",
        SKU.stored(digests.lowerBound), SKU.stored(digests.upperBound))
      var last: RowCursor?
      for var row in rows {
        if table != .planBefore { row.run = unit.run }
        // The slice is empty, so a row that comes behind the one before it replaces none.
        let key = RowCursor(row)
        let isNew = last.map { $0 < key } ?? true
        last = isNew ? key : last
        try put(row, in: table, unit.shard, isNew: isNew)
      }
    }
    if let network = unit.network { try keep(network, unit.shard) }
    let sealed = Connection.unitSeal(unit.shard, unit.run, unit.slice).close(unit.summary)
    try connection.statement("INSERT INTO unit VALUES (?, ?, ?, ?, ?)")
      .bind(
        unit.shard, Int64(bitPattern: unit.run), unit.slice.index, unit.slice.count,
        sealed
      ).run()
    try changeSum(of: .unit, unit.shard) { $0.add(sealed) }
    try forgetUnits(before: unit.run, unit.shard)
    return .unit(summary: unit.summary, wasDone: false)
  }

  /// Forgets which units of long ended runs were done; their results stay. It is part of
  /// completing a unit, so that all copies of the shard forget the same.
  private func forgetUnits(before run: UInt64, _ shard: Int) throws(StorageError) {
    guard run > ShardStoreLimits.rememberedRuns else { return }
    try delete(
      from: .unit, shard, where: "run < ?",
      Int64(bitPattern: run - ShardStoreLimits.rememberedRuns))
  }

  /// Why the results do not belong where they say, if they do not.
  private func fault(in unit: CompletedUnit) -> String? {
    guard (0..<shardCount).contains(unit.shard) else {
      return "unit of shard \(unit.shard): there are \(shardCount)"
    }
    guard unit.slice.count > 0, (0..<unit.slice.count).contains(unit.slice.index) else {
      return "slice \(unit.slice.index) of \(unit.slice.count): there is none"
    }
    if let network = unit.network, network.bytes.count > ShardStoreLimits.valueBytes {
      return "network of run \(network.run): \(network.bytes.count) bytes, "
        + "at most \(ShardStoreLimits.valueBytes) allowed"
    }
    let digests = unit.slice.digests
    var bytes = unit.summary.count + (unit.network?.bytes.count ?? 0)
    for (table, rows) in unit.tables {
      guard rows.count <= ShardStoreLimits.rowsPerUnit else {
        return "\(table.name): \(rows.count) rows, at most \(ShardStoreLimits.rowsPerUnit) allowed"
      }
      for row in rows {
        bytes += LogEntryContent.bytes(of: row)
        guard digests.contains(row.sku.digest), row.sku.shard(of: shardCount) == unit.shard else {
          return "\(table.name) of SKU \"\(row.sku)\": not in shard \(unit.shard), "
            + "slice \(unit.slice.index) of \(unit.slice.count)"
        }
        guard row.value.count <= ShardStoreLimits.valueBytes else {
          return "\(table.name) of SKU \"\(row.sku)\": \(row.value.count) bytes, "
            + "at most \(ShardStoreLimits.valueBytes) allowed"
        }
      }
    }
    guard bytes + LogEntryContent.overheadBytes <= ShardStoreLimits.entryBytes else {
      return "results of \(bytes) bytes, at most \(ShardStoreLimits.entryBytes) allowed"
    }
    return nil
  }
}
