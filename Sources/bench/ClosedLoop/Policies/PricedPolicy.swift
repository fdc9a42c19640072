import Allocation
import Demand
import Glibc
import Replenishment

/// What a pair is kept by until the next forecast.
struct PricedTerms: Sendable {
  var reorderPoint = 0.0
  var safety = 0.0
  var lot = 0.0
  /// Expected demand a day, and its spread over lead time and review.
  var mean = 0.0, spread = 1.0
}

/// Lots and reorder points by least cost under the shared limits: each week from new forecasts,
/// with prices of space and cash; each day released only as far as there will be room.
struct PricedPolicy: InventoryPolicy {
  /// How service is asked for: the knob of the policy.
  enum Service: Sendable {
    /// By what a missing unit costs: an amount, or a share of its price.
    case shortage(Double), shareOfPrice(Double)
    /// By the standard score of the probability that demand over lead time is met.
    case level(score: Double)

    /// Each with the name of its knob, and where a search of it may start.
    static let all: [Knob] = [
      Knob(name: "unit", start: 1.2, step: 0.4) { .shortage(exp2($0)) },
      Knob(name: "price", start: -3.7, step: 0.4) { .shareOfPrice(exp2($0)) },
      Knob(name: "level", start: 1.5, step: 0.3) { .level(score: $0) },
    ]
  }

  struct Knob: Sendable {
    let name: String
    let start: Double, step: Double
    let make: @Sendable (Double) -> Service
  }

  struct Settings: Sendable {
    var service = Service.shortage(1)
    /// What is planned with, of each limit.
    var usable = 0.97
    /// What lots and safety stocks take of each limit on average: lots do not come evenly.
    var planned = 0.9
    var hasLimits = true
    /// Levels beyond the forecast's own quantiles are not trusted.
    var levels = 0.3...0.999
  }

  let settings: Settings
  private let book: ForecastBook
  private var terms: [PricedTerms]
  /// Expected demand of the next days, summed, by pair and day of the forecast.
  private var ahead: [Float]
  private var prices: Prices
  /// Orders that had to wait or to shrink, for the report.
  private(set) var heldBack = 0

  private static let daysPerYear = 365.0

  init(_ world: LoopWorld, book: ForecastBook, settings: Settings) {
    self.settings = settings
    self.book = book
    terms = Array(repeating: PricedTerms(), count: world.pairs.count)
    ahead = Array(repeating: 0, count: world.pairs.count * (ForecastBook.horizon + 1))
    prices = Prices(warehouseCount: world.warehouses.count)
  }

  var name: String { settings.hasLimits ? "priced" : "priced, no limits" }

  mutating func orders(_ state: LoopState) -> [LoopOrder] {
    let next = state.day + 1
    if state.day == 0 || (next % ForecastBook.interval == 0 && next < state.world.days) {
      plan(state.world, week: next / ForecastBook.interval)
    }
    var due: [ReleaseRoom.Candidate] = []
    for (pair, terms) in terms.enumerated() where terms.lot > 0 {
      let position = state.position(pair)
      guard position <= terms.reorderPoint else { continue }
      let item = state.world.item(of: pair)
      let lots = ((terms.reorderPoint - position) / terms.lot).rounded(.down) + 1
      // Whole lots only as far as they must: what is missing beyond one lot comes in packs.
      let units = item.order(
        atLeast: max(
          terms.lot,
          lots > 1
            ? terms.reorderPoint - position + terms.lot / 2 : terms.lot))
      due.append(
        .init(
          order: LoopOrder(pair: pair, units: units),
          urgency: (terms.reorderPoint - position) / max(1e-9, terms.spread)))
    }
    guard settings.hasLimits else { return due.map(\.order) }
    let since = next % ForecastBook.interval
    var room = ReleaseRoom(state, usable: settings.usable) { [ahead] pair, days in
      let row = pair * (ForecastBook.horizon + 1)
      let upTo = min(ForecastBook.horizon, days + since)
      return Double(ahead[row + upTo] - ahead[row + since])
    }
    let released = room.release(due, state)
    heldBack += due.count - released.count
    return released
  }

