/// The prices as a pair meets them.
struct PairPrices {
  let space: Double, lines: Double, cash: Double, weight: Double, kappa: Double

  init(_ prices: Prices, warehouse: Int, kappa: Double) {
    space = prices.space[warehouse]
    lines = prices.lines[warehouse]
    cash = prices.cash
    weight = prices.weight
    self.kappa = kappa
  }
}

/// Lots for which a unit more costs the same, and what they cost beside that.
struct LotSegment {
  /// Of a unit more, and what a lot costs beside its units times that (incremental breaks).
  var unitCost: Double, surcharge: Double
  /// To hold a unit that costs `unitCost` for a year.
  var holdingCost: Double
  /// What dearer purchases than the cheapest cost a year, at `unitCost`.
  var purchase: Double
  /// The lots, on the grid of packs.
  var lower: Double, upper: Double
}

/// The Lagrangian of a pair in a segment, for lots Q, safety stocks s and a shortage G(s):
///
///     (perOrder + perBoth s + perShortage G) / Q + perUnit Q + perSafety s + constant
struct LotTerms {
  var perOrder: Double
  var perBoth: Double
  var perShortage = 0.0
  var perUnit: Double
  var perSafety: Double
  var constant: Double
  /// The share of a lot that waits before it comes; what a unit of stock and one that waits cost.
  var waiting = 0.0
  var perStock = 0.0, perWait = 0.0

  /// `supply` is the price of a unit of a lot.
  init(_ segment: LotSegment, of coupled: CoupledPair, _ prices: PairPrices, supply: Double) {
    let pair = coupled.pair
    let perCash = prices.weight * coupled.holdingRate + prices.cash
    perOrder =
      pair.demand * (prices.weight * (pair.orderCost + segment.surcharge) + prices.lines)
    perBoth = segment.surcharge * perCash
    let held = prices.weight * segment.holdingCost + prices.cash * segment.unitCost
    perSafety = held + prices.space * pair.volume
    perUnit = held / 2 + prices.kappa * prices.space * pair.volume + supply + ScalarPass.tiny
    constant = prices.weight * segment.purchase + segment.surcharge * perCash / 2
    if case .cost(let perUnit, _) = coupled.service {
      perShortage = prices.weight * perUnit * pair.demand
    }
    guard let cost = coupled.backorderCost else { return }
    // With x of a lot waiting, stock is at most Q - x and (Q - x)^2 / 2Q on average. Both are the
    // lot times a number of the share x / Q alone, of which the least is chosen for any lot.
    let waits = prices.weight * cost
    let space = prices.kappa * prices.space * pair.volume
    waiting = held + space <= 0 ? 0 : space >= waits ? 1 : (held + space) / (held + waits)
    (perStock, perWait) = (held, waits)
    let stays = 1 - waiting
    perUnit =
      held * stays * stays / 2 + waits * waiting * waiting / 2 + space * stays + supply
      + ScalarPass.tiny
  }

  func value(_ lot: Double, safety: Double, shortage: Double = 0) -> Double {
    ((perOrder + perBoth * safety) + perShortage * shortage) / lot + perUnit * lot
      + perSafety * safety + constant
  }

  /// The best lot with a safety stock that no lot changes (Harris 1913).
  func lot(safety: Double, shortage: Double = 0) -> Double {
    (((perOrder + perBoth * safety) + perShortage * shortage) / perUnit).squareRoot()
  }
}
