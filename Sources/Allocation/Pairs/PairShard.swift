/// The pairs of a shard, in blocks. A shard's sums depend on its pairs and their order alone, and
/// shards are added in their order: who holds which shard changes no bit.
public struct PairShard: Sendable {
  /// Its blocks, by warehouse, then in the order of their pairs.
  public let blocks: [PairBlock]
  /// Items whose lots are more than square roots; their sums come after those of the blocks.
  public let coupled: [CoupledItem]
  /// How many warehouses there are; those without pairs count.
  public let warehouseCount: Int

  /// Puts pairs into blocks. Whoever has no use for a pair that is refused leaves it out.
  public init(
    warehouseCount: Int, pairs: some Collection<Pair>, coupled: [CoupledItem] = []
  ) throws(AllocationError) {
    self.warehouseCount = warehouseCount
    self.coupled = coupled
    for item in coupled {
      try item.check()
      for pair in item.pairs { try Self.check(pair.pair, warehouseCount) }
    }
    var done: [[PairBlock]] = Array(repeating: [], count: warehouseCount)
    let hasPacks = pairs.contains { $0.pack > 0 }
    for pair in pairs {
      try pair.check()
      try Self.check(pair, warehouseCount)
      let warehouse = pair.warehouse
      if done[warehouse].last?.isFull ?? true {
        done[warehouse].append(PairBlock(warehouse: warehouse, hasPacks: hasPacks))
      }
      done[warehouse][done[warehouse].count - 1].append(pair)
    }
    blocks = done.flatMap { $0 }
  }

  private static func check(_ pair: Pair, _ warehouseCount: Int) throws(AllocationError) {
    guard pair.warehouse < warehouseCount else {
      throw .unsound(
        sku: pair.sku, what: "warehouse", value: Double(pair.warehouse),
        range: "below \(warehouseCount)")
    }
  }

  /// Whether lots jump, in packs or at breaks: then no prices meet all limits, and `PackRepair` has
  /// the last word (`PriceSearch.Settings.hasPacks`).
  public var hasJumps: Bool {
    blocks.contains(where: \.hasPacks)
      || coupled.contains { item in item.pairs.contains(where: \.hasJumps) }
  }

  /// What no price changes, by warehouse.
  public func extremes(kappa: Double) -> [BlockExtremes] {
    var sums = Array(repeating: BlockExtremes(), count: warehouseCount)
    for block in blocks { sums[block.warehouse] += block.extremes }
    for item in coupled {
      for index in item.pairs.indices {
        let pair = item.pairs[index].pair
        sums[pair.warehouse] += item.extremes(index, kappa: kappa)
      }
    }
    return sums
  }
}
