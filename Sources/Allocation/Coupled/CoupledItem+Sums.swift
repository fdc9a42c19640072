extension CoupledItem {
  /// Adds what its choices cost and take, and how they move, in the order of its pairs.
  func add(to sums: inout [LimitSums], _ prices: Prices, kappa: Double) {
    let answer = answer(prices, kappa: kappa)
    let motions = zip(pairs, answer.choices).map { Motion($1, of: $0, kappa: kappa) }
    var shared: (lot: Double, cash: Double)?
    if answer.supplyPrice > 0 {
      shared = motions.reduce(into: (0.0, 0.0)) { sum, motion in
        sum.0 += motion.lotLot
        sum.1 += motion.cashBySupply
      }
    }
    for (index, pair) in pairs.enumerated() {
      var own = answer.choices[index].sums(pair)
      motions[index].add(to: &own, kappa: kappa, shared: shared)
      if index == 0 { own.overshoot = answer.overshoot }
      sums[pair.pair.warehouse] += own
    }
  }

  /// The least that a pair takes of a limit, in the limit's unit, its item's supply considered.
  func least(_ index: Int, of limit: Limit, kappa: Double) -> Double {
    var prices = Prices(warehouseCount: pairs[index].pair.warehouse + 1)
    prices.weight = 0
    switch limit {
    case .space(let warehouse): prices.space[warehouse] = 1
    case .lines(let warehouse): prices.lines[warehouse] = 1
    case .cash: prices.cash = 1
    }
    let own = PairPrices(prices, warehouse: pairs[index].pair.warehouse, kappa: kappa)
    guard let choice = pairs[index].choose(own, supply: 0, most: most(index)) else { return 0 }
    let sums = choice.sums(pairs[index])
    return switch limit {
    case .space: kappa * sums.volume + sums.safetyVolume
    case .lines: sums.orders / Standing.daysPerYear
    case .cash: sums.cash / 2 + sums.safetyCash
    }
  }

  /// What no price changes about a pair.
  func extremes(_ index: Int, kappa: Double) -> BlockExtremes {
    let coupled = pairs[index]
    let pair = coupled.pair
    let (smallest, largest) = (pair.bounds.lowerBound, max(most(index), pair.bounds.lowerBound))
    var extremes = BlockExtremes()
    extremes.coupledSpace = least(index, of: .space(warehouse: pair.warehouse), kappa: kappa)
    extremes.coupledCash = least(index, of: .cash, kappa: kappa)
    extremes.mostOrders = pair.demand / smallest
    extremes.leastOrders =
      least(index, of: .lines(warehouse: pair.warehouse), kappa: kappa) * Standing.daysPerYear
    extremes.mostCost = coupled.mostCost(smallest, min(largest, pair.bounds.upperBound))
    return extremes
  }

  /// Throws what is wrong with it first.
  public func check() throws(AllocationError) {
    for pair in pairs { try pair.check() }
    guard let first = pairs.first else { return }
    if let supply, !(supply >= 0 && supply <= Pair.most) {
      throw .unsound(
        sku: first.pair.sku, what: "supply", value: supply, range: "0...\(Pair.most)")
    }
  }
}
