import Demand

extension TodayPlanner {
  /// The purchase that is due at a location, if one is.
  func purchase(_ sku: SKU, _ state: inout LocationState) -> Proposal? {
    guard state.stock != nil, let due = dueUnits(state) else { return nil }
    let policy = state.policy
    var (quantity, cut) = (due, ProposalCut?.none)
    var identity = ProposalIdentity(
      .purchase, of: sku, to: state.location, firstProposed: context.asOf,
      incoming: state.stock?.incoming ?? 0)
    // Packs and minimum may be others by now.
    if let open = state.openPurchase, policy.canOrder(open.wanted) {
      // A last buy fills up to the point, any other order lifts above it.
      let reached = state.position + open.wanted
      let isEnough =
        policy.basis.contains(.lastBuy)
        ? reached >= policy.reorderPoint : reached > policy.reorderPoint
      if isAsBefore(due, open.wanted), isEnough {
        quantity = open.wanted
        identity = open.identity.again
      }
    }
    let wanted = quantity
    if let sellable = state.sellableUnits, state.position + quantity > sellable {
      // What one order cannot be without is ordered all the same: else nothing would ever sell.
      let least = min(policy.lot > 0 ? policy.lot : policy.smallestOrder, quantity)
      let most = max(least, policy.wholePacks(atMost: sellable - state.position))
      if most < quantity { (quantity, cut) = (most, .shelfLife) }
    }
    if policy.maximumOrder < quantity {
      (quantity, cut) = (policy.wholePacks(atMost: policy.maximumOrder), .maximumOrder)
    }
    guard quantity > 0 else { return nil }
    var proposal = Proposal(
      quantity: 0, orderDay: context.asOf,
      arrivalDay: context.asOf.advanced(by: policy.leadTimeDays), position: state.position,
      value: 0, cost: 0, wanted: wanted, cut: cut, identity: identity)
    proposal.setQuantity(quantity, state.terms)
    proposal.benefit = missedBenefit(&state, arrivingAfter: policy.leadTimeDays)
    return proposal
  }

  /// What is lost on average when what arrives after `days` comes a review later.
  func missedBenefit(_ state: inout LocationState, arrivingAfter days: Int) -> Double {
    let missing = state.expectedMissing(
      from: days, through: days + state.policy.reviewDays)
    return min(Bounds.figure, missing * state.worth)
  }

  /// Units to order today: whole lots that lift the position above the reorder point, as (R, nQ)
  /// does; what is bought for the last time is filled up to it.
  func dueUnits(_ state: LocationState) -> Double? {
    let (policy, position) = (state.policy, state.position)
    if state.isLastBuy {
      guard position < policy.reorderPoint else { return nil }
      let missing = policy.reorderPoint - position
      return max(
        policy.smallestOrder,
        Bounds.roundedUp(missing / policy.orderMultiple) * policy.orderMultiple)
    }
    guard policy.lot > 0 else { return nil }
    // What was proposed stays so while the need is about the same.
    let slack =
      state.openPurchase == nil ? 0 : context.planning.settings.hysteresis * policy.reorderPoint
    guard position <= policy.reorderPoint + slack else { return nil }
    if policy.isSeasonal { return policy.dynamicOrder(state.demand, position: position) }
    let lots = max(0, ((policy.reorderPoint - position) / policy.lot).rounded(.down)) + 1
    var quantity = lots * policy.lot
    // Division may round up to a whole number of lots that do not quite reach.
    if position + quantity <= policy.reorderPoint { quantity += policy.lot }
    return quantity
  }

  /// Whether a quantity is that of before, as far as the setting goes.
  func isAsBefore(_ quantity: Double, _ before: Double) -> Bool {
    abs(quantity - before) <= context.planning.settings.hysteresis * max(quantity, before)
  }

  /// Shares what a supplier has among the locations that want more of it.
  func shareSupply(_ case: ItemCase, _ states: inout [LocationState]) {
    guard `case`.locations.contains(where: \.hasBoundedSupply) else { return }
    for (supplier, available) in `case`.boundedSupply {
      let members = states.indices.filter {
        states[$0].purchase != nil && states[$0].policy.supplier == supplier
      }
      let wanted = members.reduce(0) { $0 + (states[$1].purchase?.quantity ?? 0) }
      guard wanted > available else { continue }
      let shares = split(available, members.map { states[$0] })
      for (member, share) in zip(members, shares) {
        guard share > 0 else {
          states[member].purchase = nil
          continue
        }
        guard var purchase = states[member].purchase, share < purchase.quantity else { continue }
        purchase.cut = .supply
        purchase.setQuantity(share, states[member].terms)
        states[member].purchase = purchase
      }
    }
  }

