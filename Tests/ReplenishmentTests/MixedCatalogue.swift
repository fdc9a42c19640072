import Demand
import TestSupport

@testable import Replenishment

/// A catalogue of all that pricing knows: plain SKUs, packs, breaks, scarce supply, fill rates,
/// rules, places that are no warehouse, SKUs that sell nothing; and shards of it that are asked.
struct MixedCatalogue {
  static let shardCount = 5

  var cases: [ItemCase] = []
  var settings = PolicySettings()
  var document = PlanningDocument()
  var scenario: Scenario?

  /// Three warehouses without limits; a fourth place is none.
  init(seed: UInt64, skus: Int = 600) throws {
    var random = SplitMix64(seed: seed)
    let places = try ["Brno", "Gdynia", "Lyon", "Oporto"].map { try Location($0) }
    document.warehouses = WarehouseList(
      places.prefix(3).map { Warehouse(location: $0, storageCostPerCubicMetreYear: 20) })
    var fill = PolicyRule(scope: try PolicyScope(text: "category=toys"))
    (fill.serviceType, fill.serviceLevel) = (.fill, 0.97)
    var fixed = PolicyRule(scope: try PolicyScope(text: "sku=S-7"))
    fixed.fixedLot = 33
    var never = PolicyRule(scope: try PolicyScope(text: "sku=S-8 location=Lyon"))
    never.doNotStock = true
    var waits = PolicyRule(scope: try PolicyScope(text: "category=books"))
    waits.backorderCost = 6
    document.rules = [fill, fixed, never, waits]
    document.lanes = [
      Lane(origin: places[0], destination: places[1], leadTimeDays: 1, unitCost: 0.2)
    ]
    for number in 0..<skus { cases.append(try Self.someCase(number, places, &random)) }
    cases.sort { $0.sku < $1.sku }
  }

  private static func someCase(
    _ number: Int, _ places: [Location], _ random: inout SplitMix64
  ) throws -> ItemCase {
    var item = Item(
      category: number % 13 == 0 ? "toys" : number % 11 == 0 ? "books" : "tools",
      unitCost: 0.5 + 40 * random.uniform(),
      volumeCubicMetres: 0.001 + 0.05 * random.uniform(),
      leadTimeDays: Int(random.next() % 20), orderCost: 5 + 40 * random.uniform())
    item.price = item.unitCost.map { $0 * 1.5 }
    item.orderMultiple = [nil, nil, 1, 6, 12, 24, 0.5][Int(random.next() % 7)]
    item.minimumOrder = random.uniform() < 0.2 ? 30 * random.uniform() : nil
    item.lifecycle = [.runDown, .lastBuy, .new][safe: Int(random.next() % 60)] ?? .active
    var option: SupplyOption?
    if random.uniform() < 0.1, let cost = item.unitCost {
      option = SupplyOption(
        origin: .supplier("acme"), unitCost: cost, maximumOrder: 500,
        breaks: [PriceBreak(from: 60, unitCost: cost * 0.93)],
        isIncremental: random.uniform() < 0.5)
    } else if random.uniform() < 0.05 {
      option = SupplyOption(origin: .supplier("bolt"), available: 60)
    }
    var located: [LocationCase] = []
    for place in places where random.uniform() < 0.8 || place == places[0] {
      let rate = random.uniform() < 0.04 ? 0 : 0.05 + 6 * random.uniform()
      located.append(
        LocationCase(
          location: place,
          forecast: forecast(rate: rate, deviation: rate * random.uniform()),
          stock: random.uniform() < 0.9
            ? Stock(onHand: (rate * 20 * random.uniform()).rounded()) : nil,
          options: option.map { [$0] } ?? []))
    }
    return ItemCase(sku: try SKU("S-\(number)"), item: item, locations: located)
  }

  private static let scores = Quantiles.levels.map(Oracles.normalQuantile)

