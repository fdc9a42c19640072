/// A block's answer to prices, pair by pair: what the formulas say, in plain loops. The lanes must
/// give the same bits.
package enum ScalarPass {
  /// Keeps quotients finite where nothing has a price and nothing costs; lost in any sum else.
  static let tiny = 1e-200

  /// The lot of a pair, what it would be without bounds, and the price of holding.
  static func lot(
    _ pair: Pair, _ prices: BlockPrices
  ) -> (lot: Double, isFree: Bool, free: Double, order: Double, holding: Double) {
    let order = prices.weight * pair.orderCost + prices.perOrder
    let holding =
      ((prices.weight * pair.holdingCost + prices.perVolume * pair.volume)
        + prices.perCash * pair.unitCost) + tiny
    let squared = ((2 * pair.demand) * order) * (1 / holding)
    let free = squared.squareRoot()
    let isFree = free >= pair.smallestLot && free <= pair.largestLot
    var lot = free
    if pair.pack > 0 {
      // The smallest k with k (k + 1) >= squared / pack^2: from there on one more pack costs more.
      let packs = (1 + (4 * squared) / (pair.pack * pair.pack)).squareRoot()
      let count = (packs - 1) * 0.5
      let whole = (count + 0x1p52) - 0x1p52
      lot = (whole < count ? whole + 1 : whole) * pair.pack
    }
    lot = min(max(lot, pair.smallestLot), pair.largestLot)
    return (lot, isFree, free, order, holding)
  }

  /// The sums of a block.
  package static func run(_ block: PairBlock, _ prices: Prices, kappa: Double) -> LimitSums {
    let at = BlockPrices(prices, warehouse: block.warehouse, kappa: kappa)
    var partial = Array(repeating: 0.0, count: LimitSums.count * PairBlock.group)
    for index in 0..<block.count {
      let pair = block[index]
      let (lot, isFree, free, order, holding) = lot(pair, at)
      let slope = isFree ? free * (1 / holding) : 0
      let perOrder = 1 / (order + tiny)
      let turn = (slope * holding) * perOrder
      let rate = pair.demand / lot
      let (volumeSlope, cashSlope) = (pair.volume * slope, pair.unitCost * slope)
      let terms = [
        pair.orderCost * rate + (pair.holdingCost * 0.5) * lot, pair.volume * lot,
        pair.unitCost * lot, rate, pair.volume * volumeSlope, pair.unitCost * volumeSlope,
        pair.unitCost * cashSlope, ((0.5 * holding) * perOrder) * turn, pair.volume * turn,
        pair.unitCost * turn,
      ]
      for (sum, term) in terms.enumerated() {
        partial[sum * PairBlock.group + index % PairBlock.group] += term
      }
    }
    return LimitSums { sum, lane in partial[sum * PairBlock.group + lane] }
  }
}
