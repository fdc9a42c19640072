import Demand

extension TodayPlanner {
  /// What needs a planner's eye at a location, the most at risk first.
  func exceptions(of state: LocationState) -> [PlanException] {
    var found: [PlanException] = []
    func add(_ exception: PlanException?) {
      if let exception { found.append(exception) }
    }
    add(stockOut(state))
    add(tooMuch(state))
    add(Self.forcedCover(state.policy))
    if !state.faults.isEmpty {
      add(.dataFault(state.faults, value: state.purchase?.value ?? 0))
    }
    if let limit = state.purchase?.heldBy ?? state.transfers.lazy.compactMap(\.heldBy).first {
      let held = state.transfers.filter { $0.heldBy != nil }
      let purchase = state.purchase.flatMap { $0.heldBy == nil ? nil : $0 }
      add(
        .heldBack(
          by: limit,
          units: held.reduce(purchase?.quantity ?? 0) { $0 + $1.quantity },
          value: held.reduce(purchase?.benefit ?? 0) { $0 + $1.benefit }))
    }
    guard found.count > 1 else { return found }
    return found.sorted {
      ($0.valueAtRisk, -Int($0.kind.rawValue)) > ($1.valueAtRisk, -Int($1.kind.rawValue))
    }
  }

  /// Demand before an order placed now can arrive that finds nothing.
  private func stockOut(_ state: LocationState) -> PlanException? {
    guard let stock = state.stock, let base = state.base else { return nil }
    // What is not ordered any more is meant to run out; what is promised is owed all the same.
    guard state.isOrdered || stock.position < 0 else { return nil }
    var projection = state.projection ?? base
    if state.transfers.contains(where: { $0.heldBy != nil }) {
      projection = base
      projection.take(state.leaving)
      for transfer in state.transfers where transfer.heldBy == nil {
        projection.add(transfer.quantity, onDay: transfer.arrivalDay - context.asOf)
      }
    }
    guard let short = projection.shortfall(through: state.policy.leadTimeDays) else { return nil }
    return .stockOut(
      position: stock.position, day: context.asOf.advanced(by: short.firstDay),
      units: short.units, value: short.units * state.price, late: short.late)
  }

  /// Stock beyond the longest cover. What the policy itself would order is never too much: it
  /// carries the flag `longLot` instead of an exception on the day it arrives.
  private func tooMuch(_ state: LocationState) -> PlanException? {
    guard state.stock != nil else { return nil }
    let (policy, position) = (state.policy, state.position)
    let allowed = state.demand.mean(days: policy.maximumCoverDays)
    let threshold = max(allowed, policy.reorderPoint + policy.lot)
    guard position > threshold + Bounds.slack(threshold) else { return nil }
    let excess = position - allowed
    let value = excess * policy.unitCost
    let cover = state.demand.daysCovered(by: position)
    switch state.lifecycle {
    case .runDown, .lastBuy:
      return .runDown(position: position, coverDays: cover, units: excess, value: value)
    case .active, .new:
      return policy.basis.contains(.noDemand)
        ? .deadStock(units: excess, value: value)
        : .overstock(position: position, coverDays: cover, units: excess, value: value)
    }
  }

  /// A minimum or a pack that makes the lot last longer than stock should.
  private static func forcedCover(_ policy: StockPolicy) -> PlanException? {
    let smallest = policy.smallestOrder
    let free = max(policy.economicLot, policy.unit)
    guard policy.basis.contains(.longLot), policy.lot == smallest, smallest > free else {
      return nil
    }
    let excess = policy.lot - free
    return .minimumForcesCover(
      coverDays: policy.lotDays, units: excess, value: excess * policy.unitCost)
  }
}

extension LocationPlan {
  /// Names a limit that smallest lots alone break, of which this SKU needs among the most here.
  public mutating func add(infeasible limit: SharedLimit, needed: Double, value: Double) {
    exceptions.append(
      .infeasibleLimit(
        limit, needed: Bounds.amount(needed, limit: Bounds.figure),
        value: Bounds.amount(value, limit: Bounds.figure)))
    exceptions.sort { $0.valueAtRisk > $1.valueAtRisk }
  }
}
