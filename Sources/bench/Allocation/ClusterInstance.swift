import Allocation
import Demand
import Packing
import Replenishment

/// The generated instance as the shards of a cluster, and the document that limits it: space in
/// each of ten warehouses, and cash.
struct ClusterInstance: Sendable {
  static let warehouseCount = 10
  /// The last place of prices is that of locations which are no warehouse: nothing is there.
  static let placeCount = warehouseCount + 1

  let instance: GeneratedInstance
  let shardCount: Int

  init(skus: Int, shardCount: Int) {
    instance = GeneratedInstance(skus: skus, warehouses: Self.warehouseCount)
    self.shardCount = shardCount
  }

  /// The pairs of a shard: as many SKUs in each, to one.
  func shard(_ index: Int) throws(AllocationError) -> PairShard {
    let range = index * instance.skus / shardCount..<(index + 1) * instance.skus / shardCount
    return try PairShard(
      warehouseCount: Self.placeCount, pairs: range.flatMap { instance.pairs(sku: $0) })
  }

  /// All shards, drawn by threads.
  func drawn(threads: Int) throws -> PairThreads {
    try PairThreads(
      shardCount: shardCount, warehouseCount: Self.placeCount, threads: threads, width: .fastest
    ) { try? shard($0) }
  }

  /// The document, in the bits that a cluster keeps.
  func document(of pairs: PairThreads) throws -> PlanningDocument {
    let sums = pairs.sums(
      Prices(warehouseCount: Self.placeCount), Limits(warehouseCount: Self.placeCount))
    let limits = instance.limits(free: Array(sums.prefix(Self.warehouseCount)))
    var document = PlanningDocument()
    document.warehouses = WarehouseList(
      try limits.space.enumerated().map { index, space in
        Warehouse(location: try Location("W\(index)"), capacityCubicMetres: space)
      })
    document.limits.cash = limits.cash
    return try PlanningDocument(packed: document.packed())
  }

  /// Full lots have room, as in the instance whose optimum is known.
  static var policy: PolicySettings {
    var settings = PolicySettings()
    settings.spaceShare = 1
    return settings
  }

  /// Any day will do: nothing is read of what was sold.
  static let day = Day(number: 20_000)
}
