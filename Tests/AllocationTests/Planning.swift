import Testing

@testable import Allocation

/// Shards that are asked in one process, as workers would be.
struct Planning {
  var shards: [PairShard]
  var limits: Limits
  var width = LaneWidth.fastest

  init(_ instance: GeneratedInstance) throws {
    limits = Limits(warehouseCount: instance.warehouses, kappa: 1)
    func drawn(_ instance: GeneratedInstance) throws -> [PairShard] {
      try (0..<instance.shardCount).map { index in try instance.shard(index) }
    }
    shards = try drawn(instance.free)
    limits = instance.limits(free: sums(Prices(warehouseCount: instance.warehouses)))
    if instance.packLimit != nil { shards = try drawn(instance) }
  }

  init(_ pairs: [Pair], coupled: [CoupledItem] = [], limits: Limits) throws {
    shards = [
      try PairShard(warehouseCount: limits.warehouseCount, pairs: pairs, coupled: coupled)
    ]
    self.limits = limits
  }

  func sums(_ prices: Prices) -> [LimitSums] {
    var sums = Array(repeating: LimitSums(), count: limits.warehouseCount)
    for shard in shards {
      let own = shard.sums(prices, kappa: limits.kappa, hasLines: limits.hasLines, width: width)
      for (warehouse, sum) in own.enumerated() { sums[warehouse] += sum }
    }
    return sums
  }

  var extremes: [BlockExtremes] {
    var sums = Array(repeating: BlockExtremes(), count: limits.warehouseCount)
    for shard in shards {
      for (warehouse, extremes) in shard.extremes(kappa: limits.kappa).enumerated() {
        sums[warehouse] += extremes
      }
    }
    return sums
  }

  /// Asks until the search has an answer.
  func search(_ settings: PriceSearch.Settings = PriceSearch.Settings()) throws -> PriceSearch.Move
  {
    var search = try PriceSearch(limits: limits, extremes: extremes, settings: settings)
    while true {
      let move = search.step(sums(search.prices))
      guard case .ask = move else { return move }
    }
  }

  func plan(_ settings: PriceSearch.Settings = PriceSearch.Settings()) throws -> PricePlan {
    let move = try search(settings)
    guard case .planned(let plan) = move else { throw Unplanned(move: move) }
    return plan
  }

  struct Unplanned: Error { let move: PriceSearch.Move }

  /// The lots of a plan, by block.
  func lots(_ prices: Prices) -> [(pair: Pair, lot: Double)] {
    shards.flatMap(\.blocks).flatMap { block in
      let at = BlockPrices(prices, warehouse: block.warehouse, kappa: limits.kappa)
      return (0..<block.count).map { (block[$0], ScalarPass.lot(block[$0], at).lot) }
    }
  }
}
