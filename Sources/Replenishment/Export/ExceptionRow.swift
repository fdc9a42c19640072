public import Demand

/// An exception as a line of `exceptions`.
public struct ExceptionRow: PlanRow, Equatable {
  /// `exceptions`.
  public static let name = "exceptions"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

  /// Appends the fields.
  public func write(to line: inout PlanFields) { for field in fields { line.text(field) } }

  private static let layout: [PlanColumn] = [
    .text("sku"), .text("location"), .text("kind"), .number("value_at_risk"),
    .number("units"), .text("day"), .number("cover_days"), .text("limit"), .text("reason"),
  ]

  /// Makes the line of an exception; `policy` is that of the same plan.
  public init(_ exception: PlanException, policy: StockPolicy, sku: SKU, location: Location) {
    fields = [
      sku.description, location.description, exception.kind.name,
      Figure.text(exception.valueAtRisk), Figure.text(exception.units, decimals: 3),
      exception.day?.description ?? "",
      exception.coverDays.map { Figure.text($0, decimals: 1) } ?? "",
      exception.limitName ?? "", exception.reason(under: policy),
    ]
  }
}

extension LocationPlan {
  /// The lines of the plan's exceptions.
  public func exceptionRows(sku: SKU, location: Location) -> [ExceptionRow] {
    exceptions.map { ExceptionRow($0, policy: policy, sku: sku, location: location) }
  }
}
