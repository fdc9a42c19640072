import Allocation
import Demand

extension KeptLocation {
  /// Whether the lot is more than a square root, or its grid finer than the short numbers in which
  /// plain pairs are stored: then a lot of the pass would be none that can be ordered.
  var isCoupled: Bool {
    guard curve == nil, terms.breaks.isEmpty, backorderCost == nil, let range else { return true }
    return Double(Float(range.pack)) != range.pack
      || Double(Float(range.smallest)) != range.smallest
  }

  /// The lot as it is ordered.
  func snapped(_ lot: Double) -> Double { range?.snapped(lot) ?? 0 }

  /// The pair that prices meet. Holding that is free counts as little as a pair can say: its lots
  /// are bounded by the longest cover.
  func pair(number: Int, warehouse: Int) -> Pair {
    Pair(
      sku: number, warehouse: warehouse, demand: policy.annualDemand,
      orderCost: policy.orderCost, holdingCost: max(policy.holdingCost * holdingShare, Pair.least),
      unitCost: policy.unitCost, volume: policy.volumeCubicMetres,
      smallestLot: range?.smallest ?? Pair.least, largestLot: range?.largest ?? Pair.most,
      pack: range?.pack ?? 0, safetyStock: curve == nil ? policy.safetyStock : 0)
  }

  /// What lies there without a lot that would come again (a last buy), as a pair whose lot is next
  /// to nothing: shared limits count it, and no price changes it.
  func standing(number: Int, warehouse: Int) -> Pair {
    Pair(
      sku: number, warehouse: warehouse, demand: 0, orderCost: 0, holdingCost: Pair.least,
      unitCost: policy.unitCost, volume: policy.volumeCubicMetres, smallestLot: Pair.least,
      largestLot: Pair.least, safetyStock: policy.safetyStock)
  }

  /// The pair with all that makes it more than one.
  func coupled(_ pair: Pair) -> CoupledPair {
    var coupled = CoupledPair(pair)
    coupled.breaks = terms.breaks.map { .init(from: $0.from, unitCost: $0.unitCost) }
    coupled.isIncremental = terms.isIncremental
    coupled.holdingRate = holdingRate * holdingShare
    if let last = coupled.breaks.last {
      // Holding never becomes free, not even where the last break is.
      let falls = (pair.holdingCost - Pair.least) / (pair.unitCost - last.unitCost)
      coupled.holdingRate = min(coupled.holdingRate, falls * (1 - 1e-9))
    }
    coupled.backorderCost = backorderCost
    if let curve {
      coupled.service =
        policy.serviceType == .fill
        ? .fill(target: policy.serviceLevel, curve: curve)
        : .cost(perUnit: policy.stockoutCost, curve: curve)
      // What prices choose is a reorder point that there is: nothing is rounded afterwards.
      coupled.reorderUnit = policy.basis.contains(.fractional) ? 0 : policy.unit
    }
    return coupled
  }

  /// Takes what was chosen for a coupled pair.
  func take(_ choice: ChosenLot, into policy: inout StockPolicy) {
    policy.lot = snapped(choice.lot)
    if policy.isMoved { policy.lot = choice.lot }
    take(unitCost: choice.unitCost, into: &policy)
    if curve != nil {
      policy.setReorderPoint(policy.leadTimeMean + choice.safetyStock - choice.backordered)
    } else if choice.backordered > 0 {
      policy.setWaiting(choice.backordered)
    }
  }

  /// Takes the cost of a unit that a price break gives; the free lot is that of the same cost.
  private func take(unitCost: Double, into policy: inout StockPolicy) {
    guard unitCost != policy.unitCost else { return }
    policy.unitCost = unitCost
    policy.holdingCost = holdingCost(unitCost: unitCost)
    guard policy.holdingCost > 0 else { return }
    policy.economicLot =
      EOQ(
        annualDemand: policy.annualDemand, orderCost: policy.orderCost,
        holdingCost: policy.holdingCost
      ).lot
  }

  /// What follows from the lot, and why it is so.
  func finish(_ policy: inout StockPolicy) {
    policy.rules = rules.words
    guard policy.lot > 0 else { return }
    if policy.lotDays > Double(policy.maximumCoverDays) { policy.basis.insert(.longLot) }
    guard policy.leadTimeMean > 0 else { return }
    let curve =
      curve
      ?? demand.curve(days: policy.protectionDays, leadTimeDeviation: policy.leadTimeDeviation)
    // At most a lot is missing in a cycle that a lot ends.
    policy.expectedFill = 1 - min(1, curve.shortage(above: policy.reorderPoint) / policy.lot)
  }
}

extension StockPolicy {
  /// Takes a lot that was moved to keep limits.
  mutating func move(to lot: Double) {
    self.lot = lot
    isMoved = true
  }

  /// Notes what shared limits add to its costs.
  mutating func take(_ prices: Prices, warehouse: Int, spaceShare: Double) {
    guard warehouse >= 0, warehouse < prices.warehouseCount else { return }
    spacePrice = 2 * spaceShare * prices.space[warehouse] * volumeCubicMetres
    cashPrice = prices.cash * unitCost
    linePrice = prices.lines[warehouse]
  }
}

extension Pair {
  /// The pair as a block of pairs stores it: its lot at prices is that of the pass, bit for bit.
  var asStored: Pair {
    func short(_ value: Double) -> Double { Double(Float(value)) }
    return Pair(
      sku: sku, warehouse: warehouse, demand: short(demand), orderCost: short(orderCost),
      holdingCost: short(holdingCost), unitCost: short(unitCost), volume: short(volume),
      smallestLot: short(smallestLot), largestLot: short(largestLot), pack: short(pack),
      safetyStock: short(safetyStock))
  }
}
