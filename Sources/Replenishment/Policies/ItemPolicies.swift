public import Allocation
public import Demand

/// How one SKU is kept at all its locations: who delivers, how well to serve, within what lots may
/// lie. The lots are chosen at prices, which are nothing or what shared limits cost.
public struct ItemPolicies: Sendable {
  /// Where it is kept, ascending, as in the case.
  public let locations: [Location]
  /// What is wrong with the data of each location.
  public let faults: [DataFaults]
  let kept: [KeptLocation]
  private let spaceShare: Double

  /// Works out all that no price changes.
  public init(_ case: ItemCase, _ context: PlanContext) {
    let planning = context.planning
    let settings = planning.settings
    spaceShare = settings.spaceShare
    locations = `case`.locations.map(\.location)
    let demands = `case`.locations.map { LeadTimeDemand($0.forecast) }
    let valueClass = context.classBounds.map { bounds in
      let value = Self.annualValue(`case`, demands, settings)
      return value >= bounds.a ? ValueClass.a : value >= bounds.b ? .b : .c
    }
    var kept: [KeptLocation] = []
    kept.reserveCapacity(demands.count)
    for (place, demand) in zip(`case`.locations, demands) {
      kept.append(
        Self.keep(
          place, demand, sku: `case`.sku, item: `case`.item, valueClass: valueClass,
          planning: planning))
    }
    self.kept = kept
    faults = kept.map(\.terms.faults)
  }

  private static func keep(
    _ place: LocationCase, _ demand: LeadTimeDemand, sku: SKU, item: Item?,
    valueClass: ValueClass?, planning: PlanningIndex
  ) -> KeptLocation {
    let settings = planning.settings
    let annual = annualDemand(
      demand, before: place.previous?.policy.annualDemand, settings: settings)
    let storageCost = planning.storageCost(at: place.location)
    let variability = DemandClasses.variability(of: place.forecast)
    let rules = { (supplier: String) in
      guard !planning.rules.isEmpty else { return ResolvedRules() }
      return planning.rules.resolved(
        for: RuleIndex.Subject(
          sku: sku, category: item?.category ?? "", location: place.location,
          supplier: supplier, lifecycle: item?.lifecycle ?? .active, valueClass: valueClass,
          variabilityClass: variability))
    }
    let supply = SupplyChoice.best(
      of: place.options, item: item, demand: demand, annualDemand: annual, settings: settings,
      storageCost: storageCost, rules: rules)
    return KeptLocation(
      demand, annualDemand: annual, item: item, terms: supply.terms, rules: supply.rules,
      settings: settings, storageCost: storageCost, classes: (valueClass, variability))
  }

  /// 365 times the mean of the policy horizon's days; what it was before while it is not much
  /// else, so that lots do not follow every breath of the forecast.
  private static func annualDemand(
    _ demand: LeadTimeDemand, before: Double? = nil, settings: PolicySettings
  ) -> Double {
    let days = settings.policyHorizonDays
    let year = min(Bounds.units, 365 * (demand.mean(days: days) / Double(days)))
    // Less than a unit in a million years is nothing.
    let now = year < Pair.least ? 0 : year
    guard let before, before > 0, before <= Bounds.units, now > 0,
      abs(now - before) <= settings.hysteresis * before
    else { return now }
    return before
  }

  /// What a year's demand of a SKU costs to buy, by which classes A, B and C are told apart.
  public static func annualValue(_ case: ItemCase, _ context: PlanContext) -> Double {
    annualValue(
      `case`, `case`.locations.map { LeadTimeDemand($0.forecast) }, context.planning.settings)
  }

  private static func annualValue(
    _ case: ItemCase, _ demands: [LeadTimeDemand], _ settings: PolicySettings
  ) -> Double {
    var value = 0.0
    for (place, demand) in zip(`case`.locations, demands) {
      let unitCost =
        `case`.item?.unitCost ?? place.options.lazy.compactMap(\.unitCost).first
        ?? settings.unitCost
      value +=
        annualDemand(demand, settings: settings) * Bounds.amount(unitCost, limit: Bounds.money)
    }
    return value
  }
}

