import Demand

extension Proposal {
  /// Why this is proposed, in a sentence; `policy` is that of the same plan.
  ///
  /// Sentences are made of the plan's own figures when somebody wants to read them: a plan that is
  /// stored by the million does not carry text.
  public func reason(under policy: StockPolicy) -> String {
    var text = policy.basis.contains(.lastBuy) ? lastBuy(policy) : due(policy)
    switch cut {
    case .maximumOrder: text += "; cut from \(Figure.units(wanted)) to the supplier's largest order"
    case .supply: text += "; cut from \(Figure.units(wanted)), as the supplier has no more for all"
    case .shelfLife: text += "; cut from \(Figure.units(wanted)) to what sells before it spoils"
    case nil: break
    }
    if !policy.supplier.isEmpty { text += "; from \(policy.supplier)" }
    return text + policy.scopeReason + identity.reason(orderDay) + heldReason(heldBy)
  }

  private func due(_ policy: StockPolicy) -> String {
    let relation = position > policy.reorderPoint ? "barely above" : "at or below"
    var text =
      "position \(Figure.units(position)) is \(relation) the reorder point "
      + "\(Figure.units(policy.reorderPoint)) (\(policy.demandReason)); \(policy.lotReason)"
    if policy.isSeasonal {
      return text + "; \(Figure.units(wanted)) follow the weeks to come, as demand is seasonal"
    }
    let lots = policy.lot > 0 ? (wanted / policy.lot).rounded() : 1
    if lots > 1 { text += "; \(Figure.text(lots, decimals: 0)) lots lift it above" }
    return text
  }

  private func lastBuy(_ policy: StockPolicy) -> String {
    "bought for the last time: position \(Figure.units(position)) is filled up to "
      + "\(Figure.units(policy.reorderPoint)), where a further unit would be left over more "
      + "often than its margin pays for"
  }
}

extension Transfer {
  /// Why this is proposed, in a sentence; `policy` is that of the same plan.
  public func reason(under policy: StockPolicy) -> String {
    var text =
      "position \(Figure.units(position)) is short of the reorder point "
      + "\(Figure.units(policy.reorderPoint)), and \(origin) has \(Figure.units(originPosition)) "
      + "with a reorder point of \(Figure.units(originReorderPoint)): moving "
      + "\(Figure.units(quantity)) costs \(Figure.text(cost)) and saves "
      + "\(Figure.text(saving + cost))"
    let days = arrivalDay - orderDay
    if savedUnits > 0 {
      text +=
        ", as it is there after \(Figure.days(days)) where an order takes "
        + "\(policy.leadTimeDays), and \(Figure.units(savedUnits)) units more sell"
    }
    return text + policy.scopeReason + identity.reason(orderDay) + heldReason(heldBy)
  }
}

extension ProposalIdentity {
  fileprivate func reason(_ day: Day) -> String {
    isNew || firstProposed == day ? "" : "; proposed since \(firstProposed)"
  }
}

private func heldReason(_ limit: TodayLimit?) -> String {
  limit.map { "; held back: \($0.words) went to more urgent ones" } ?? ""
}

extension TodayLimit {
  /// What it limits, in words.
  var words: String {
    switch self {
    case .slots: "the receiving lines of the day"
    case .space: "space"
    case .cash: "cash for stock"
    case .cashToday: "cash for today's orders"
    }
  }
}
