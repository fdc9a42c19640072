public import Demand

extension Scenario {
  /// The document as it would be.
  public func applied(to document: PlanningDocument) -> PlanningDocument {
    var changed = document
    changed.limits.cash = changed.limits.cash.map { $0 * cashFactor }
    changed.limits.cashToday = changed.limits.cashToday.map { $0 * cashFactor }
    for index in changed.warehouses.warehouses.indices {
      changed.warehouses.warehouses[index].apply(self)
    }
    for index in changed.lanes.indices { changed.lanes[index].leadTimeDays *= leadTimeFactor }
    let isClosed = Set(closed.map(\.location))
    changed.lanes.removeAll { isClosed.contains($0.origin) || isClosed.contains($0.destination) }
    for closure in closed {
      var scope = PolicyScope()
      scope.location = closure.location
      var rule = PolicyRule(scope: scope)
      rule.doNotStock = true
      changed.rules.append(rule)
    }
    return changed
  }

  /// A SKU as it would be. What is planned earlier is no part of it.
  public func applied(to known: ItemCase, asOf: Day) -> ItemCase {
    var changed = known
    let isClosed = Set(closed.map(\.location))
    for index in changed.locations.indices {
      let isThere = !isClosed.contains(changed.locations[index].location)
      // Nothing is moved from or to a warehouse that is closed, on ways of its own either.
      changed.locations[index].options.removeAll { option in
        guard case .warehouse(let origin) = option.origin else { return false }
        return !isThere || isClosed.contains(origin)
      }
      changed.locations[index].previous = nil
      changed.locations[index].forecast = forecast(
        changed.locations[index], of: known, asOf: asOf)
      for option in changed.locations[index].options.indices {
        changed.locations[index].options[option].apply(leadTimeFactor)
      }
    }
    changed.item?.leadTimeDays = known.item?.leadTimeDays.map { leadTime(of: $0) }
    for closure in closed { move(closure, in: &changed) }
    return changed
  }

  /// A lead time as it would be: part of a day is a day, but not what a product of fractions leaves
  /// behind (50 days times 1.1 are 55).
  func leadTime(of days: Int) -> Int {
    guard days > 0 else { return days }
    return Int(
      Bounds.roundedUp(Bounds.amount(Double(days) * leadTimeFactor, limit: Bounds.coverDays)))
  }

  private func forecast(_ place: LocationCase, of known: ItemCase, asOf: Day) -> Forecast {
    var factors = Array(repeating: 1.0, count: place.forecast.horizon)
    var isChanged = false
    for change in demand where change.concerns(place, of: known) {
      for day in factors.indices {
        let date = asOf + (day + 1)
        if let from = change.from, date < from { continue }
        if let to = change.to, date > to { continue }
        factors[day] *= change.factor
        isChanged = true
      }
    }
    return isChanged ? place.forecast.multiplied(by: factors) : place.forecast
  }

  private func move(_ closure: Closure, in changed: inout ItemCase) {
    guard
      let index = changed.locations.firstIndex(where: { $0.location == closure.location })
    else { return }
    let demand = changed.locations[index].forecast
    changed.locations[index].forecast = demand.multiplied(
      by: Array(repeating: 0, count: demand.horizon))
    guard let target = closure.demandTo else { return }
    if let index = changed.locations.firstIndex(where: { $0.location == target }) {
      changed.locations[index].forecast = changed.locations[index].forecast.joined(with: demand)
    } else {
      // Whoever delivered to the one that is closed delivers to the other. Where the stock of the
      // closed one is counted, the other has none; else what it has is not known either.
      var place = LocationCase(location: target, forecast: demand)
      place.options = changed.locations[index].options
      place.stock = changed.locations[index].stock == nil ? nil : Stock(onHand: 0)
      let index = changed.locations.firstIndex { $0.location > target }
      changed.locations.insert(place, at: index ?? changed.locations.endIndex)
    }
  }
}

extension Scenario.DemandChange {
  fileprivate func concerns(_ place: LocationCase, of known: ItemCase) -> Bool {
    (sku.map { $0 == known.sku } ?? true) && (location.map { $0 == place.location } ?? true)
      && (category.map { $0 == known.item?.category } ?? true)
  }
}

extension Warehouse {
  fileprivate mutating func apply(_ scenario: Scenario) {
    capacityCubicMetres = capacityCubicMetres.map { $0 * scenario.spaceFactor }
    receivingLinesPerDay = receivingLinesPerDay.map { $0 * scenario.linesFactor }
  }
}

extension SupplyOption {
  fileprivate mutating func apply(_ leadTimeFactor: Double) {
    leadTimeDays = leadTimeDays.map { $0 * leadTimeFactor }
    leadTimeDeviation = leadTimeDeviation.map { $0 * leadTimeFactor }
  }
}
