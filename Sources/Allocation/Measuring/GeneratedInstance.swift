import Glibc

/// An instance of any size, the same in every language: SKUs in every warehouse, drawn by
/// SplitMix64 (Steele, Lea and Flood 2014) in the order c, v, S, then D of each warehouse.
public struct GeneratedInstance: Sendable {
  /// The seed of the instances whose optima are known.
  public static let defaultSeed: UInt64 = 0x5EED_2024
  /// SKUs of a shard: a full block for each warehouse.
  public static let shardSKUs = PairBlock.capacity
  /// Pack sizes that are drawn from, up to 0.4 of the median unconstrained lot.
  public static let packs = [1.0, 2, 4, 6, 10, 12, 24, 48, 100, 144]

  /// How many SKUs.
  public let skus: Int
  /// How many warehouses, all SKUs in each.
  public let warehouses: Int
  /// What all is drawn from.
  public let seed: UInt64
  /// Packs and smallest lots of 1 to 3 packs, from draws of their own; none where nil.
  public var packLimit: Double?
  /// Whether each pair has the safety stock of a fill rate, so that lots and stocks are coupled.
  public var hasFillRates = false

  /// Says how large; nothing is drawn yet.
  public init(
    skus: Int, warehouses: Int = 10, seed: UInt64 = GeneratedInstance.defaultSeed,
    packLimit: Double? = nil
  ) {
    self.skus = skus
    self.warehouses = warehouses
    self.seed = seed
    self.packLimit = packLimit
  }

  /// Draw `index` (from 0), in 0..<1.
  private func draw(_ index: Int, seed: UInt64) -> Double {
    var z = seed &+ UInt64(truncatingIfNeeded: index + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Double(z >> 11) * 0x1p-53
  }

  /// A SKU's pairs.
  public func pairs(sku: Int) -> [Pair] {
    let first = sku * (3 + warehouses)
    let unitCost = 2 * pow(100, draw(first, seed: seed))
    let volume = 0.0005 * pow(100, draw(first + 1, seed: seed))
    let orderCost = 10 + 40 * draw(first + 2, seed: seed)
    return (0..<warehouses).map { warehouse in
      var pair = Pair(
        sku: sku, warehouse: warehouse,
        demand: 5 * pow(1000, draw(first + 3 + warehouse, seed: seed)), orderCost: orderCost,
        holdingCost: 0.25 * unitCost + 20 * volume, unitCost: unitCost, volume: volume)
      if let packLimit {
        let sizes = Self.packs.prefix { $0 <= max(1, packLimit) }
        let at = 2 * (sku * warehouses + warehouse)
        pair.pack = sizes[Int(draw(at, seed: ~seed) * Double(sizes.count))]
        pair.smallestLot = pair.pack * (1 + (3 * draw(at + 1, seed: ~seed)).rounded(.down))
      }
      return pair
    }
  }

  /// With packs up to 0.4 of the median unconstrained lot, told from the first SKUs.
  public static func withPacks(
    skus: Int, warehouses: Int = 10, seed: UInt64 = GeneratedInstance.defaultSeed
  ) -> GeneratedInstance {
    var instance = GeneratedInstance(skus: skus, warehouses: warehouses, seed: seed)
    let lots = (0..<min(skus, 5000)).flatMap { sku in
      instance.pairs(sku: sku).map { pair in
        (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
      }
    }.sorted()
    instance.packLimit = 0.4 * lots[lots.count / 2]
    return instance
  }

  /// The same without packs.
  public var free: GeneratedInstance {
    GeneratedInstance(skus: skus, warehouses: warehouses, seed: seed)
  }

  /// How many shards hold them all.
  public var shardCount: Int { (skus + Self.shardSKUs - 1) / Self.shardSKUs }

  /// The pairs of a shard.
  public func shard(_ index: Int) throws(AllocationError) -> PairShard {
    let range = index * Self.shardSKUs..<min(skus, (index + 1) * Self.shardSKUs)
    guard hasFillRates else {
      return try PairShard(warehouseCount: warehouses, pairs: range.flatMap { pairs(sku: $0) })
    }
    let items = range.map { sku in
      CoupledItem(pairs: pairs(sku: sku).map { filled($0, sku) })
    }
    return try PairShard(warehouseCount: warehouses, pairs: [Pair](), coupled: items)
  }

  private static let scores = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99].map {
    NormalDistribution.quantile($0)
  }

  /// A pair with a lead time of 7 to 28 days, demand twice as spread as Poisson's with a longer
  /// tail above, and a fill rate of 0.95 to 0.99; from draws of their own.
  private func filled(_ pair: Pair, _ sku: Int) -> CoupledPair {
    let at = 2 * (sku * warehouses + pair.warehouse)
    let days = 7 + 21 * draw(at, seed: seed ^ 0xF111)
    let mean = pair.demand * days / 365
    let deviation = 2 * mean.squareRoot()
    var coupled = CoupledPair(pair)
    coupled.service = .fill(
      target: 0.95 + 0.04 * draw(at + 1, seed: seed ^ 0xF111),
      curve: ServiceCurve(
        mean: mean, scores: Self.scores,
        quantiles: Self.scores.map { max(0, mean + deviation * ($0 + 0.1 * ($0 * $0 - 1))) }))
    return coupled
  }

  /// Space for 0.50, 0.55, ... of what full unconstrained lots take, and cash for 0.75 of what half
  /// of them do. `free` are the sums without prices, bounds or packs. Where fill rates are kept,
  /// safety stocks have space and cash besides, a tenth more than without prices.
  public func limits(free: [LimitSums]) -> Limits {
    var limits = Limits(warehouseCount: warehouses, kappa: 1)
    for (warehouse, sum) in free.enumerated() {
      limits.space[warehouse] = (0.5 + 0.05 * Double(warehouse)) * sum.volume
      limits.space[warehouse] += 1.1 * sum.safetyVolume
    }
    limits.cash = 0.75 * free.reduce(0) { $0 + $1.cash } / 2
    limits.cash += 1.1 * free.reduce(0) { $0 + $1.safetyCash }
    return limits
  }
}
