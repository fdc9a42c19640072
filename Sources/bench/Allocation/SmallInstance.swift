import Allocation
import TestSupport

/// At most 20 SKUs in up to ten warehouses, in packs, with limits around what some lots take: small
/// enough for an exact solver.
struct SmallInstance {
  let seed: UInt64
  private(set) var pairs: [Pair] = []
  private(set) var limits: Limits

  private static let mostWarehouses = 10.0, mostSKUs = 20.0
  /// How much more there is than the drawn lots take at most, as a share; below 0 it is less.
  private static let slacks = [0, 0.1, -0.05, -0.2]
  /// The share of limits that are there at all, where lines are among them.
  private static let share = 0.7
  /// Where lots are bounded: how many packs above the smallest at most.
  private static let mostPacks = 40.0

  /// Draws it. Without lines all spaces and cash are limited; with them each limit is there or not.
  init(seed: UInt64, hasLines: Bool) {
    self.seed = seed
    var random = SplitMix64(seed: seed)
    let warehouses = 1 + Int(random.uniform() * Self.mostWarehouses)
    let skus = 1 + Int(random.uniform() * Self.mostSKUs)
    let instance = GeneratedInstance(
      skus: skus, warehouses: warehouses, seed: random.next(),
      packLimit: GeneratedInstance.packs.last)
    limits = Limits(warehouseCount: warehouses, kappa: 0.5 + 0.5 * random.uniform())
    var (space, orders) = (limits.space.map { _ in 0.0 }, limits.space.map { _ in 0.0 })
    var cash = 0.0
    for drawn in (0..<skus).flatMap({ instance.pairs(sku: $0) }) {
      let pair = Self.bounded(drawn, &random)
      pairs.append(pair)
      let lot = Self.lot(of: pair, &random)
      space[pair.warehouse] += pair.volume * (limits.kappa * lot + pair.safetyStock)
      orders[pair.warehouse] += pair.demand / lot
      cash += pair.unitCost * (lot / 2 + pair.safetyStock)
    }
    let slack = Self.slacks[Int(seed % UInt64(Self.slacks.count))]
    func some(_ taken: Double) -> Double {
      let isThere = !hasLines || random.uniform() < Self.share
      // A shard's columns are `Float`: what lots take may differ in the seventh digit.
      let limit = taken * (1 + slack * random.uniform() + 1e-6)
      return isThere ? limit : .infinity
    }
    for warehouse in 0..<warehouses {
      limits.space[warehouse] = some(space[warehouse])
      if hasLines { limits.linesPerDay[warehouse] = some(orders[warehouse]) / 365 }
    }
    limits.cash = some(cash)
  }

  /// The pair as a shard keeps it, with safety stock and a largest lot.
  private static func bounded(_ drawn: Pair, _ random: inout SplitMix64) -> Pair {
    func kept(_ value: Double) -> Double { Double(Float(value)) }
    var pair = drawn
    pair.demand = kept(pair.demand)
    pair.orderCost = kept(pair.orderCost)
    pair.holdingCost = kept(pair.holdingCost)
    pair.unitCost = kept(pair.unitCost)
    pair.volume = kept(pair.volume)
    pair.safetyStock = kept(5 * random.uniform())
    pair.largestLot = pair.smallestLot + pair.pack * (Self.mostPacks * random.uniform()).rounded()
    return pair
  }

  /// A lot that somebody might have.
  private static func lot(of pair: Pair, _ random: inout SplitMix64) -> Double {
    let free = (2 * pair.demand * pair.orderCost / pair.holdingCost).squareRoot()
    let wanted = (free * (0.3 + random.uniform()) / pair.pack).rounded() * pair.pack
    return min(max(wanted, pair.smallestLot), pair.largestLot)
  }

  /// What the search and the repair make of it.
  enum Answer {
    case plan(PackPlan)
    case broken([BrokenLimit])
    case impossible(share: Double)
  }

  func answer() throws -> Answer {
    let shard = try PairShard(warehouseCount: limits.warehouseCount, pairs: pairs)
    let extremes = shard.extremes(kappa: limits.kappa)
    let broken = limits.broken(by: extremes)
    guard broken.isEmpty else { return .broken(broken) }
    var settings = PriceSearch.Settings()
    settings.hasPacks = true
    var search = try PriceSearch(limits: limits, extremes: extremes, settings: settings)
    var move = PriceSearch.Move.ask(search.prices)
    while case .ask(let prices) = move {
      move = search.step(
        shard.sums(prices, kappa: limits.kappa, hasLines: limits.hasLines, width: .fastest))
    }
    switch move {
    case .planned(let plan): return .plan(PackPlan(plan))
    case .impossible(_, let share): return .impossible(share: share)
    case .settled(let plan, let sums):
      var repair = PackRepair(
        plan, sums: sums, limits: limits, extremes: extremes, shardCount: 1)
      var next = PackRepair.Move.ask(repair.asked)
      while case .ask(let question) = next {
        next = repair.step([shard.moves(question, shard: 0)])
      }
      guard case .done(let plan) = next else { throw AllocationBenchError.notPlanned("\(next)") }
      return .plan(plan)
    case .ask, .undecided: throw AllocationBenchError.notPlanned("\(move)")
    }
  }
}
