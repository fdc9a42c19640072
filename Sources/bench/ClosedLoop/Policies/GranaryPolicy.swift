import Allocation
import CommandLineArguments
import Demand
import Replenishment

/// Granary's own planning: policies and prices each week from new forecasts, what to release each
/// day under the day's limits.
struct GranaryPolicy: InventoryPolicy {
  struct Settings: Sendable {
    var planner = PolicySettings()
    /// What a missing unit costs, whatever it is; nothing where the planner's settings say it.
    var shortageCost: Double?
    /// Of each limit, what lots and safety stocks may take on average, and what is released up to.
    var planned = 0.9, usable = 0.97
  }

  private struct Case: Sendable {
    var pairs: [Int]
    var item: ItemCase
    var kept: ItemPolicies?
    var policies: [StockPolicy] = []
  }

  /// The day before the simulation.
  private static let eve = Day(year: 2024, month: 1, day: 1) - 1
  private static let wideningLimit = 40

  private let settings: Settings
  private let book: ForecastBook
  private let places: [Location: Int]
  private var cases: [Case] = []
  private var prices: Prices?
  /// Releases that a limit held back, and weeks whose limits no lots keep on average.
  private(set) var heldBack = 0, unkeptWeeks = 0
  /// What policies expected to be asked for and to serve a year, summed over the weeks.
  private var promised = (asked: 0.0, served: 0.0)

  init(_ world: LoopWorld, book: ForecastBook, settings: Settings) {
    self.settings = settings
    self.book = book
    let locations = world.warehouses.indices.map { book.location($0, world) }
    places = Dictionary(uniqueKeysWithValues: zip(locations, locations.indices))
    var byItem = Array(repeating: [Int](), count: world.items.count)
    for pair in world.pairs.indices { byItem[world.pairs[pair].item].append(pair) }
    for (number, pairs) in byItem.enumerated() where !pairs.isEmpty {
      let sorted = pairs.sorted {
        locations[world.pairs[$0].warehouse] < locations[world.pairs[$1].warehouse]
      }
      let item = world.items[number]
      let cases = sorted.map { pair in
        LocationCase(
          location: locations[world.pairs[pair].warehouse],
          forecast: book.forecast(pair, week: 0), options: [item.option])
      }
      guard let sku = try? SKU(bytes: Array("item-\(number)".utf8)) else {
        preconditionFailure("a name of plain letters")
      }
      self.cases.append(
        Case(pairs: sorted, item: ItemCase(sku: sku, item: item.known, locations: cases)))
    }
  }

  var name: String { "Granary" }

  var note: String {
    let fill = promised.asked > 0 ? promised.served / promised.asked : 1
    return
      "; expected a fill of \(Readable.decimal(fill, places: 4)), held back \(heldBack) times, "
      + "\(unkeptWeeks) limits widened"
  }

  private func context(_ world: LoopWorld, asOf day: Int, share: Double) -> PlanContext {
    var document = PlanningDocument()
    document.warehouses = WarehouseList(
      world.warehouses.enumerated().map { index, warehouse in
        Warehouse(
          location: book.location(index, world),
          capacityCubicMetres: share * warehouse.capacityCubicMetres,
          storageCostPerCubicMetreYear: warehouse.storageCostPerCubicMetreYear)
      })
    document.limits.cash = share * world.cash
    if let cost = settings.shortageCost {
      var rule = PolicyRule(scope: PolicyScope())
      rule.serviceType = .cost
      rule.stockoutCost = cost
      document.rules = [rule]
    }
    return PlanContext(
      asOf: Self.eve + (day + 1), settings: settings.planner, document: document)
  }

  mutating func orders(_ state: LoopState) -> [LoopOrder] {
    let (world, next) = (state.world, state.day + 1)
    if state.day == 0 || (next % ForecastBook.interval == 0 && next < world.days) {
      plan(world, week: next / ForecastBook.interval, day: state.day)
    }
    return release(state)
  }

  // MARK: Each week

  private mutating func plan(_ world: LoopWorld, week: Int, day: Int) {
    let context = context(world, asOf: day, share: settings.planned)
    let places = places
    let warehouse = { (location: Location) in places[location] ?? 0 }
    var plain: [Pair] = []
    var coupled: [CoupledItem] = []
    for number in cases.indices {
      for (place, pair) in cases[number].pairs.enumerated() {
        cases[number].item.locations[place].forecast = book.forecast(pair, week: week)
      }
      let kept = ItemPolicies(cases[number].item, context)
      let problem = kept.problem(number: number, warehouse: warehouse)
      plain += problem.plain
      coupled += problem.coupled
      cases[number].kept = kept
    }
    price(plain, coupled, world)
    for number in cases.indices {
      cases[number].policies =
        cases[number].kept?.priced(prices, warehouse: warehouse) ?? []
      for policy in cases[number].policies {
        promised.asked += policy.annualDemand
        promised.served += policy.annualDemand * policy.expectedFill
      }
    }
  }

