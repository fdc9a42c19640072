import Demand

/// A transfer that could be made.
private struct Move {
  var (origin, destination) = (0, 0)
  var terms: MoveTerms
  var units = 0.0, savedUnits = 0.0, saving = 0.0
  var open: Transfer?
}

/// A location that lacks something, with the ways to it and the best move from each giver.
private struct Taker {
  let index: Int
  var moves: [(giver: Int, terms: MoveTerms, best: Move?)]
}

extension TodayPlanner {
  /// Proposes the transfers that save more than they cost, the most worthwhile first.
  ///
  /// What arrives at a location makes it no giver and what leaves one makes it no taker, so nothing
  /// goes round. Each move changes what is spare and what is missing; then the best one is looked
  /// for again, among those that it changed.
  func proposeTransfers(_ case: ItemCase, _ states: inout [LocationState]) {
    guard !lanes.isEmpty || `case`.locations.contains(where: \.hasWays) else { return }
    let givers = states.indices.filter { states[$0].spareUnits > 0 }
    guard !givers.isEmpty else { return }
    var takers: [Taker] = []
    for index in states.indices where need(of: states[index]) != nil {
      let ways = lanes.ways(to: `case`.locations[index])
      let moves = givers.compactMap { giver in
        giver == index
          ? nil : ways[states[giver].location].map { (giver: giver, terms: $0, best: Move?.none) }
      }
      takers.append(Taker(index: index, moves: moves))
    }
    var changed: (origin: Int, destination: Int)?
    // Every move empties a giver or fills a taker, but for what packs leave over.
    for _ in 0..<(2 * states.count) {
      var best: Move?
      for place in takers.indices {
        refresh(&takers[place], changed, &states)
        for move in takers[place].moves.lazy.compactMap(\.best)
        where move.saving > best?.saving ?? 0 {
          best = move
        }
      }
      guard let best else { return }
      apply(best, `case`.sku, &states)
      changed = (best.origin, best.destination)
    }
  }

  /// Looks once more at the moves that another one changed; at all of them at first.
  private func refresh(
    _ taker: inout Taker, _ changed: (origin: Int, destination: Int)?,
    _ states: inout [LocationState]
  ) {
    let index = taker.index
    guard states[index].leaving == 0, let need = need(of: states[index]) else {
      taker.moves.removeAll()
      return
    }
    for place in taker.moves.indices {
      let giver = taker.moves[place].giver
      if let changed, changed.destination != index, changed.origin != giver,
        changed.destination != giver
      {
        continue
      }
      taker.moves[place].best =
        states[giver].received > 0
        ? nil : move(from: giver, to: index, by: taker.moves[place].terms, for: need, &states)
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
    // What is let wait on purpose is not missing.
    let wanted =
      state.demand.quantile(days: need.orderArrives, level: level) - policy.backordered
    need.urgent = max(0, wanted - projection.available(before: max(1, need.orderArrives)))
    return need.due > 0 || need.urgent >= policy.unit ? need : nil
  }

  /// How far ahead a location is filled up that can be filled up from others alone.
  private static let runDownDays = 28

  /// The better of two moves: what is missing before an order can arrive, for which a giver goes
  /// down to its reorder point, or all that would be ordered, from what is too much there.
  private func move(
    from giver: Int, to taker: Int, by terms: MoveTerms, for need: TransferNeed,
    _ states: inout [LocationState]
  ) -> Move? {
    let (from, to) = (states[giver], states[taker])
    let step = max(terms.multiple > 0 ? terms.multiple : from.policy.orderMultiple, Bounds.step)
    let isEarly = terms.leadTimeDays < need.orderArrives
    var best: Move?
    let open = to.openTransfer(from: from.location)
    for isUrgent in [true, false] {
      let wanted = isUrgent ? (isEarly ? need.urgent : 0) : max(need.due, need.urgent)
      let spare = isUrgent ? from.spareUnits : from.excessUnits
      let most = floored(min(spare, terms.maximum), step)
      guard wanted > 0, most > 0, most >= terms.minimum else { continue }
      var units = min(most, max(Bounds.roundedUp(max(wanted, terms.minimum) / step) * step, step))
      var kept: Transfer?
      // The steps in which it moves may be others by now.
      if let open, isAsBefore(units, open.quantity), open.quantity <= most,
        open.quantity >= terms.minimum, floored(open.quantity, step) == open.quantity
      {
        (units, kept) = (open.quantity, open)
      }
      let lifts = need.due > 0 && to.position + units > to.policy.reorderPoint
      var saving = -units * terms.unitCost - terms.fixedCost
      if lifts, units <= from.excessUnits { saving += savedMoney(units, from, to) }
      // The distribution of demand is not asked where not even all units could make up for it.
      guard saving + (isEarly ? units * to.worth : 0) > best?.saving ?? 0 else { continue }
      let saved = isEarly ? savedUnits(units, terms, need, &states[taker]) : 0
      saving += saved * to.worth
      if lifts, !isEarly { saving -= lostMeanwhile(terms, need, &states[taker]) }
      guard saving > best?.saving ?? 0 else { continue }
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
    _ units: Double, _ terms: MoveTerms, _ need: TransferNeed, _ state: inout LocationState
  ) -> Double {
    let without = state.expectedMissing(from: terms.leadTimeDays, through: need.orderArrives)
    let with = state.expectedMissing(
      from: terms.leadTimeDays, through: need.orderArrives, more: units)
    return min(units, max(0, without - with))
  }

  /// What is lost because the move does for an order that would arrive before it.
  private func lostMeanwhile(
    _ terms: MoveTerms, _ need: TransferNeed, _ state: inout LocationState
  ) -> Double {
    state.worth * state.expectedMissing(from: need.orderArrives, through: terms.leadTimeDays)
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
    let from = states[move.origin]
    var to = states[move.destination]
    var identity = ProposalIdentity(
      .transfer(from: from.location), of: sku, to: to.location, firstProposed: context.asOf,
      incoming: to.stock?.incoming ?? 0)
    if let open = move.open { identity = open.identity.again }
    let days = move.terms.leadTimeDays
    var transfer = Transfer(
      origin: from.location, quantity: move.units, orderDay: context.asOf,
      arrivalDay: context.asOf.advanced(by: days), position: to.position,
      originPosition: from.position, originReorderPoint: from.policy.reorderPoint,
      value: move.units * from.policy.unitCost,
      cost: move.units * move.terms.unitCost + move.terms.fixedCost, savedUnits: move.savedUnits,
      saving: move.saving, identity: identity)
    transfer.benefit = missedBenefit(&to, arrivingAfter: days)
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
  /// Units that can leave so that what leaves forces no order: free, on the shelf, and above the
  /// reorder point. What is on its way is not counted on: it may come late.
  fileprivate var spareUnits: Double {
    isOrdered ? free(above: policy.reorderPoint + policy.unit) : excessUnits
  }

  /// Units that are too much: beyond what the policy would ever hold. What nothing is ordered for
  /// keeps what is going to sell, unless the place is not to stock it.
  fileprivate var excessUnits: Double {
    if isOrdered { return free(above: policy.reorderPoint + policy.lot) }
    return free(above: lifecycle == .runDown ? demand.mean(days: policy.maximumCoverDays) : 0)
  }

  private func free(above kept: Double) -> Double {
    guard let stock else { return 0 }
    return max(0, stock.onHand - stock.reserved - leaving - kept)
  }
}

extension LocationCase {
  fileprivate var hasWays: Bool {
    options.contains {
      if case .warehouse = $0.origin { true } else { false }
    }
  }
}