  /// Reorder points by what a missing unit costs, lots by what ordering does, both with the prices
  /// of what they take; prices follow what is taken, a little every week.
  private mutating func plan(_ world: LoopWorld, week: Int) {
    let demands = world.pairs.indices.map { pair in
      let demand = LeadTimeDemand(book.forecast(pair, week: week))
      for days in 0...ForecastBook.horizon {
        ahead[pair * (ForecastBook.horizon + 1) + days] = Float(demand.mean(days: days))
      }
      return demand
    }
    for _ in 0..<(settings.hasLimits ? (week == 0 ? 40 : 6) : 1) {
      var space = Array(repeating: 0.0, count: world.warehouses.count)
      var cash = 0.0
      for (pair, demand) in demands.enumerated() {
        let kept = terms(demand, pair, world)
        terms[pair] = kept
        let item = world.item(of: pair)
        let stock = kept.lot / 2 + kept.safety
        space[world.pairs[pair].warehouse] += stock * item.volumeCubicMetres
        cash += stock * item.unitCost
      }
      guard settings.hasLimits else { break }
      func next(_ price: Double, _ taken: Double, _ room: Double, least: Double) -> Double {
        let share = taken / (settings.planned * room)
        let moved = max(price, least) * min(1.3, max(0.75, share))
        return moved < least ? 0 : moved
      }
      for (index, warehouse) in world.warehouses.enumerated() {
        prices.space[index] = next(
          prices.space[index], space[index], warehouse.capacityCubicMetres, least: 1)
      }
      prices.cash = next(prices.cash, cash, world.cash, least: 0.005)
    }
  }

  private func terms(_ demand: LeadTimeDemand, _ pair: Int, _ world: LoopWorld) -> PricedTerms {
    let item = world.item(of: pair)
    let days = item.leadTimeDays + 1
    var kept = PricedTerms()
    kept.mean = demand.mean(days: ForecastBook.horizon) / Double(ForecastBook.horizon)
    guard kept.mean > 1e-6 else { return PricedTerms() }
    let holding = heldUnit(pair, world)
    let lot = (2 * Self.daysPerYear * kept.mean * item.orderCost / holding).squareRoot()
    kept.lot = item.order(atLeast: packs(free: lot, item) * item.pack)
    let level = level(item, kept, holding: holding)
    let mean = demand.mean(days: days)
    let excess = demand.quantile(days: days, level: level) - mean
    let late = NormalScore.quantile(level) * kept.mean * item.leadTimeDeviation
    let whole = (excess * excess + late * late).squareRoot()
    kept.reorderPoint = max(0, mean + (excess + late < 0 ? -whole : whole)).rounded()
    kept.safety = max(0, kept.reorderPoint - mean)
    let upper = demand.quantile(days: days, level: 0.9) - mean
    kept.spread = (upper * upper + late * late).squareRoot()
    return kept
  }

  /// What a unit costs to hold for a year, with the prices of what it takes.
  private func heldUnit(_ pair: Int, _ world: LoopWorld) -> Double {
    let item = world.item(of: pair)
    return world.holdingCost(pair) + prices.space[world.pairs[pair].warehouse]
      * item.volumeCubicMetres
      + prices.cash * item.unitCost
  }

  /// The best of the grid of packs: the smallest k with k (k + 1) at least the free lot's square.
  private func packs(free lot: Double, _ item: LoopItem) -> Double {
    let squared = (lot / item.pack) * (lot / item.pack)
    return max(1, (((4 * squared + 1).squareRoot() - 1) / 2).rounded(.up))
  }

  private func level(_ item: LoopItem, _ kept: PricedTerms, holding: Double) -> Double {
    let shortage: Double
    switch settings.service {
    case .level(let score): return min(max(NormalScore.probability(score), 0.01), 0.9999)
    case .shortage(let amount): shortage = amount
    case .shareOfPrice(let share): shortage = share * item.price
    }
    // Lost sales: one more unit is held for a cycle, or saves a missing one (Hadley, Whitin 1963).
    let saved = shortage * Self.daysPerYear * kept.mean
    let risk = holding * kept.lot / (saved + holding * kept.lot)
    return min(max(1 - risk, settings.levels.lowerBound), settings.levels.upperBound)
  }
}