  /// Independent normal days, from scores that are worked out once.
  private static func forecast(rate: Double, deviation: Double) -> Forecast {
    let totals = Quantiles.spans(within: 112).flatMap { span in
      scores.map { max(0, rate * Double(span) + deviation * Double(span).squareRoot() * $0) }
    }
    return Forecast(
      mean: Array(repeating: rate, count: 112),
      quantiles: Array(repeating: rate, count: 112 * scores.count), cumulative: totals)
  }

  /// Sets every limit to a share of what is used without any.
  mutating func limit(space: Double?, lines: Double?, cash: Double?) throws {
    let free = try planned().totals
    for index in document.warehouses.warehouses.indices {
      let used = free.here[document.warehouses.warehouses[index].location] ?? PlanTotals()
      document.warehouses.warehouses[index].capacityCubicMetres = space.map {
        $0 * used.expectedStockCubicMetres
      }
      document.warehouses.warehouses[index].receivingLinesPerDay = lines.map {
        $0 * used.linesPerYear / 365
      }
    }
    document.limits.cash = cash.map { $0 * free.all.expectedStockValue }
  }

  var planning: ItemPlanning {
    ItemPlanning(asOf: asOf, settings: settings, document: document, scenario: scenario)
  }

  func source(of shard: Int, among count: Int = shardCount) -> PlanShard.Source {
    let own = cases.filter { $0.sku.shard(of: count) == shard }
    return { body in for known in own { try body(known) } }
  }

  /// What a marketplace's pricing came to.
  struct Outcome {
    var plan: PricedPlan
    var moved: [Int: [MovedLot]]
    /// The questions, and the answers of all shards to each.
    var questions: [[UInt8]] = []
    var answers: [[[UInt8]]] = []
  }

  /// How shards are asked.
  enum Manner {
    /// Each once loaded, in their order.
    case inOrder
    /// The last one first.
    case backwards
    /// Each loaded anew for every question.
    case forgetful
  }

  func price(_ manner: Manner = .inOrder, roundLimit: Int = 400) throws -> Outcome {
    let planning = planning
    var rounds = PlanRounds(planning, shardCount: Self.shardCount)
    let fresh = (0..<Self.shardCount).map { PlanShard(shard: $0, planning: planning) }
    var shards = fresh
    var (questions, answers): ([[UInt8]], [[[UInt8]]]) = ([], [])
    var move = rounds.begin()
    while questions.count < roundLimit {
      switch move {
      case .ask(let question):
        var given = [[UInt8]](repeating: [], count: Self.shardCount)
        let order = Array(0..<Self.shardCount)
        for shard in manner == .backwards ? order.reversed() : order {
          if manner == .forgetful { shards[shard] = fresh[shard] }
          given[shard] = try shards[shard].answer(question, from: source(of: shard))
        }
        questions.append(question)
        answers.append(given)
        move = rounds.take(given)
      case .planned(let plan, let moved):
        return Outcome(plan: plan, moved: moved, questions: questions, answers: answers)
      case .failed(let reason): throw Failed(reason: reason)
      }
    }
    throw Failed(reason: "no end after \(roundLimit) rounds")
  }

  struct Failed: Error, Equatable {
    var reason: String
  }

  /// All plans of the catalogue, and what they come to.
  struct Planned {
    var plans: [ItemPlan] = []
    var totals = (all: PlanTotals(), here: [Location: PlanTotals]())
  }

  /// The plans of all SKUs under what pricing came to; without, under no limits.
  func planned(_ outcome: Outcome? = nil) throws -> Planned {
    var planned = Planned()
    let planning = planning
    for known in cases {
      let shard = known.sku.shard(of: Self.shardCount)
      let plan =
        outcome.map { planning.under($0.plan, moved: $0.moved[shard] ?? []).plan(for: known) }
        ?? planning.plan(for: known)
      for (location, here) in zip(plan.locations, plan.plans) {
        planned.totals.all.add(here)
        planned.totals.here[location, default: PlanTotals()].add(here)
      }
      planned.plans.append(plan)
    }
    return planned
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
