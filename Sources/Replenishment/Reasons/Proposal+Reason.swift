extension Proposal {
  /// Why this is proposed, in a sentence; `policy` is that of the same plan.
  ///
  /// Sentences are made of the plan's own figures when somebody wants to read them: a plan that is
  /// stored by the million does not carry text.
  public func reason(under policy: StockPolicy) -> String {
    let sold = Figure.units(policy.leadTimeMean)
    let quantile = Figure.units(policy.leadTimeMean + policy.safetyStock)
    let span = Figure.days(policy.protectionDays)
    var text =
      "position \(Figure.units(position)) is at or below the reorder point "
      + "\(Figure.units(policy.reorderPoint)) "
      + "(\(span) of lead time and review \(policy.protectionDays == 1 ? "sells" : "sell") "
      + "\(sold) on average, \(quantile) at \(Figure.percent(policy.serviceLevel))); "
      + policy.lotReason
    let lots = policy.lot > 0 ? (quantity / policy.lot).rounded() : 1
    if lots > 1 { text += "; \(Figure.text(lots, decimals: 0)) lots lift it above" }
    return text
  }
}

extension StockPolicy {
  /// How the lot came about.
  var lotReason: String {
    let free = Figure.units(economicLot)
    let start = "lot \(Figure.units(lot)) = "
    if basis.contains(.freeHolding) {
      return start + "\(Figure.days(maximumCoverDays)) of demand, as holding it costs nothing"
    }
    if lot == smallestOrder, lot > economicLot, minimumOrder > orderMultiple {
      let packs = lot > minimumOrder ? " in packs of \(Figure.units(orderMultiple))" : ""
      return start + "the minimum order \(Figure.units(minimumOrder))\(packs) (EOQ \(free))"
    }
    if orderMultiple == unit {
      return start + "EOQ \(free)" + (basis.contains(.fractional) ? "" : " in whole units")
    }
    return start + "EOQ \(free) rounded to packs of \(Figure.units(orderMultiple))"
  }
}
