/// How a pair's choice moves with prices: the inverse of the Lagrangian's second derivatives in the
/// lot and in what moves beside it (the safety stock, or the share that waits), and how the uses of
/// space, cash and orders change with both. Minus the Hessian of the dual is the uses' changes, on
/// both sides of that inverse. It only steers; no bound rests on it.
struct Motion {
  /// The inverse: lot and lot, lot and other, other and other.
  var lotLot = 0.0, lotOther = 0.0, otherOther = 0.0
  /// Of each use by the lot, and by the other.
  var space = (lot: 0.0, other: 0.0), cash = (lot: 0.0, other: 0.0), orders = 0.0

  init(_ choice: PairChoice, of coupled: CoupledPair, kappa: Double) {
    let (pair, terms, segment) = (coupled.pair, choice.terms, choice.segment)
    let (lot, safety) = (choice.lot, choice.safety)
    let stays = 1 - terms.waiting
    space = (kappa * pair.volume * stays, pair.volume)
    cash = (
      segment.unitCost * stays * stays / 2 - segment.surcharge * safety / (lot * lot),
      choice.unitCost
    )
    orders = -pair.demand / (lot * lot)
    let perLot =
      (terms.perOrder + terms.perBoth * safety) + terms.perShortage * choice.shortage
    let bend = 2 * perLot / (lot * lot * lot)
    switch coupled.service {
    case .fixed:
      guard choice.isFree, bend > 0 else { break }
      lotLot = 1 / bend
      guard terms.waiting > 0, terms.waiting < 1 else { break }
      // The best share that waits is the same for all lots: the two move alone.
      space.other = -kappa * pair.volume * lot
      cash.other = -segment.unitCost * lot * stays
      otherOther = 1 / (lot * (terms.perStock + terms.perWait))
    case .fill(let target, let curve):
      guard choice.isFree else { break }
      guard let slope = FillLots(curve, target: target).slope(lot: lot, score: choice.score) else {
        if bend > 0 { lotLot = 1 / bend }
        break
      }
      let whole =
        bend + 2 * terms.perBoth * slope.first / (lot * lot)
        + (terms.perSafety + terms.perBoth / lot) * slope.second
      guard whole > 0, whole < .infinity else { break }
      lotLot = 1 / whole
      lotOther = -slope.first / whole
      otherOther = slope.first * slope.first / whole
    case .cost(_, let curve):
      let at = CostLots(curve).safety(lot: lot, terms)
      guard let score = at.score, let index = curve.piece(at: score),
        curve.pieces[index].slope > 0
      else {
        if choice.isFree, bend > 0 { lotLot = 1 / bend }
        break
      }
      let stiff =
        terms.perShortage * NormalDistribution.density(score) / (curve.pieces[index].slope * lot)
      guard stiff > 0 else { break }
      let across =
        (terms.perShortage * NormalDistribution.probability(above: score) - terms.perBoth)
        / (lot * lot)
      let determinant = bend * stiff - across * across
      guard choice.isFree, determinant > 0 else {
        otherOther = 1 / stiff
        break
      }
      (lotLot, lotOther, otherOther) = (
        stiff / determinant, -across / determinant, bend / determinant
      )
    }
  }

  private func form(
    _ left: (lot: Double, other: Double), _ right: (lot: Double, other: Double)
  ) -> Double {
    left.lot * (lotLot * right.lot + lotOther * right.other)
      + left.other * (lotOther * right.lot + otherOther * right.other)
  }

  /// How a use moves when the price of supply does.
  private func bySupply(_ use: (lot: Double, other: Double)) -> Double {
    use.lot * lotLot + use.other * lotOther
  }

  /// The use of cash by the price of supply.
  var cashBySupply: Double { bySupply(cash) }

  /// Adds the curvatures to sums, in the form in which these keep them. Where lots share a supply,
  /// `shared` are the sums over the item of how lots and cash move with its price: what prices
  /// move is then less by what the supply holds back, but for what one warehouse gives to another.
  func add(to sums: inout LimitSums, kappa: Double, shared: (lot: Double, cash: Double)?) {
    let use = (lot: orders, other: 0.0)
    var (spaceSpace, spaceCash, cashCash) = (
      form(space, space), form(space, cash), form(cash, cash)
    )
    var (ordersOrders, spaceOrders, cashOrders) = (
      form(use, use), form(space, use), form(cash, use)
    )
    if let shared, shared.lot > 0 {
      let (bySpace, byCash, byOrders) = (bySupply(space), bySupply(cash), bySupply(use))
      spaceSpace = max(0, spaceSpace - bySpace * bySpace / shared.lot)
      spaceCash -= bySpace * shared.cash / shared.lot
      cashCash = cashCash - byCash * shared.cash / shared.lot
      ordersOrders = max(0, ordersOrders - byOrders * byOrders / shared.lot)
      spaceOrders -= bySpace * byOrders / shared.lot
      cashOrders -= byOrders * shared.cash / shared.lot
    }
    sums.volumeVolume += spaceSpace / (kappa * kappa)
    sums.volumeCash += 2 * spaceCash / kappa
    sums.cashCash += 4 * cashCash
    sums.ordersOrders += 2 * ordersOrders
    sums.volumeOrders -= 2 * spaceOrders / kappa
    sums.cashOrders -= 4 * cashOrders
  }
}
