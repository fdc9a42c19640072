public import Demand
public import Storage

extension ShardReader {
  /// How many SKUs are looked at in one call, so that it does not take long where few of very many
  /// are in the sample.
  private static let skusPerCall = 1 << 17

  /// Calls `body` with each SKU of a shard after `cursor` whose `sampleHash` is not above
  /// `threshold`, in order, until it says no. Gives the SKU behind which to go on, or nothing at
  /// the end.
  public func sample(
    shard: Int, threshold: UInt64, after cursor: SKU? = nil, _ body: (StoredItem) -> Bool
  ) throws(StorageError) -> SKU? {
    try connection.snapshot { () throws(StorageError) in
      let table = SKUTable.sku
      let select: Statement
      if let cursor {
        select = try connection.statement(
          "\(table.selection) WHERE shard = ? AND (digest, sku) > (?, ?) ORDER BY digest, sku")
        try select.bind(shard, cursor.storedDigest, cursor.bytes)
      } else {
        select = try connection.statement(
          "\(table.selection) WHERE shard = ? ORDER BY digest, sku")
        try select.bind(shard)
      }
      defer { select.reset() }
      var seen = 0
      while try select.step() {
        let sku = try table.row(select, shard: shard, in: connection).sku
        seen += 1
        var isEnough = seen == Self.skusPerCall
        if sku.sampleHash <= threshold, let item = try item(sku) {
          isEnough = !body(item) || isEnough
        }
        if isEnough { return sku }
      }
      return nil
    }
  }
}
