public import Demand

/// Something about a SKU at a location that needs a planner's eye.
public enum PlanException: Equatable, Sendable {
  /// What there is runs out on `day`, before an order placed now can arrive, and `units` of demand
  /// go unmet until then. `value` is what they would have sold for.
  case stockOut(position: Double, day: Day, units: Double, value: Double)
  /// What there is lasts for `coverDays`; `units` worth `value` are more than the longest cover
  /// that is allowed.
  case overstock(position: Double, coverDays: Double, units: Double, value: Double)
  /// The data cannot be right or has gaps. `value` is the purchase that rests on it.
  case dataFault(DataFaults, value: Double)
  /// The supplier's minimum or packs force a lot that lasts for `coverDays`; `units` worth `value`
  /// are more than the free lot.
  case minimumForcesCover(coverDays: Double, units: Double, value: Double)

  /// The kinds, for counting and filtering.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// `PlanException.stockOut`.
    case stockOut = 0
    /// `PlanException.overstock`.
    case overstock = 1
    /// `PlanException.dataFault`.
    case dataFault = 2
    /// `PlanException.minimumForcesCover`.
    case minimumForcesCover = 3

    /// The name in exports.
    public var name: String {
      switch self {
      case .stockOut: "stock-out"
      case .overstock: "overstock"
      case .dataFault: "data-fault"
      case .minimumForcesCover: "minimum-forces-cover"
      }
    }
  }

  /// The kind of the exception.
  public var kind: Kind {
    switch self {
    case .stockOut: .stockOut
    case .overstock: .overstock
    case .dataFault: .dataFault
    case .minimumForcesCover: .minimumForcesCover
    }
  }

  /// The money at risk, by which exceptions are ranked.
  public var valueAtRisk: Double {
    switch self {
    case .stockOut(_, _, _, let value), .overstock(_, _, _, let value), .dataFault(_, let value),
      .minimumForcesCover(_, _, let value):
      value
    }
  }

  /// The units that are missing or too many; 0 for faults in the data.
  public var units: Double {
    switch self {
    case .stockOut(_, _, let units, _), .overstock(_, _, let units, _),
      .minimumForcesCover(_, let units, _):
      units
    case .dataFault: 0
    }
  }

  /// The first day without stock, of a stock-out.
  public var day: Day? {
    guard case .stockOut(_, let day, _, _) = self else { return nil }
    return day
  }

  /// How long the stock or the lot lasts, of an overstock or a forced lot.
  public var coverDays: Double? {
    switch self {
    case .overstock(_, let days, _, _), .minimumForcesCover(let days, _, _): days
    case .stockOut, .dataFault: nil
    }
  }
}