extension ItemPolicies {
  /// What prices decide, as the pairs of the SKU with this number.
  public func problem(number: Int, warehouse: (Location) -> Int) -> ItemProblem {
    var problem = ItemProblem()
    var sharing: [(supplier: String, available: Double, places: [Int])] = []
    for (place, kept) in kept.enumerated() {
      guard kept.range != nil else {
        guard kept.policy.safetyStock > 0 else { continue }
        problem.plain.append(
          kept.standing(number: number, warehouse: warehouse(locations[place])))
        problem.plainPlaces.append(place)
        continue
      }
      if let available = kept.terms.available, available > 0 {
        let supplier = kept.terms.supplier
        if let index = sharing.firstIndex(where: { $0.supplier == supplier }) {
          sharing[index].available = min(sharing[index].available, available)
          sharing[index].places.append(place)
        } else {
          sharing.append((supplier, available, [place]))
        }
        continue
      }
      let pair = kept.pair(number: number, warehouse: warehouse(locations[place]))
      if kept.isCoupled {
        problem.coupled.append(CoupledItem(pairs: [kept.coupled(pair)]))
        problem.coupledPlaces.append([place])
      } else {
        problem.plain.append(pair)
        problem.plainPlaces.append(place)
      }
    }
    for group in sharing {
      let pairs = group.places.map { place in
        kept[place].coupled(
          kept[place].pair(number: number, warehouse: warehouse(locations[place])))
      }
      // Less than the smallest lots cannot be ordered: what there is today is split today.
      let least = pairs.reduce(0) { $0 + $1.pair.smallestLot }
      problem.coupled.append(
        CoupledItem(pairs: pairs, supply: max(group.available, least * (1 + 1e-9))))
      problem.coupledPlaces.append(group.places)
    }
    return problem
  }

  /// The policies without shared limits.
  public var policies: [StockPolicy] { priced(nil) { _ in 0 } }

  /// The policies at prices, or without any, in the order of the locations. `moved` are lots that
  /// were moved by whole packs to keep limits.
  public func priced(
    _ prices: Prices?, warehouse: (Location) -> Int, moved: [Location: Double] = [:]
  ) -> [StockPolicy] {
    let problem = problem(number: 0, warehouse: prices == nil ? { _ in 0 } : warehouse)
    var policies = kept.map(\.policy)
    let free = Prices(warehouseCount: prices?.warehouseCount ?? 1)
    for (pair, place) in zip(problem.plain, problem.plainPlaces) {
      let kept = kept[place]
      let stored = pair.asStored
      let lot = kept.snapped(stored.lot(free, kappa: spaceShare))
      policies[place].lotBeforePrices = lot
      policies[place].lot =
        prices.map { kept.snapped(stored.lot($0, kappa: spaceShare)) } ?? lot
      if let lot = moved[locations[place]] { policies[place].move(to: lot) }
    }
    for (item, places) in zip(problem.coupled, problem.coupledPlaces) {
      let unpriced = item.choose(free, kappa: spaceShare)
      let chosen = prices.map { item.choose($0, kappa: spaceShare) } ?? unpriced
      for (index, place) in places.enumerated() {
        let kept = kept[place]
        policies[place].lotBeforePrices = kept.snapped(unpriced[index].lot)
        var choice = chosen[index]
        if let lot = moved[locations[place]],
          let moved = item.pairs[index].chosen(lot: lot, prices ?? free, kappa: spaceShare)
        {
          choice = moved
          policies[place].isMoved = true
        }
        kept.take(choice, into: &policies[place])
      }
    }
    for place in policies.indices {
      if let prices {
        policies[place].take(
          prices, warehouse: warehouse(locations[place]), spaceShare: spaceShare)
      }
      kept[place].finish(&policies[place])
    }
    return policies
  }
}
