/// The coordinator's side of a plan: takes the sums of a pass, says the prices of the next.
///
///     ask --sums--> better ............ new prices from the model
///                   worse ............. between the two (the dual is concave)
///                   within the gap .... finished: planned
///                   ray ............... finished: no lots keep these limits
///
/// Every pass gives a lower bound, whatever its prices. A pass whose lots keep all limits gives a
/// plan; prices aim a little below the limits, so that the last step lands on the right side.
public struct PriceSearch: Sendable {
  /// What comes next.
  public enum Move: Equatable, Sendable {
    /// A pass at these prices.
    case ask(Prices)
    /// The lots at these prices are the plan.
    case planned(PricePlan)
    /// Lots come in packs, and no prices were found that promise more: what the lots at the prices
    /// of the best bound exceed, `PackRepair` takes back. With their sums.
    case settled(PricePlan, sums: [LimitSums])
    /// No lots within their bounds keep all limits: of what they take together, priced so, this
    /// share at least is not there.
    case impossible(ray: Prices, share: Double)
    /// Passes ran out before any lots kept the limits.
    case undecided(PricePlan)
  }

  /// When to be content.
  public struct Settings: Equatable, Sendable {
    /// Of cost less bound to bound.
    public var gap = 1e-6
    /// Passes at most.
    public var passLimit = 60

    /// Whether lots come in packs. Then a use jumps, and no prices meet the limits: the search ends
    /// when passes do not raise the bound by more than a tenth of the gap any more.
    public var hasPacks = false

    /// 1e-6 in at most 60 passes.
    public init() {}
  }

  /// Without a plan by this pass, it is asked whether there is one, and again as passes double.
  private static let firstDoubt = 10

  /// A step that failed twice is shortened by damping that grows until one succeeds.
  private static let firstDamping = 0.1, dampingGrowth = 8.0

  /// Passes without a gain after which prices of packs are settled; those of which none could be
  /// expected count for half of them.
  private static let patience = 8
  /// The share of what the limits are worth that is overdrawn beyond all rounding.
  private static let provenOverdraft = 1e-10
  /// The share of a limit by which packs may exceed it without doubts.
  private static let packExcess = 0.01

  private let limits: Limits
  private let extremes: [BlockExtremes]
  private let settings: Settings
  private var asked: Prices
  /// Where the model was last made, and the best plan yet.
  private var base: Standing?
  private var plan: PricePlan
  private var nextDoubt = PriceSearch.firstDoubt
  private var afterDoubt: Move?
  /// How many passes since then gained nothing, and what is done about it.
  private var failures = 0
  private var damping = 0.0
  /// For packs: where the bound was best, and how many passes did not raise it.
  private var best: Standing?
  private var stale = 0

  /// Starts without prices, or from those of a plan that was much the same. Extremes are by
  /// warehouse.
  public init(
    limits: Limits, extremes: [BlockExtremes], start: Prices? = nil,
    settings: Settings = Settings()
  ) throws(AllocationError) {
    try limits.check()
    precondition(extremes.count == limits.warehouseCount, "extremes of other warehouses")
    self.limits = limits
    self.extremes = extremes
    self.settings = settings
    asked = start ?? Prices(warehouseCount: limits.warehouseCount)
    precondition(asked.warehouseCount == limits.warehouseCount, "prices of other warehouses")
    plan = PricePlan(prices: asked)
  }

  /// The prices of the pass whose sums are awaited.
  public var prices: Prices { asked }

  /// Takes the sums of a pass at `prices`, by warehouse.
  public mutating func step(_ sums: [LimitSums]) -> Move {
    let standing = Standing(asked, sums, limits, extremes)
    plan.passes += 1
    if asked.weight == 0 { return answer(doubt: standing) }
    let before = plan.bound
    plan.take(standing)
    if plan.bound > before { best = standing }
    if plan.gap <= settings.gap { return .planned(plan) }
    // No lots cost more than the dearest, so what the dual is above them is overdrawn.
    let dearest = extremes.reduce(0) { $0 + $1.mostCost }
    if let move = impossible(standing, overdraft: standing.dual - dearest) { return move }
    let next = next(after: standing)
    if settings.hasPacks {
      count(gain: plan.bound - before, towards: next)
      if stale >= Self.patience || plan.passes >= settings.passLimit { return settle() }
    } else if plan.passes >= settings.passLimit {
      return plan.cost < .infinity ? .planned(plan) : .undecided(plan)
    }
    if plan.cost == .infinity, plan.passes >= nextDoubt {
      nextDoubt *= 2
      return doubt(standing, then: .ask(next))
    }
    return ask(next)
  }

