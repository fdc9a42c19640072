public import Demand

/// What a plan comes to as the one line of `run`.
public struct RunRow: PlanRow, Equatable {
  /// `run`.
  public static let name = "run"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

  /// Appends the fields.
  public func write(to line: inout PlanFields) { for field in fields { line.text(field) } }

  private static let layout: [PlanColumn] = [
    .text("as_of"), .text("scenario"), .number("skus"), .number("lines"),
    .number("lines_without_stock"), .number("lines_on_defaults"), .number("purchase_orders"),
    .number("purchase_value"), .number("transfers"), .number("held_back"), .number("held_value"),
    .number("exceptions"), .number("stock_value"), .number("expected_stock_value"),
    .number("expected_stock_m3"), .number("lines_per_day"), .number("cost_year"),
    .number("expected_fill"), .text("verdict"), .number("limited_cost_year"),
    .number("lower_bound_year"), .number("gap"), .number("passes"), .number("repair_rounds"),
    .number("moved_lots"), .number("broken_limits"),
  ]

  /// Makes the line of a plan.
  public init(
    asOf: Day, skus: Int, _ plan: PricedPlan, _ summary: PlanSummary
  ) {
    let total = summary.total
    let proof = plan.certificate
    // A search that ended undecided proves nothing.
    let isProven = proof.verdict == .kept
    func proven(_ value: Double) -> String {
      isProven && value.isFinite ? Figure.text(value) : ""
    }
    let exceptions = PlanException.Kind.allCases.reduce(0) { $0 + total.exceptions($1) }
    let gap = isProven && proof.gap.isFinite ? "\(proof.gap)" : ""
    fields =
      [asOf.description, plan.scenario, String(skus), String(total.lines)]
      + [total.linesWithoutStock, total.linesOnDefaults, total.proposals].map(String.init)
      + [Figure.text(total.purchaseValue), String(total.transfers), String(total.heldBack)]
      + [Figure.text(total.heldValue), String(exceptions), Figure.text(total.stockValue)]
      + [Figure.text(total.expectedStockValue)]
      + [Figure.text(total.expectedStockCubicMetres, decimals: 3)]
      + [Figure.text(total.linesPerYear / 365, decimals: 3), Figure.text(total.yearlyCost)]
      + [Figure.text(total.expectedFill, decimals: 6), "\(proof.verdict)", proven(proof.cost)]
      + [proven(proof.bound), gap, String(proof.passes), String(proof.repairRounds)]
      + [String(proof.moved), String(plan.unkept.count)]
  }
}
