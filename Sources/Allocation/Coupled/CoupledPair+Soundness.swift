extension CoupledPair {
  /// Whether its lots jump as prices move.
  var hasJumps: Bool {
    if pair.pack > 0 || !breaks.isEmpty { return true }
    if case .fixed = service { return false }
    return reorderUnit > 0
  }

  /// Shares of demand to meet; nearer to 1 the safety stock has no end.
  static let targets = 0.5...0.999_999

  /// Throws what is wrong with it first.
  public func check() throws(AllocationError) {
    try pair.check()
    func unsound(_ what: String, _ value: Double, _ range: String) -> AllocationError {
      .unsound(sku: pair.sku, what: what, value: value, range: range)
    }
    guard holdingRate >= 0, holdingRate <= Pair.most else {
      throw unsound("holding rate", holdingRate, "0...\(Pair.most)")
    }
    guard reorderUnit == 0 || (Pair.least...Pair.most).contains(reorderUnit) else {
      throw unsound("unit of reorder points", reorderUnit, "0 or \(Pair.least)...\(Pair.most)")
    }
    var (from, unitCost) = (0.0, pair.unitCost)
    for line in breaks {
      guard line.from > from, line.from <= Pair.most else {
        throw unsound("break from", line.from, "above \(from), at most \(Pair.most)")
      }
      guard line.unitCost >= 0, line.unitCost <= unitCost else {
        throw unsound("unit cost of a break", line.unitCost, "0...\(unitCost)")
      }
      (from, unitCost) = (line.from, line.unitCost)
    }
    let least = pair.holdingCost - holdingRate * (pair.unitCost - unitCost)
    guard least >= Pair.least else {
      throw unsound("holding cost at the last break", least, "at least \(Pair.least)")
    }
    if let backorderCost {
      guard backorderCost >= Pair.least, backorderCost <= Pair.most else {
        throw unsound("backorder cost", backorderCost, "\(Pair.least)...\(Pair.most)")
      }
      guard case .fixed = service, !isIncremental || breaks.isEmpty else {
        throw unsound(
          "backorder cost", backorderCost, "none where safety stock or unit cost vary with the lot")
      }
    }
    switch service {
    case .fixed: break
    case .fill(let target, let curve):
      guard Self.targets.contains(target) else {
        throw unsound("fill rate", target, "\(Self.targets)")
      }
      guard curve.isSound else { throw unsound("lead time demand", curve.mean, "ascending") }
    case .cost(let perUnit, let curve):
      guard perUnit >= 0, perUnit <= Pair.most else {
        throw unsound("cost of a missing unit", perUnit, "0...\(Pair.most)")
      }
      guard curve.isSound else { throw unsound("lead time demand", curve.mean, "ascending") }
    }
  }

  private func farthest(_ curve: ServiceCurve) -> Double {
    curve.quantile(score: ServiceCurve.farthest) - curve.mean + reorderUnit
  }

  /// More than any of its choices between two lots costs without prices: each part at its dearest.
  func mostCost(_ smallest: Double, _ largest: Double) -> Double {
    var (safety, missing) = (pair.safetyStock, 0.0)
    switch service {
    case .fixed: break
    case .fill(_, let curve): safety = farthest(curve)
    case .cost(let perUnit, let curve):
      safety = farthest(curve)
      missing = perUnit * pair.demand * curve.floorShortage / smallest
    }
    var surcharge = 0.0
    if isIncremental, let last = breaks.last {
      surcharge = (pair.unitCost - last.unitCost) * last.from
    }
    let cheapest = breaks.last?.unitCost ?? pair.unitCost
    let wait = (backorderCost ?? 0) / 2 * largest
    return pair.demand * (pair.orderCost + surcharge) / smallest
      + holdingRate * surcharge * (0.5 + safety / smallest)
      + pair.holdingCost * (largest / 2 + safety) + (pair.unitCost - cheapest) * pair.demand
      + missing + wait
  }
}