  /// Prices at which lots and safety stocks keep the planned share of the limits. Limits that no
  /// lots keep are widened by what is missing: there is an order to be placed on such a day too.
  private mutating func price(_ plain: [Pair], _ coupled: [CoupledItem], _ world: LoopWorld) {
    let kappa = settings.planner.spaceShare
    var limits = Limits(warehouseCount: world.warehouses.count, kappa: kappa)
    for (index, warehouse) in world.warehouses.enumerated() {
      limits.space[index] = settings.planned * warehouse.capacityCubicMetres
    }
    limits.cash = settings.planned * world.cash
    do throws(AllocationError) {
      let shard = try PairShard(
        warehouseCount: limits.warehouseCount, pairs: plain, coupled: coupled)
      let extremes = shard.extremes(kappa: kappa)
      for broken in limits.broken(by: extremes) {
        unkeptWeeks += 1
        switch broken.limit {
        case .space(let warehouse): limits.space[warehouse] = broken.needed * 1.001
        case .cash: limits.cash = broken.needed * 1.001
        case .lines: break
        }
      }
      var wanted = PriceSearch.Settings()
      (wanted.hasPacks, wanted.gap) = (true, 1e-4)
      for _ in 0..<Self.wideningLimit {
        var search = try PriceSearch(
          limits: limits, extremes: extremes, start: prices, settings: wanted)
        var move = PriceSearch.Move.ask(search.prices)
        while case .ask(let asked) = move {
          move = search.step(shard.sums(asked, kappa: kappa, hasLines: false, width: .fastest))
        }
        switch move {
        case .planned(let plan), .settled(let plan, _), .undecided(let plan):
          prices = plan.prices
          return
        case .impossible(_, let share):
          unkeptWeeks += 1
          for warehouse in limits.space.indices { limits.space[warehouse] /= 1 - share }
          limits.cash /= 1 - share
        case .ask: return
        }
      }
    } catch {
      preconditionFailure("pairs that a recipe made are sound: \(error)")
    }
  }

  // MARK: Each day

  private mutating func release(_ state: LoopState) -> [LoopOrder] {
    let context = context(state.world, asOf: state.day, share: settings.usable)
    let today = TodayPlanner(context)
    var tally = today.tally
    for number in cases.indices {
      for (place, pair) in cases[number].pairs.enumerated() {
        var stock = Stock(onHand: state.onHand[pair])
        stock.inTransit = state.transit[pair].map {
          Receipt(units: $0.units, day: Self.eve + max($0.expected, state.day + 1) + 1)
        }
        cases[number].item.locations[place].stock = stock
      }
      guard let kept = cases[number].kept else { continue }
      today.count(cases[number].item, kept, policies: cases[number].policies, into: &tally)
    }
    guard tally.count > 0 else { return [] }
    let thresholds = thresholds(tally, context.document)
    var orders: [LoopOrder] = []
    for one in cases {
      guard let kept = one.kept, isAnyDue(one, state) else { continue }
      let plan = today.plan(one.item, kept, policies: one.policies, release: thresholds)
      for (pair, location) in zip(one.pairs, plan.plans) {
        for proposal in location.proposals {
          if proposal.isReleasable {
            orders.append(LoopOrder(pair: pair, units: proposal.quantity))
          } else {
            heldBack += 1
          }
        }
      }
    }
    return orders
  }

  /// Whether an order may be due: most days of most SKUs end here.
  private func isAnyDue(_ one: Case, _ state: LoopState) -> Bool {
    zip(one.pairs, one.policies).contains { pair, policy in
      state.position(pair) <= policy.reorderPoint
    }
  }

  private func thresholds(
    _ tally: ReleaseTally, _ document: PlanningDocument
  ) -> ReleaseThresholds {
    var selection = ReleaseSelection(document)
    var step = selection.begin()
    do {
      while case .ask(let question) = step {
        step = try selection.step([try tally.answer(question)])
      }
    } catch {
      preconditionFailure("a shard understands its coordinator: \(error)")
    }
    guard case .settled(let thresholds) = step else { return ReleaseThresholds() }
    return thresholds
  }
}

extension LoopItem {
  /// The item as a catalogue has it.
  fileprivate var known: Item {
    Item(
      unitCost: unitCost, price: price, volumeCubicMetres: volumeCubicMetres,
      leadTimeDays: leadTimeDays, orderCost: orderCost, minimumOrder: minimumOrder,
      orderMultiple: pack)
  }

  /// Its supplier.
  fileprivate var option: SupplyOption {
    SupplyOption(
      origin: .supplier("supplier"), unitCost: unitCost, leadTimeDays: Double(leadTimeDays),
      leadTimeDeviation: leadTimeDeviation, minimumOrder: minimumOrder, orderMultiple: pack,
      orderCost: orderCost)
  }
}
