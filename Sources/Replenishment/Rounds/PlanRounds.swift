import Allocation
import Demand
import Packing

/// The coordinator's side of pricing: questions out to all shards, their answers in, until there is
/// a plan.
///
///     values ──► extremes ──► worst* ──► sums* ──► moves* ──► names ──► releases* ──► planned
///     classes    limits that   who        prices    packs      of what   what today's
///     are asked  lots break    breaks                          moved     limits hold back
///     for        alone         them
///
/// A stage that nothing asks for is left out. Limits that no lots keep are widened to what is
/// needed, and named: a marketplace has to order on such a day too.
public struct PlanRounds: Sendable {
  /// What comes next.
  public enum Move {
    /// The same question to every shard.
    case ask([UInt8])
    /// The end: what all shards share, and the moved lots of single shards.
    case planned(PricedPlan, moved: [Int: [MovedLot]])
    /// There is no plan, and why.
    case failed(String)
  }

  private enum Stage {
    case values
    case extremes
    case worst(of: Int)
    case sums(PriceSearch)
    case moves(PackRepair)
    case names
    case releases(ReleaseSelection)
  }

  /// How often limits that break together are widened before it is given up.
  private static let wideningLimit = 24
  /// What they are widened by beyond the share that is proven to be missing.
  private static let wideningSlack = 1e-3

  private let context: PlanContext
  private let shardCount: Int
  private var stage = Stage.values
  private var limits: Limits
  private var extremes: [BlockExtremes] = []
  private var hasPacks = false
  private var plan: PricedPlan
  private var changes: [PairPlace: Double] = [:]
  private var moved: [Int: [MovedLot]] = [:]
  private var widenings = 0

  /// Nothing is asked yet.
  public init(_ planning: ItemPlanning, shardCount: Int) {
    context = planning.context
    self.shardCount = shardCount
    plan = planning.plan
    limits = plan.limits
  }

  // MARK: The way through the stages

  /// The first question.
  public mutating func begin() -> Move {
    guard context.usesValueClasses else { return priceLimits() }
    stage = .values
    return ask(.values)
  }

  /// Takes the answers of all shards, in their order.
  public mutating func take(_ answers: [[UInt8]]) -> Move {
    guard answers.count == shardCount else {
      return .failed("\(answers.count) shards answered, there are \(shardCount)")
    }
    do throws(PackingError) {
      switch stage {
      case .values: return try takeValues(answers)
      case .extremes: return try takeExtremes(answers)
      case .worst(let index): return try takeWorst(answers, of: index)
      case .sums(let search): return try takeSums(answers, search)
      case .moves(let repair): return try takeMoves(answers, repair)
      case .names: return try takeNames(answers)
      case .releases(let selection): return try takeReleases(answers, selection)
      }
    } catch {
      return .failed("an answer of a shard makes no sense: \(error)")
    }
  }

  private func ask(_ ask: PlanQuestion.Ask) -> Move {
    .ask(PlanQuestion(classBounds: plan.classBounds, ask: ask).packed())
  }

  private mutating func takeValues(_ answers: [[UInt8]]) throws(PackingError) -> Move {
    var sum = ValueCounts()
    for answer in answers { sum += try ValueCounts(packed: answer) }
    plan.classBounds = sum.bounds
    return priceLimits()
  }

  // MARK: Limits

  private mutating func priceLimits() -> Move {
    guard limits.isAny else { return releaseToday() }
    stage = .extremes
    return ask(.extremes)
  }

  private mutating func takeExtremes(_ answers: [[UInt8]]) throws(PackingError) -> Move {
    extremes = Array(repeating: BlockExtremes(), count: limits.warehouseCount)
    for bytes in answers {
      let answer = try ExtremesAnswer(packed: bytes, warehouses: limits.warehouseCount)
      hasPacks = hasPacks || answer.hasPacks
      for index in extremes.indices { extremes[index] += answer.extremes[index] }
    }
    for broken in limits.broken(by: extremes) {
      plan.unkept.append(
        UnkeptLimit(
          limit: broken.limit, needed: broken.needed, available: broken.available, isJoint: false))
      limits[broken.limit] = max(broken.needed * (1 + Self.wideningSlack), Bounds.dust)
    }
    return nextWorst(from: 0)
  }

  /// Asks for the SKUs behind the next limit that nothing keeps; then prices are searched.
  private mutating func nextWorst(from index: Int) -> Move {
    guard index < plan.unkept.count else { return search() }
    stage = .worst(of: index)
    return ask(.worst(plan.unkept[index].limit))
  }

  private mutating func takeWorst(
    _ answers: [[UInt8]], of index: Int
  ) throws(PackingError) -> Move {
    var needs: [UnkeptLimit.Need] = []
    for answer in answers { needs += try [UnkeptLimit.Need](packed: answer) }
    plan.unkept[index].worst = Array(
      needs.sorted { ($0.needed, $1.sku) > ($1.needed, $0.sku) }.prefix(UnkeptLimit.worstCount))
    return nextWorst(from: index + 1)
  }

  private mutating func search() -> Move {
    var wanted = PriceSearch.Settings()
    wanted.hasPacks = hasPacks
    do throws(AllocationError) {
      let search = try PriceSearch(limits: limits, extremes: extremes, settings: wanted)
      stage = .sums(search)
      return askSums(search.prices)
    } catch {
      return .failed("the limits cannot be planned with: \(error)")
    }
  }

