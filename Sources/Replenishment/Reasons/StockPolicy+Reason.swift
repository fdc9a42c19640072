import Demand

extension StockPolicy {
  /// How it is kept and why, in a sentence.
  public var reason: String { sentence.text }

  /// The same in its making.
  var sentence: Phrase {
    if basis.contains(.notOrdered) { return "nothing is ordered any more" + scopeReason }
    if basis.contains(.noDemand) { return "nothing is expected to sell" + scopeReason }
    if basis.contains(.lastBuy) {
      return "bought for the last time, up to \(units: reorderPoint)" + scopeReason
    }
    return "ordered at \(units: reorderPoint) (\(demandReason)); \(lotReason)"
      + (supplier.isEmpty ? "" : "; from \(supplier)") + scopeReason
  }

  /// The demand and the service behind the reorder point.
  var demandReason: Phrase {
    let sold: Phrase = "\(units: leadTimeMean)"
    let quantile: Phrase = "\(units: leadTimeMean + safetyStock)"
    let spread: Phrase =
      leadTimeDeviation > 0 ? ", give or take \(number: leadTimeDeviation, decimals: 1)" : ""
    return "\(days: protectionDays) of lead time and review\(spread) "
      + "\(protectionDays == 1 ? "sells" : "sell") \(sold) on average, \(quantile) \(serviceWords)"
  }

  private var serviceWords: Phrase {
    switch serviceType {
    case .cycle: "at \(percent: serviceLevel)"
    case .fill: "meet \(percent: serviceLevel) of demand"
    case .cost: "cost least where a missing unit costs \(number: stockoutCost)"
    }
  }

  /// How the lot came about.
  var lotReason: Phrase {
    let free: Phrase = "\(units: economicLot)"
    let start: Phrase = "lot \(units: lot) = "
    if basis.contains(.freeHolding) {
      return start + "\(days: maximumCoverDays) of demand, as holding it costs nothing"
    }
    let prices = priceReason
    if lot == smallestOrder, lot > economicLot, minimumOrder > orderMultiple {
      let packs: Phrase =
        lot > minimumOrder ? " in packs of \(units: orderMultiple)" : ""
      return start + "the minimum order \(units: minimumOrder)\(packs) (EOQ \(free))"
        + prices
    }
    // Bounds, rules, breaks and service may lead far from the formula: then it is not said that
    // rounding did.
    if abs(lotBeforePrices - economicLot) > max(orderMultiple, smallestOrder - economicLot),
      !basis.contains(.shelfLife)
    {
      let isLargest = lotBeforePrices + orderMultiple > maximumOrder
      let start: Phrase = "lot \(units: lot), where the EOQ alone is \(free)"
      return start + (isLargest ? " and the largest order \(units: maximumOrder)" : "") + prices
    }
    let shelf: Phrase =
      basis.contains(.shelfLife) ? ", no more than sells before it spoils" : ""
    if orderMultiple == unit {
      return start + "EOQ \(free)" + (basis.contains(.fractional) ? "" : " in whole units")
        + shelf + prices
    }
    return start + "EOQ \(free) rounded to packs of \(units: orderMultiple)" + shelf
      + prices
  }

  /// What shared limits did to the lot, and what they cost.
  private var priceReason: Phrase {
    var costs: [Phrase] = []
    if spacePrice > 0 {
      costs.append("space \(number: spacePrice, decimals: 4) a unit and year")
    }
    if cashPrice > 0 { costs.append("cash \(number: cashPrice, decimals: 4) a unit and year") }
    if linePrice > 0 { costs.append("receiving \(number: linePrice, decimals: 4) an order") }
    var text: Phrase = ""
    if !costs.isEmpty {
      let before: Phrase =
        lotBeforePrices == lot ? "unchanged by" : "\(units: lotBeforePrices) without"
      text += ", \(before) shared limits: "
      for (index, cost) in costs.enumerated() { text += index == 0 ? cost : ", \(cost)" }
    }
    if isMoved { text += ", moved by whole packs to keep them" }
    return text
  }

  /// Class and rules, where there are any.
  var scopeReason: Phrase {
    var text: Phrase = ""
    // By variability alone nothing is decided.
    if valueClass != nil, let name = className { text += "; class \(name)" }
    for (index, rule) in rules.enumerated() {
      text += index == 0 ? "; rule \(rule)" : ", rule \(rule)"
    }
    return text
  }

  /// The classes as planners write them: `AX`.
  var className: String? {
    let letters = (valueClass?.letter ?? "") + (variabilityClass?.letter ?? "")
    return letters.isEmpty ? nil : letters
  }
}
