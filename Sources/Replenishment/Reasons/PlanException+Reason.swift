extension PlanException {
  /// What is the matter, in a sentence; `policy` is that of the same plan.
  public func reason(under policy: StockPolicy) -> String {
    switch self {
    case .stockOut(let position, let day, let units, let value):
      let start =
        position < 0
        ? "\(Figure.units(-position)) units more are promised than are on hand and on order"
        : position == 0
          ? "nothing is on hand or on order"
          : "position \(Figure.units(position)) runs out on \(day)"
      return start
        + ", and an order takes \(Figure.days(policy.leadTimeDays)): "
        + "\(Figure.units(units)) units worth \(Figure.text(value)) go unmet"
    case .overstock(let position, let coverDays, let units, let value):
      let start =
        policy.basis.contains(.noDemand)
        ? "nothing is expected to sell of position \(Figure.units(position))"
        : "position \(Figure.units(position)) lasts \(Figure.cover(coverDays)), "
          + "at most \(Figure.days(policy.maximumCoverDays)) are wanted"
      return start + ": \(Figure.units(units)) units worth \(Figure.text(value)) are too many"
    case .dataFault(let faults, let value):
      let affected = value > 0 ? "; a purchase worth \(Figure.text(value)) rests on it" : ""
      return faults.sentences(under: policy).joined(separator: "; ") + affected
    case .minimumForcesCover(let coverDays, let units, let value):
      let cause =
        policy.minimumOrder > policy.orderMultiple
        ? "the minimum order \(Figure.units(policy.minimumOrder))"
        : "the pack of \(Figure.units(policy.orderMultiple))"
      return "\(cause) lasts \(Figure.cover(coverDays)): \(Figure.units(units)) units worth "
        + "\(Figure.text(value)) more than the EOQ \(Figure.units(policy.economicLot))"
    }
  }
}

extension DataFaults {
  fileprivate func sentences(under policy: StockPolicy) -> [String] {
    let all: [(fault: DataFaults, text: String)] = [
      (.negativeOnHand, "stock on hand is negative and counts as 0"),
      (.negativeReserved, "reserved stock is negative and counts as 0"),
      (.negativeOnOrder, "stock on order is negative and counts as 0"),
      (.impossibleStock, "a stock figure is impossible and was brought back to its bound"),
      (
        .missingUnitCost,
        "the item has no unit cost; \(Figure.text(policy.unitCost, decimals: 4)) is assumed"
      ),
      (
        .missingLeadTime,
        "the item has no lead time; \(Figure.days(policy.leadTimeDays)) are assumed"
      ),
      (
        .impossibleItemValue,
        "a value of the item is impossible and was brought back to its bound"
      ),
    ]
    return all.filter { contains($0.fault) }.map(\.text)
  }
}
