import Demand
import Storage

/// How rows come and go, each with its seal in the sum of its table.
extension ShardWriter {
  /// Stores a row by SKU in place of the one under its key; `isNew` where there is none for sure,
  /// which saves a look.
  func put(
    _ row: StoredRow, in table: SKUTable, _ shard: Int, isNew: Bool = false
  ) throws(StorageError) {
    let (digest, place) = (row.sku.storedDigest, row.location?.bytes ?? [])
    if !isNew {
      let select = try connection.statement(
        """
        SELECT substr(value, -\(Seal.size)) FROM \(table.name)
          WHERE shard = ? AND digest = ? AND sku = ? AND location = ?
        """)
      try select.bind(shard, digest, row.sku.bytes, place)
      defer { select.reset() }
      while try select.step() {
        try changeSum(of: table.shape, shard) { $0.remove(select.bytes(0)) }
      }
    }
    let sealed = table.sealed(row, shard: shard)
    try connection.statement("INSERT OR REPLACE INTO \(table.name) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(shard, digest, row.sku.bytes, place, Int64(bitPattern: row.run), sealed).run()
    try changeSum(of: table.shape, shard) { $0.add(sealed) }
  }

  /// Removes the rows of a shard that meet a condition.
  func delete<each Value: Bindable>(
    from table: TableShape, _ shard: Int, where condition: String, _ values: repeat each Value
  ) throws(StorageError) {
    let delete = try connection.statement(
      """
      DELETE FROM \(table.name) WHERE shard = ? AND \(condition)
        RETURNING substr(value, -\(Seal.size))
      """)
    try delete.bind(shard, repeat each values)
    var gone = TableSum()
    while try delete.step() { gone.add(delete.bytes(0)) }
    if gone.rows > 0 { try changeSum(of: table, shard) { $0.remove(gone) } }
  }

  /// Changes the sum of a table, where sums are kept of the shard.
  func changeSum(
    of table: TableShape, _ shard: Int, _ change: (inout TableSum) -> Void
  ) throws(StorageError) {
    if states[shard] == nil { _ = try state(shard) }
    states[shard]?.sums?.change(table, change)
    changedStates.insert(shard)
  }
}
