/// The pairs of a shard, in blocks. A shard's sums depend on its pairs and their order alone, and
/// shards are added in their order: who holds which shard changes no bit.
public struct PairShard: Sendable {
  /// Its blocks, by warehouse, then in the order of their pairs.
  public let blocks: [PairBlock]
  /// How many warehouses there are; those without pairs count.
  public let warehouseCount: Int

  /// Puts pairs into blocks. Whoever has no use for a pair that is refused leaves it out.
  public init(
    warehouseCount: Int, pairs: some Collection<Pair>
  ) throws(AllocationError) {
    self.warehouseCount = warehouseCount
    var done: [[PairBlock]] = Array(repeating: [], count: warehouseCount)
    let hasPacks = pairs.contains { $0.pack > 0 }
    for pair in pairs {
      try pair.check()
      guard pair.warehouse < warehouseCount else {
        throw .unsound(
          sku: pair.sku, what: "warehouse", value: Double(pair.warehouse),
          range: "below \(warehouseCount)")
      }
      let warehouse = pair.warehouse
      if done[warehouse].last?.isFull ?? true {
        done[warehouse].append(PairBlock(warehouse: warehouse, hasPacks: hasPacks))
      }
      done[warehouse][done[warehouse].count - 1].append(pair)
    }
    blocks = done.flatMap { $0 }
  }

  /// What no price changes, by warehouse.
  public var extremes: [BlockExtremes] {
    var sums = Array(repeating: BlockExtremes(), count: warehouseCount)
    for block in blocks { sums[block.warehouse] += block.extremes }
    return sums
  }
}
