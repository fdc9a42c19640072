/// What is best for a pair at given prices, with what it takes of the limits.
struct PairChoice {
  var segment: LotSegment
  var terms: LotTerms
  var lot: Double, safety: Double
  /// Units that are missing in a cycle, where that costs anything.
  var shortage = 0.0
  /// The score at which the reorder point is the quantile, where a fill rate has found it.
  var score: Double?
  /// The Lagrangian, with the price of supply.
  var value: Double
  /// Whether no bound holds the lot.
  var isFree: Bool

  /// What a unit costs on average.
  var unitCost: Double { segment.unitCost + segment.surcharge / lot }
  /// What lies there of a lot at most, and twice what does on average, as shares of it.
  private var peak: Double { 1 - terms.waiting }
  private var average: Double { peak * peak }

  /// What it costs a year, without prices.
  func cost(_ coupled: CoupledPair) -> Double {
    let (pair, surcharge) = (coupled.pair, segment.surcharge)
    var perOrder =
      pair.demand * (pair.orderCost + surcharge) + coupled.holdingRate * surcharge * safety
    if case .cost(let perUnit, _) = coupled.service {
      perOrder += perUnit * pair.demand * shortage
    }
    var cost =
      perOrder / lot + segment.holdingCost * (average * lot / 2 + safety) + segment.purchase
      + coupled.holdingRate * surcharge / 2
    if let waits = coupled.backorderCost { cost += waits * terms.waiting * terms.waiting * lot / 2 }
    return cost
  }

  /// It as an answer.
  func chosen(_ coupled: CoupledPair, supplyPrice: Double) -> ChosenLot {
    var chosen = ChosenLot(
      lot: lot, safetyStock: safety, unitCost: unitCost, cost: cost(coupled))
    chosen.backordered = terms.waiting * lot
    chosen.supplyPrice = supplyPrice
    return chosen
  }

  /// What it costs and takes.
  func sums(_ coupled: CoupledPair) -> LimitSums {
    let pair = coupled.pair
    var sums = LimitSums()
    sums.cost = cost(coupled)
    sums.volume = pair.volume * (peak * lot)
    sums.safetyVolume = pair.volume * safety
    sums.cash = unitCost * (average * lot)
    sums.safetyCash = unitCost * safety
    sums.orders = pair.demand / lot
    return sums
  }
}
