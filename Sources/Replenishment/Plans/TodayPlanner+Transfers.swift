import Demand

/// A transfer that could be made.
private struct Move {
  var (origin, destination) = (0, 0)
  var terms: MoveTerms
  var units = 0.0, savedUnits = 0.0, saving = 0.0
  var open: Transfer?
}

extension TodayPlanner {
  /// Proposes the transfers that save more than they cost, the most worthwhile first.
  ///
  /// What arrives at a location makes it no giver and what leaves one makes it no taker, so nothing
  /// goes round. Each move changes what is spare and what is missing; then the best one is looked
  /// for again.
  func proposeTransfers(_ case: ItemCase, _ states: inout [LocationState]) {
    guard !lanes.isEmpty || `case`.locations.contains(where: \.hasWays),
      states.contains(where: { $0.spareUnits > 0 })
    else { return }
    let takers = states.indices.filter { need(of: states[$0]) != nil }
    guard !takers.isEmpty else { return }
    let ways = takers.map { lanes.ways(to: `case`.locations[$0]) }
    // Every move empties a giver or fills a taker, but for what packs leave over.
    for _ in 0..<(2 * states.count) {
      var best: Move?
      for (taker, terms) in zip(takers, ways) where states[taker].leaving == 0 {
        guard let need = need(of: states[taker]) else { continue }
        for giver in states.indices where giver != taker && states[giver].received == 0 {
          guard let way = terms[states[giver].location],
            let move = move(from: giver, to: taker, by: way, for: need, states),
            move.saving > best?.saving ?? 0
          else { continue }
          best = move
        }
      }
      guard let best else { return }
      apply(best, `case`.sku, &states)
    }
  }

  /// What a location lacks: what would be ordered, and what is missing before an order can arrive.
  private func need(of state: LocationState) -> TransferNeed? {
    guard let projection = state.projection else { return nil }
    let policy = state.policy
    var need = TransferNeed(orderArrives: policy.leadTimeDays)
    if state.isOrdered {
      need.due = dueUnits(state) ?? 0
    } else {
      // Nothing is ordered any more: what is left elsewhere is all that can still be sold here.
      guard state.lifecycle == .runDown else { return nil }
      need.orderArrives = Self.runDownDays
    }
    let level = policy.serviceLevel
    let wanted = state.demand.quantile(days: need.orderArrives, level: level)
    need.urgent = max(0, wanted - projection.available(before: max(1, need.orderArrives)))
    return need.due > 0 || need.urgent >= policy.unit ? need : nil
  }

  /// How far ahead a location is filled up that can be filled up from others alone.
  private static let runDownDays = 28

  private func move(
    from giver: Int, to taker: Int, by terms: MoveTerms, for need: TransferNeed,
    _ states: [LocationState]
  ) -> Move? {
    let (from, to) = (states[giver], states[taker])
    let step = max(terms.multiple > 0 ? terms.multiple : from.policy.orderMultiple, Bounds.step)
    let most = floored(min(from.spareUnits, terms.maximum), step)
    guard most > 0, most >= terms.minimum else { return nil }
    var best: Move?
    let open = to.openTransfer(from: from.location)
    for wanted in [need.urgent, max(need.due, need.urgent)] where wanted > 0 {
      var units = min(most, max(Bounds.roundedUp(max(wanted, terms.minimum) / step) * step, step))
      var kept: Transfer?
      if let open, isAsBefore(units, open.quantity), open.quantity <= most {
        (units, kept) = (open.quantity, open)
      }
      let lifts = need.due > 0 && to.position + units > to.policy.reorderPoint
      let early = terms.leadTimeDays < need.orderArrives
      let saved = early ? savedUnits(units, terms, need, to) : 0
      var saving = saved * to.worth - units * terms.unitCost - terms.fixedCost
      if lifts { saving += savedMoney(units, from, to) }
      guard saving > 0, saving > best?.saving ?? 0 else { continue }
      best = Move(
        origin: giver, destination: taker, terms: terms, units: units, savedUnits: saved,
        saving: min(saving, Bounds.figure), open: kept)
    }
    return best
  }

  private func floored(_ units: Double, _ step: Double) -> Double {
    let steps = units / step
    return max(0, (steps + Bounds.slack(steps)).rounded(.down) * step)
  }

  /// Units that sell because they are there between the move's arrival and that of an order.
  private func savedUnits(
    _ units: Double, _ terms: MoveTerms, _ need: TransferNeed, _ state: LocationState
  ) -> Double {
    let without = state.expectedMissing(from: terms.leadTimeDays, through: need.orderArrives)
    let with = state.expectedMissing(
      from: terms.leadTimeDays, through: need.orderArrives, more: units)
    return min(units, max(0, without - with))
  }

  /// What is saved because less is bought now: the giver would have held its last units until it
  /// needed them, and has to order so much earlier now; the taker orders so much later.
  private func savedMoney(
    _ units: Double, _ from: LocationState, _ to: LocationState
  ) -> Double {
    let (giver, taker) = (from.policy, to.policy)
    var perUnit = taker.unitCost
    if giver.annualDemand > 0, giver.lot > 0 {
      let years = max(0, from.position - units / 2) / giver.annualDemand
      perUnit = min(perUnit, giver.holdingCost * years) - giver.orderCost / giver.lot
    }
    if taker.lot > 0 { perUnit += taker.orderCost / taker.lot }
    return units * perUnit
  }

  private func apply(_ move: Move, _ sku: SKU, _ states: inout [LocationState]) {
    let (from, to) = (states[move.origin], states[move.destination])
    var identity = ProposalIdentity(
      .transfer(from: from.location), of: sku, to: to.location, firstProposed: context.asOf)
    if let open = move.open { identity = open.identity.again }
    let days = move.terms.leadTimeDays
    var transfer = Transfer(
      origin: from.location, quantity: move.units, orderDay: context.asOf,
      arrivalDay: context.asOf.advanced(by: days), position: to.position,
      originPosition: from.position, originReorderPoint: from.policy.reorderPoint,
      value: move.units * from.policy.unitCost,
      cost: move.units * move.terms.unitCost + move.terms.fixedCost, savedUnits: move.savedUnits,
      saving: move.saving, identity: identity)
    transfer.benefit = missedBenefit(to, arrivingAfter: days)
    states[move.destination].transfers.append(transfer)
    states[move.destination].received += move.units
    states[move.destination].projection?.add(move.units, onDay: days)
    states[move.origin].leaving += move.units
    states[move.origin].projection?.take(move.units)
  }
}

/// What a location lacks.
private struct TransferNeed {
  /// Days until what is ordered now arrives.
  var orderArrives: Int
  /// Units that would be ordered.
  var due = 0.0
  /// Units that the service level wants before then and that are not there.
  var urgent = 0.0
}

extension LocationState {
  /// Units that can leave: on the shelf and free, and above the reorder point, so that what leaves
  /// forces no order. What nothing is ordered for keeps what is going to sell, unless the place is
  /// not to stock it.
  fileprivate var spareUnits: Double {
    guard let stock else { return 0 }
    let free = stock.onHand - stock.reserved - leaving
    var kept = 0.0
    if isOrdered {
      kept = policy.reorderPoint + policy.unit
    } else if lifecycle == .runDown {
      kept = demand.mean(days: policy.maximumCoverDays)
    }
    // What is on its way is not counted on: it may come late.
    return max(0, min(free, position - kept))
  }
}

extension LocationCase {
  fileprivate var hasWays: Bool {
    options.contains {
      if case .warehouse = $0.origin { true } else { false }
    }
  }
}
