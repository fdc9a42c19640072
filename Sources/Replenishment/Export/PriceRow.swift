import Allocation
public import Demand

/// A shared limit as a line of `prices`: what there is, what the plan comes to use of it, and what
/// one more of it is worth.
public struct PriceRow: PlanRow, Equatable {
  /// `prices`.
  public static let name = "prices"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

  private static let layout: [PlanColumn] = [
    .text("limit"), .text("location"), .text("unit"), .number("available"), .number("used"),
    .number("worth_year"), .number("needed"), .text("state"),
  ]

  /// The limit: `space`, `lines` or `cash`.
  public let limit: String
  /// Whose it is; nothing for cash.
  public let location: Location?
  /// What there is of it, and what the plan comes to use on average.
  public let available: Double, used: Double
  /// What one more cubic metre, receiving line a day or unit of cash would save a year.
  public let worth: Double
  /// What is wrong with it, where no lots keep it.
  public let unkept: UnkeptLimit?

  /// Whether it costs anything.
  public var isTight: Bool { worth > 0 }

  private init(
    _ limit: Limit, location: Location?, available: Double, used: Double, worth: Double,
    unkept: UnkeptLimit?
  ) {
    let (name, unit) =
      switch limit {
      case .space: ("space", "m3")
      case .lines: ("lines", "lines a day")
      case .cash: ("cash", "money")
      }
    self.limit = name
    self.location = location
    self.available = available
    self.used = used
    self.worth = worth
    self.unkept = unkept
    fields = [
      name, location?.description ?? "", unit, Figure.text(available, decimals: 3),
      Figure.text(used, decimals: 3), Figure.text(worth, decimals: 6),
      unkept.map { Figure.text($0.needed, decimals: 3) } ?? "",
      unkept == nil ? worth > 0 ? "tight" : "free" : "broken",
    ]
  }

  /// The limits of a document, as a plan meets them: of each warehouse its space and its lines,
  /// then cash. `summary` has what the plan uses.
  public static func rows(
    of plan: PricedPlan, _ document: PlanningDocument, _ summary: PlanSummary
  ) -> [PriceRow] {
    func unkept(_ limit: Limit) -> UnkeptLimit? { plan.unkept.first { $0.limit == limit } }
    var rows: [PriceRow] = []
    for (place, warehouse) in document.warehouses.warehouses.enumerated() {
      let totals = summary.byLocation[warehouse.location] ?? PlanTotals()
      if let space = warehouse.capacityCubicMetres {
        rows.append(
          PriceRow(
            .space(warehouse: place), location: warehouse.location, available: space,
            used: totals.expectedStockCubicMetres, worth: plan.prices?.space[place] ?? 0,
            unkept: unkept(.space(warehouse: place))))
      }
      if let lines = warehouse.receivingLinesPerDay {
        // The price is that of one line; a line a day is one on each day of the year.
        rows.append(
          PriceRow(
            .lines(warehouse: place), location: warehouse.location, available: lines,
            used: totals.linesPerYear / 365, worth: 365 * (plan.prices?.lines[place] ?? 0),
            unkept: unkept(.lines(warehouse: place))))
      }
    }
    if let cash = document.limits.cash {
      rows.append(
        PriceRow(
          .cash, location: nil, available: cash, used: summary.total.expectedStockValue,
          worth: plan.prices?.cash ?? 0, unkept: unkept(.cash)))
    }
    return rows
  }
}