  private mutating func ask(_ prices: Prices) -> Move {
    asked = prices
    return .ask(prices)
  }

  /// Asks whether the limits can be kept at all, before what would come next.
  private mutating func doubt(_ standing: Standing, then move: Move) -> Move {
    afterDoubt = move
    var prices = standing.prices
    prices.weight = 0
    return ask(prices)
  }

  /// The least that the priced limits are overdrawn by. If that is more than nothing, every plan
  /// breaks one of them.
  private mutating func answer(doubt standing: Standing) -> Move {
    if let move = impossible(standing, overdraft: standing.dual) { return move }
    guard let move = afterDoubt else { return .undecided(plan) }
    if case .ask(let prices) = move { asked = prices }
    return move
  }

  /// That every plan breaks a limit, where all take more than there is by `overdraft` at least.
  private func impossible(_ standing: Standing, overdraft: Double) -> Move? {
    guard overdraft > Self.provenOverdraft * abs(standing.worth) else { return nil }
    var ray = standing.prices
    ray.weight = 0
    return .impossible(
      ray: ray, share: overdraft / max(overdraft + standing.worth, overdraft))
  }

  /// The dual is concave, so its slope towards the next prices is the most that they can gain.
  private mutating func count(gain: Double, towards next: Prices) {
    let least = settings.gap * abs(plan.bound)
    guard gain <= least / 10 else { return stale = 0 }
    stale += base.map { $0.slope(towards: next) > least } ?? true ? 1 : Self.patience / 2
  }

  /// Few lots more or less make up for what packs exceed. Where it is more, there may be no plan.
  private mutating func settle() -> Move {
    guard let best, plan.cost == .infinity, best.worstExcess > Self.packExcess else {
      return .settled(plan, sums: best?.sums ?? [])
    }
    return doubt(best, then: .settled(plan, sums: best.sums))
  }

  private mutating func next(after standing: Standing) -> Prices {
    if let base, !isBetter(standing, than: base) {
      failures += 1
      if failures == 1, base.slope(towards: standing.prices) > 0 { return between(base, standing) }
      damping = max(Self.firstDamping, damping * Self.dampingGrowth)
    } else {
      base = standing
      failures = 0
      damping = damping <= Self.firstDamping ? 0 : damping / Self.dampingGrowth
    }
    let from = base ?? standing
    let room = from.worth
    // A third of the gap is given away on purpose.
    let reserve = room > 0 ? min(1e-3, settings.gap * abs(from.dual) / (3 * room)) : 1e-7
    return PriceModel(from, kappa: limits.kappa, reserve: reserve, damping: damping).best()
  }

  /// A step counts when the dual gained, or lost no more than rounding.
  private func isBetter(_ standing: Standing, than base: Standing) -> Bool {
    standing.dual >= base.dual - 1e-12 * abs(base.dual)
  }

  /// Where the slope along the step would vanish if it fell evenly.
  private func between(_ base: Standing, _ overshot: Standing) -> Prices {
    let start = base.slope(towards: overshot.prices)
    let end = -overshot.slope(towards: base.prices)
    let share = min(max(start > 0 && end < 0 ? start / (start - end) : 0.5, 0.05), 0.8)
    var prices = base.prices
    func mix(_ from: Double, _ to: Double) -> Double { from + share * (to - from) }
    for warehouse in prices.space.indices {
      prices.space[warehouse] = mix(prices.space[warehouse], overshot.prices.space[warehouse])
      prices.lines[warehouse] = mix(prices.lines[warehouse], overshot.prices.lines[warehouse])
    }
    prices.cash = mix(prices.cash, overshot.prices.cash)
    return prices
  }
}
