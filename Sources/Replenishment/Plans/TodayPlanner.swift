import Demand

/// What to release today: what to order and to move of one SKU over all its locations, from what
/// there is, what is on its way, and how each location is to be kept.
///
/// The day's order: sales of `asOf` are in, stock is counted, orders are placed; an order with a
/// lead time of L days is received by the close of `asOf + L`, so the demand of the L days between
/// must come from what there is. Whatever the input, every figure of the answer is finite.
public struct TodayPlanner: Sendable {
  let context: PlanContext
  let lanes: LaneIndex
  /// The place of each warehouse in the document, by which limits name it.
  let warehouses: [Location: Int]

  /// Makes what all SKUs need ready.
  public init(_ context: PlanContext) {
    self.context = context
    lanes = LaneIndex(context.document.lanes)
    warehouses = Dictionary(
      context.document.warehouses.warehouses.enumerated().map { ($1.location, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The plan of one SKU, once; many of one context ask a planner that is made once.
  public static func plan(
    _ case: ItemCase, policies: [StockPolicy], context: PlanContext,
    release: ReleaseThresholds? = nil
  ) -> ItemPlan {
    TodayPlanner(context).plan(
      `case`, ItemPolicies(`case`, context), policies: policies, release: release)
  }

  /// The plan of one SKU; `policies` are those of its locations, in the order of the case. Without
  /// `release` nothing is held back.
  public func plan(
    _ case: ItemCase, _ kept: ItemPolicies, policies: [StockPolicy],
    release: ReleaseThresholds? = nil
  ) -> ItemPlan {
    var states = proposed(`case`, kept, policies)
    if let release { hold(&states, release) }
    return ItemPlan(
      sku: `case`.sku, locations: states.map(\.location), plans: states.map { self.plan(of: $0) })
  }

  /// Counts what one SKU has there and what it would release, so that today's limits can be shared
  /// out.
  public func count(
    _ case: ItemCase, _ kept: ItemPolicies, policies: [StockPolicy],
    into tally: inout ReleaseTally
  ) {
    for state in proposed(`case`, kept, policies) {
      let warehouse = warehouses[state.location]
      if let base = state.base {
        tally.add(base: base, of: state.policy, warehouse: warehouse)
      }
      for transfer in state.transfers { tally.add(candidate(transfer, state)) }
      if let purchase = state.purchase { tally.add(candidate(purchase, state)) }
    }
  }

  /// An empty tally of one shard.
  public var tally: ReleaseTally {
    ReleaseTally(warehouses: context.document.warehouses.warehouses.count)
  }

  // MARK: Steps

  /// Every location with what it would order and be sent today.
  private func proposed(
    _ case: ItemCase, _ kept: ItemPolicies, _ policies: [StockPolicy]
  ) -> [LocationState] {
    precondition(policies.count == `case`.locations.count, "a policy for each location")
    var states: [LocationState] = []
    states.reserveCapacity(policies.count)
    for (index, location) in `case`.locations.enumerated() {
      states.append(
        LocationState(
          location, policy: policies[index], kept: kept.kept[index],
          faults: kept.faults[index], item: `case`.item, asOf: context.asOf))
    }
    if states.count > 1 { proposeTransfers(`case`, &states) }
    for index in states.indices {
      let due = purchase(`case`.sku, &states[index])
      states[index].purchase = due
    }
    if states.count > 0 { shareSupply(`case`, &states) }
    return states
  }

  private func hold(_ states: inout [LocationState], _ release: ReleaseThresholds) {
    for index in states.indices {
      for place in states[index].transfers.indices {
        let state = states[index]
        states[index].transfers[place].heldBy = release.limit(
          holding: candidate(state.transfers[place], state))
      }
      if var purchase = states[index].purchase {
        purchase.heldBy = release.limit(holding: candidate(purchase, states[index]))
        states[index].purchase = purchase
      }
    }
  }

  private func candidate(_ purchase: Proposal, _ state: LocationState) -> ReleaseCandidate {
    ReleaseCandidate(
      warehouse: warehouses[state.location], arrivalDays: purchase.arrivalDay - context.asOf,
      benefit: purchase.benefit, value: purchase.value,
      volumeCubicMetres: purchase.quantity * state.policy.volumeCubicMetres,
      number: purchase.identity.number)
  }

  /// A transfer ties up no more cash than there is tied up already.
  private func candidate(_ transfer: Transfer, _ state: LocationState) -> ReleaseCandidate {
    ReleaseCandidate(
      warehouse: warehouses[state.location], arrivalDays: transfer.arrivalDay - context.asOf,
      benefit: transfer.benefit, value: 0,
      volumeCubicMetres: transfer.quantity * state.policy.volumeCubicMetres,
      number: transfer.identity.number)
  }

  private func plan(of state: LocationState) -> LocationPlan {
    var policy = state.policy
    if state.stock == nil { policy.basis.insert(.noStock) }
    var plan = LocationPlan(policy: policy, stock: state.stock)
    plan.transfers = state.transfers
    plan.leaving = state.leaving
    if let purchase = state.purchase { plan.proposals = [purchase] }
    plan.exceptions = exceptions(of: state)
    return plan
  }
}
