import Allocation
import Demand
import Packing

/// A shard's side of pricing: answers the questions of `PlanRounds` from its SKUs.
///
/// What it holds is made of the shard's rows, the document and the settings alone: whoever loads it
/// gives the same answers, in the same bits.
public struct PlanShard: Sendable {
  /// Shows every SKU of the shard, in order of digest and SKU, each time it is called.
  public typealias Source = (_ body: (ItemCase) throws -> Void) throws -> Void

  private let shard: Int
  private let planning: ItemPlanning
  private var loaded: Loaded?
  private var today: Today?

  /// The pairs, and whose they are.
  private struct Loaded {
    var bounds: ClassBounds?
    var pairs: PairShard
    var owners: PairOwners
  }

  /// What could be released, at the prices and lots that it was worked out for.
  private struct Today {
    var plan: PricedPlan
    var moved: [MovedLot]
    var tally: ReleaseTally
  }

  /// A shard that has read nothing yet.
  public init(shard: Int, planning: ItemPlanning) {
    self.shard = shard
    self.planning = planning
  }

  /// The answer to a question.
  public mutating func answer(_ bytes: [UInt8], from source: Source) throws -> [UInt8] {
    let question = try PlanQuestion(packed: bytes)
    try question.ask.check(planning.plan.warehouses)
    let kappa = planning.plan.limits.kappa
    if case .values = question.ask { return try values(source).packed() }
    if case .releases(let plan, let changes, let release) = question.ask {
      return try tally(plan, changes, source).answer(release)
    }
    let (pairs, owners) = try load(question.classBounds, source)
    switch question.ask {
    case .values, .releases: return []
    case .extremes:
      return ExtremesAnswer(hasPacks: pairs.hasJumps, extremes: pairs.extremes(kappa: kappa))
        .packed()
    case .worst(let limit): return owners.named(pairs.worst(limit, kappa: kappa)).packed()
    case .sums(let prices, let hasLines):
      return pairs.sums(prices, kappa: kappa, hasLines: hasLines).packed()
    case .moves(let repair): return pairs.moves(repair, shard: shard).packed()
    case .names(let changes):
      return try owners.moved(changes, of: pairs, shard: shard).packed()
    }
  }

  private func values(_ source: Source) throws -> ValueCounts {
    var counts = ValueCounts()
    try source { counts.add(planning.annualValue(of: $0)) }
    return counts
  }

  private mutating func load(
    _ bounds: ClassBounds?, _ source: Source
  ) throws -> (pairs: PairShard, owners: PairOwners) {
    if let loaded, loaded.bounds == bounds { return (loaded.pairs, loaded.owners) }
    var plan = planning.plan
    plan.classBounds = bounds
    let planning = planning.under(plan, moved: [])
    var owners = PairOwners(warehouses: plan.warehouses)
    var plain: [Pair] = []
    var coupled: [CoupledItem] = []
    try source { item in
      let policies = planning.policies(of: item)
      let problem = policies.problem(number: owners.count, warehouse: planning.place(of:))
      owners.add(item.sku, policies.locations, problem, place: planning.place(of:))
      plain += problem.plain
      coupled += problem.coupled
    }
    let pairs = try PairShard(
      warehouseCount: plan.warehouses.count + 1, pairs: plain, coupled: coupled)
    loaded = Loaded(bounds: bounds, pairs: pairs, owners: owners)
    return (pairs, owners)
  }

  private mutating func tally(
    _ plan: PricedPlan, _ changes: [PairPlace: Double], _ source: Source
  ) throws -> ReleaseTally {
    var moved: [MovedLot] = []
    if changes.keys.contains(where: { $0.shard == shard }) {
      let (pairs, owners) = try load(plan.classBounds, source)
      moved = try owners.moved(changes, of: pairs, shard: shard)
    }
    if let today, today.plan == plan, today.moved == moved { return today.tally }
    let planning = planning.under(plan, moved: moved)
    var tally = ReleaseTally(warehouses: plan.warehouses.count)
    try source { planning.count($0, into: &tally) }
    today = Today(plan: plan, moved: moved, tally: tally)
    return tally
  }
}
