public import Demand

/// Something about a SKU at a location that needs a planner's eye.
public enum PlanException: Equatable, Sendable {
  /// What there is runs out on `day`, before an order placed now can arrive, and `units` of demand
  /// go unmet until then. `value` is what they would have sold for; `late` units are on their way
  /// and arrive after that day.
  case stockOut(position: Double, day: Day, units: Double, value: Double, late: Double)
  /// What there is lasts for `coverDays`; `units` worth `value` are more than the longest cover
  /// that is allowed.
  case overstock(position: Double, coverDays: Double, units: Double, value: Double)
  /// The data cannot be right or has gaps. `value` is the purchase that rests on it.
  case dataFault(DataFaults, value: Double)
  /// The supplier's minimum or packs force a lot that lasts for `coverDays`; `units` worth `value`
  /// are more than the free lot.
  case minimumForcesCover(coverDays: Double, units: Double, value: Double)
  /// Nothing is expected to sell of what there is.
  case deadStock(units: Double, value: Double)
  /// What is sold for the last time lasts for `coverDays`; `units` are more than the longest cover.
  case runDown(position: Double, coverDays: Double, units: Double, value: Double)
  /// The least lots of all SKUs break a limit, and this one needs among the most of it.
  case infeasibleLimit(SharedLimit, needed: Double, value: Double)
  /// What is proposed waits, for a limit of today. `value` is what waiting loses on average.
  case heldBack(by: TodayLimit, units: Double, value: Double)

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
    /// `PlanException.deadStock`.
    case deadStock = 4
    /// `PlanException.runDown`.
    case runDown = 5
    /// `PlanException.infeasibleLimit`.
    case infeasibleLimit = 6
    /// `PlanException.heldBack`.
    case heldBack = 7

    /// The name in exports.
    public var name: String {
      switch self {
      case .stockOut: "stock-out"
      case .overstock: "overstock"
      case .dataFault: "data-fault"
      case .minimumForcesCover: "minimum-forces-cover"
      case .deadStock: "dead-stock"
      case .runDown: "run-down"
      case .infeasibleLimit: "infeasible-limit"
      case .heldBack: "held-back"
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
    case .deadStock: .deadStock
    case .runDown: .runDown
    case .infeasibleLimit: .infeasibleLimit
    case .heldBack: .heldBack
    }
  }

  /// The money at risk, by which exceptions are ranked.
  public var valueAtRisk: Double {
    switch self {
    case .stockOut(_, _, _, let value, _), .overstock(_, _, _, let value),
      .dataFault(_, let value), .minimumForcesCover(_, _, let value), .deadStock(_, let value),
      .runDown(_, _, _, let value), .infeasibleLimit(_, _, let value), .heldBack(_, _, let value):
      value
    }
  }

  /// The units that are missing, too many or waiting; 0 for faults in the data and for limits.
  public var units: Double {
    switch self {
    case .stockOut(_, _, let units, _, _), .overstock(_, _, let units, _),
      .minimumForcesCover(_, let units, _), .deadStock(let units, _), .runDown(_, _, let units, _),
      .heldBack(_, let units, _):
      units
    case .dataFault, .infeasibleLimit: 0
    }
  }

  /// The first day without stock, of a stock-out.
  public var day: Day? {
    guard case .stockOut(_, let day, _, _, _) = self else { return nil }
    return day
  }

  /// How long the stock or the lot lasts, where that is what is wrong.
  public var coverDays: Double? {
    switch self {
    case .overstock(_, let days, _, _), .minimumForcesCover(let days, _, _),
      .runDown(_, let days, _, _):
      days
    case .stockOut, .dataFault, .deadStock, .infeasibleLimit, .heldBack: nil
    }
  }

  /// The limit that holds something back or cannot be kept.
  public var limitName: String? {
    switch self {
    case .heldBack(let limit, _, _): limit.name
    case .infeasibleLimit(let limit, _, _): limit.name
    default: nil
    }
  }
}

/// A limit that the lots of all SKUs share.
public enum SharedLimit: UInt8, CaseIterable, Sendable {
  /// The space of the warehouse.
  case space = 0
  /// The lines that the warehouse can receive a day.
  case lines = 1
  /// The cash tied up in stock.
  case cash = 2

  /// The name in exports.
  public var name: String { "\(self)" }
}