  private func split(_ available: Double, _ states: [LocationState]) -> [Double] {
    var claims = states.map { state in
      var claim = ScarceClaim(
        demand: .forecast(state.demand, days: state.policy.protectionDays),
        wanted: state.purchase?.quantity ?? 0)
      claim.have = state.position
      claim.step = state.policy.orderMultiple
      claim.minimum = state.policy.minimumOrder
      claim.worth = state.worth
      return claim
    }
    if context.planning.settings.scarceSplit == .days {
      let shares = ScarceStock.byDays(
        available: available, onHand: states.map(\.position),
        perDay: states.map { $0.policy.leadTimeMean / Double(max(1, $0.policy.protectionDays)) })
      for index in claims.indices {
        claims[index].wanted = min(
          claims[index].wanted, states[index].policy.wholePacks(atMost: shares[index]))
      }
    }
    return ScarceStock.byBenefit(available: available, among: claims)
  }
}

extension Proposal {
  mutating func setQuantity(_ quantity: Double, _ terms: OrderTerms) {
    self.quantity = quantity
    value = terms.value(of: quantity)
    cost = value + terms.orderCost
  }
}

extension StockPolicy {
  /// Whether so many units can be ordered: whole lots, or whole packs that are no less than the
  /// least order.
  fileprivate func canOrder(_ units: Double) -> Bool {
    func isWhole(_ parts: Double) -> Bool {
      abs(parts - parts.rounded()) <= Bounds.slack(parts)
    }
    return lot > 0 && isWhole(units / lot)
      || isWhole(units / orderMultiple) && units >= smallestOrder - Bounds.slack(units)
  }

  /// The most whole packs of at most so many units, or nothing where the least order is more.
  func wholePacks(atMost units: Double) -> Double {
    let packs = units / orderMultiple
    let whole = (packs + Bounds.slack(packs)).rounded(.down) * orderMultiple
    return whole >= smallestOrder - Bounds.slack(whole) ? whole : 0
  }
}

extension LocationState {
  /// What the plan before this one proposed to order and what cannot be seen on its way yet.
  var openPurchase: Proposal? {
    guard let proposal = previous?.proposals.first, !isVisible(proposal.quantity) else {
      return nil
    }
    return proposal
  }

  /// What the plan before this one proposed to bring from `origin` and is not on its way yet.
  func openTransfer(from origin: Location) -> Transfer? {
    guard let transfer = previous?.transfers.first(where: { $0.origin == origin }),
      !isVisible(transfer.quantity)
    else { return nil }
    return transfer
  }

  /// Whether so much more has come, or is coming, than the plan before this one counted on. Sales
  /// only lower what there is: more of it came from a release.
  private func isVisible(_ quantity: Double) -> Bool {
    guard let before = previous?.stock, let stock else { return false }
    let slack = Bounds.slack(quantity)
    let due = before.inTransit.reduce(0) { sum, receipt in
      stock.inTransit.contains { $0.day == receipt.day } ? sum : sum + receipt.units
    }
    return stock.incoming + slack >= before.incoming - due + quantity
      || stock.position + slack >= before.position + quantity
  }

  /// The most that sells before what is ordered now spoils.
  var sellableUnits: Double? {
    shelfLifeDays.map { demand.mean(days: policy.leadTimeDays + $0) }
  }
}

extension LocationCase {
  fileprivate var hasBoundedSupply: Bool { options.contains { $0.available != nil } }
}

extension ItemCase {
  /// What each supplier has of the SKU, where that is bounded, by name; the least where locations
  /// say different things.
  fileprivate var boundedSupply: [(supplier: String, available: Double)] {
    var bounds: [String: Double] = [:]
    for option in locations.lazy.flatMap(\.options) {
      guard case .supplier(let name) = option.origin, let available = option.available else {
        continue
      }
      let units = Bounds.amount(available, limit: Bounds.units)
      bounds[name] = min(bounds[name] ?? units, units)
    }
    return bounds.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
