import Demand

extension Proposal {
  /// Why this is proposed, in a sentence; `policy` is that of the same plan.
  ///
  /// Sentences are made of the plan's own figures when somebody wants to read them: a plan that is
  /// stored by the million does not carry text.
  public func reason(under policy: StockPolicy) -> String { sentence(under: policy).text }

  /// The same in its making.
  func sentence(under policy: StockPolicy) -> Phrase {
    var text = policy.basis.contains(.lastBuy) ? lastBuy(policy) : due(policy)
    switch cut {
    case .maximumOrder: text += "; cut from \(units: wanted) to the supplier's largest order"
    case .supply: text += "; cut from \(units: wanted), as the supplier has no more for all"
    case .shelfLife: text += "; cut from \(units: wanted) to what sells before it spoils"
    case nil: break
    }
    if !policy.supplier.isEmpty { text += "; from \(policy.supplier)" }
    return text + policy.scopeReason + identity.reason(orderDay) + heldReason(heldBy)
  }

  private func due(_ policy: StockPolicy) -> Phrase {
    let relation = position > policy.reorderPoint ? "barely above" : "at or below"
    var text: Phrase =
      "position \(units: position) is \(relation) the reorder point "
      + "\(units: policy.reorderPoint) (\(policy.demandReason)); \(policy.lotReason)"
    if policy.isSeasonal {
      return text + "; \(units: wanted) follow the weeks to come, as demand is seasonal"
    }
    let lots = policy.lot > 0 ? (wanted / policy.lot).rounded() : 1
    if lots > 1 { text += "; \(number: lots, decimals: 0) lots lift it above" }
    return text
  }

  private func lastBuy(_ policy: StockPolicy) -> Phrase {
    "bought for the last time: position \(units: position) is filled up to "
      + "\(units: policy.reorderPoint), where a further unit would be left over more "
      + "often than its margin pays for"
  }
}

extension Transfer {
  /// Why this is proposed, in a sentence; `policy` is that of the same plan.
  public func reason(under policy: StockPolicy) -> String { sentence(under: policy).text }

  /// The same in its making.
  func sentence(under policy: StockPolicy) -> Phrase {
    let need: Phrase =
      position <= policy.reorderPoint
      ? "is short of the reorder point \(units: policy.reorderPoint)"
      : "may not last until an order is there"
    var text: Phrase =
      "position \(units: position) " + need + ", and \(origin) has \(units: originPosition) "
      + "with a reorder point of \(units: originReorderPoint): moving "
      + "\(units: quantity) costs \(number: cost) and saves "
      + "\(number: saving + cost)"
    let days = arrivalDay - orderDay
    if savedUnits > 0 {
      text +=
        ", as it is there after \(days: days) where an order takes "
        + "\(policy.leadTimeDays), and \(units: savedUnits) units more sell"
    }
    return text + policy.scopeReason + identity.reason(orderDay) + heldReason(heldBy)
  }
}

extension ProposalIdentity {
  fileprivate func reason(_ day: Day) -> Phrase {
    isNew || firstProposed == day ? "" : "; proposed since \(firstProposed)"
  }
}

private func heldReason(_ limit: TodayLimit?) -> Phrase {
  limit.map { "; held back: \($0.words) cannot take it beside what is more urgent" } ?? ""
}

extension TodayLimit {
  /// What it limits, in words.
  var words: String {
    switch self {
    case .slots: "the receiving lines of the day"
    case .space: "the space of the warehouse"
    case .cash: "the cash for stock"
    case .cashToday: "the cash for today's orders"
    }
  }
}
