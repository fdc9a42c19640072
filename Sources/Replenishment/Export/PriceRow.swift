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

  /// Appends the fields.
  public func write(to line: inout PlanFields) { for field in fields { line.text(field) } }

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

  /// The limits of a plan: of each warehouse its space and its lines, then cash. `summary` has what
  /// the plan uses.
  public static func rows(of plan: PricedPlan, _ summary: PlanSummary) -> [PriceRow] {
    var rows: [PriceRow] = []
    func add(_ limit: Limit, _ location: Location?, used: Double) {
      guard plan.limits[limit] < .infinity else { return }
      rows.append(
        PriceRow(
          limit, location: location, available: plan.limits[limit], used: used,
          worth: plan.prices?[limit] ?? 0,
          unkept: plan.unkept.first { $0.limit == limit }))
    }
    for (place, location) in plan.warehouses.enumerated() {
      let totals = summary.byLocation[location] ?? PlanTotals()
      add(
        .space(warehouse: place), location,
        used: totals.keptCubicMetres(share: plan.limits.kappa))
      add(
        .lines(warehouse: place), location, used: totals.linesPerYear / 365)
    }
    add(
      .cash, nil, used: summary.total.expectedStockValue)
    return rows
  }
}