  private func askSums(_ prices: Prices) -> Move {
    ask(.sums(prices, hasLines: limits.hasLines))
  }

  private mutating func takeSums(
    _ answers: [[UInt8]], _ before: PriceSearch
  ) throws(PackingError) -> Move {
    var round = RoundSums(shardCount: answers.count, warehouseCount: limits.warehouseCount)
    for (shard, answer) in answers.enumerated() {
      let sums = try [LimitSums](packed: answer)
      guard sums.count == limits.warehouseCount else { throw .invalid(what: "sums") }
      round.take(sums, shard: shard)
    }
    guard let total = round.total else { return .failed("a shard did not answer") }
    var search = before
    switch search.step(total) {
    case .ask(let prices):
      stage = .sums(search)
      return askSums(prices)
    case .planned(let priced): return finish(PackPlan(priced), verdict: .kept)
    case .settled(let priced, let sums):
      let repair = PackRepair(
        priced, sums: sums, limits: limits, extremes: extremes, shardCount: shardCount)
      stage = .moves(repair)
      return ask(.moves(repair.asked))
    case .impossible(let ray, let share): return widen(ray, by: share)
    case .undecided(let priced): return finish(PackPlan(priced), verdict: .undecided)
    }
  }

  /// Widens the limit that counts most of those that break together, by what is proven to be
  /// missing of all: to name one that would do helps more than to name all of them.
  private mutating func widen(_ ray: Prices, by share: Double) -> Move {
    func worth(_ limit: Limit) -> Double { ray[limit] * limits[limit] }
    let priced = limits.priced(by: ray)
    widenings += 1
    guard share < 1, widenings <= Self.wideningLimit,
      let limit = priced.max(by: { worth($0) < worth($1) }), worth(limit) > 0
    else {
      return .failed("limits on space, lines and cash contradict each other beyond repair")
    }
    let missing = priced.reduce(0) { $0 + worth($1) } * share / (1 - share)
    // What is proven to be missing is the least: the longer it goes on, the more is added to it.
    let slack = Self.wideningSlack * Double(1 << min(widenings, 20))
    let needed = (limits[limit] + missing / ray[limit]) * (1 + slack)
    limits[limit] = needed
    let known = plan.unkept.firstIndex { $0.limit == limit }
    let unkept = UnkeptLimit(
      limit: limit, needed: needed, available: plan.limits[limit],
      isJoint: known.map { plan.unkept[$0].isJoint } ?? true,
      worst: known.map { plan.unkept[$0].worst } ?? [])
    if let known { plan.unkept[known] = unkept } else { plan.unkept.append(unkept) }
    return search()
  }

  // MARK: Packs

  private mutating func takeMoves(
    _ answers: [[UInt8]], _ before: PackRepair
  ) throws(PackingError) -> Move {
    var offers: [[PackMove]] = []
    for (shard, answer) in answers.enumerated() {
      let moves = try [PackMove](packed: answer)
      guard moves.allSatisfy({ $0.place.shard == shard && $0.warehouse < limits.warehouseCount })
      else { throw .invalid(what: "moves of other pairs") }
      offers.append(moves)
    }
    var repair = before
    switch repair.step(offers) {
    case .ask(let question):
      stage = .moves(repair)
      return ask(.moves(question))
    case .done(let packed):
      return finish(packed, verdict: packed.isFeasible ? .kept : .undecided)
    }
  }

  private mutating func finish(_ packed: PackPlan, verdict: Certificate.Verdict) -> Move {
    plan.prices = packed.prices
    plan.certificate.verdict = verdict
    plan.certificate.cost = packed.cost
    plan.certificate.bound = packed.bound
    plan.certificate.passes = packed.passes
    plan.certificate.repairRounds = packed.rounds
    plan.certificate.moved = packed.changes.count
    changes = packed.changes
    guard !changes.isEmpty else { return releaseToday() }
    stage = .names
    return ask(.names(changes))
  }

  private mutating func takeNames(_ answers: [[UInt8]]) throws(PackingError) -> Move {
    for (shard, answer) in answers.enumerated() {
      let lots = try [MovedLot](packed: answer)
      if !lots.isEmpty { moved[shard] = lots }
    }
    return releaseToday()
  }

  // MARK: Today

  private mutating func releaseToday() -> Move {
    var selection = ReleaseSelection(
      context.document, share: context.settings.releaseShare)
    return goOn(selection.begin(), selection)
  }

  private mutating func takeReleases(
    _ answers: [[UInt8]], _ before: ReleaseSelection
  ) throws(PackingError) -> Move {
    var selection = before
    return goOn(try selection.step(answers), selection)
  }

  private mutating func goOn(
    _ step: ReleaseSelection.Step, _ selection: ReleaseSelection
  ) -> Move {
    switch step {
    case .ask(let question):
      stage = .releases(selection)
      // Whose lots break which limit is nothing that shards go by, and the names may be many.
      var asked = plan
      asked.unkept = []
      return ask(.releases(asked, changes, question))
    case .settled(let thresholds):
      plan.release = thresholds
      return .planned(plan, moved: moved)
    }
  }
}
