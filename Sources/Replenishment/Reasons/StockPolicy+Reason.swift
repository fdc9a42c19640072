import Demand

extension StockPolicy {
  /// How it is kept and why, in a sentence.
  public var reason: String {
    if basis.contains(.notOrdered) { return "nothing is ordered any more" + scopeReason }
    if basis.contains(.noDemand) { return "nothing is expected to sell" + scopeReason }
    if basis.contains(.lastBuy) {
      return "bought for the last time, up to \(Figure.units(reorderPoint))" + scopeReason
    }
    return "ordered at \(Figure.units(reorderPoint)) (\(demandReason)); \(lotReason)"
      + (supplier.isEmpty ? "" : "; from \(supplier)") + scopeReason
  }

  /// The demand and the service behind the reorder point.
  var demandReason: String {
    let sold = Figure.units(leadTimeMean)
    let quantile = Figure.units(leadTimeMean + safetyStock)
    let spread =
      leadTimeDeviation > 0 ? ", give or take \(Figure.text(leadTimeDeviation, decimals: 1))" : ""
    return "\(Figure.days(protectionDays)) of lead time and review\(spread) "
      + "\(protectionDays == 1 ? "sells" : "sell") \(sold) on average, \(quantile) \(serviceWords)"
  }

  private var serviceWords: String {
    switch serviceType {
    case .cycle: "at \(Figure.percent(serviceLevel))"
    case .fill: "meet \(Figure.percent(serviceLevel)) of demand"
    case .cost: "cost least where a missing unit costs \(Figure.text(stockoutCost))"
    }
  }

  /// How the lot came about.
  var lotReason: String {
    let free = Figure.units(economicLot)
    let start = "lot \(Figure.units(lot)) = "
    if basis.contains(.freeHolding) {
      return start + "\(Figure.days(maximumCoverDays)) of demand, as holding it costs nothing"
    }
    let prices = priceReason
    if lot == smallestOrder, lot > economicLot, minimumOrder > orderMultiple {
      let packs = lot > minimumOrder ? " in packs of \(Figure.units(orderMultiple))" : ""
      return start + "the minimum order \(Figure.units(minimumOrder))\(packs) (EOQ \(free))"
        + prices
    }
    let shelf = basis.contains(.shelfLife) ? ", no more than sells before it spoils" : ""
    if orderMultiple == unit {
      return start + "EOQ \(free)" + (basis.contains(.fractional) ? "" : " in whole units")
        + shelf + prices
    }
    return start + "EOQ \(free) rounded to packs of \(Figure.units(orderMultiple))" + shelf
      + prices
  }

  /// What shared limits did to the lot, and what they cost.
  private var priceReason: String {
    var costs: [String] = []
    if spacePrice > 0 {
      costs.append("space \(Figure.text(spacePrice, decimals: 4)) a unit and year")
    }
    if cashPrice > 0 { costs.append("cash \(Figure.text(cashPrice, decimals: 4)) a unit and year") }
    if linePrice > 0 { costs.append("receiving \(Figure.text(linePrice, decimals: 4)) an order") }
    var text = ""
    if !costs.isEmpty {
      let before =
        lotBeforePrices == lot ? "unchanged by" : "\(Figure.units(lotBeforePrices)) without"
      text += ", \(before) shared limits: " + costs.joined(separator: ", ")
    }
    if isMoved { text += ", moved by whole packs to keep them" }
    return text
  }

  /// Class and rules, where there are any.
  var scopeReason: String {
    var text = ""
    // By variability alone nothing is decided.
    if valueClass != nil, let name = className { text += "; class \(name)" }
    if !rules.isEmpty { text += "; rule " + rules.joined(separator: ", rule ") }
    return text
  }

  /// The classes as planners write them: `AX`.
  var className: String? {
    let letters = (valueClass?.letter ?? "") + (variabilityClass?.letter ?? "")
    return letters.isEmpty ? nil : letters
  }
}
