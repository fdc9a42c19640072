extension PlanException {
  /// What is the matter, in a sentence; `policy` is that of the same plan.
  public func reason(under policy: StockPolicy) -> String {
    switch self {
    case .stockOut(let position, let day, let units, let value, let late):
      let start =
        position < 0
        ? "\(Figure.units(-position)) units more are promised than are on hand and on order"
        : position == 0
          ? "nothing is on hand or on order"
          : late > 0
            ? "stock runs out on \(day), \(Figure.units(late)) units on their way arrive later"
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
    case .deadStock(let units, let value):
      return "nothing is expected to sell: \(Figure.units(units)) units worth "
        + "\(Figure.text(value)) lie there"
    case .runDown(let position, let coverDays, let units, let value):
      return "not bought any more, position \(Figure.units(position)) lasts "
        + "\(Figure.cover(coverDays)): \(Figure.units(units)) units worth "
        + "\(Figure.text(value)) will be left after \(Figure.days(policy.maximumCoverDays))"
    case .infeasibleLimit(let limit, let needed, let value):
      // Large lots are few orders: of lines the largest lots need least.
      let lots = limit == .lines ? "largest" : "least"
      return "the \(lots) lots of all SKUs break the limit on \(limit.name); this one needs "
        + "\(Figure.text(needed)) of it, among the most, for stock worth \(Figure.text(value))"
    case .heldBack(let limit, let units, let value):
      return
        "\(Figure.units(units)) units wait: \(limit.words) cannot take them beside what is more "
        + "urgent; a review later costs \(Figure.text(value)) on average"
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
