public import Demand

/// A proposed transfer as a line of `transfers`.
public struct TransferRow: PlanRow, Equatable {
  /// `transfers`.
  public static let name = "transfers"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

  private static let layout: [PlanColumn] = [
    .text("sku"), .text("origin"), .text("destination"), .text("order_day"),
    .text("arrival_day"), .number("quantity"), .number("value"), .number("cost"),
    .number("saving"), .number("saved_units"), .number("position"), .number("origin_position"),
    .number("origin_reorder_point"), .number("benefit"), .text("number"), .text("first_proposed"),
    .text("state"),
    .text("held_by"), .text("reason"),
  ]

  /// Makes the line of a transfer; `policy` is that of the same plan.
  public init(_ transfer: Transfer, policy: StockPolicy, sku: SKU, location: Location) {
    fields = [
      sku.description, transfer.origin.description,
      location.description, transfer.orderDay.description, transfer.arrivalDay.description,
      Figure.text(transfer.quantity, decimals: 3), Figure.text(transfer.value),
      Figure.text(transfer.cost), Figure.text(transfer.saving),
      Figure.text(transfer.savedUnits, decimals: 3), Figure.text(transfer.position, decimals: 3),
      Figure.text(transfer.originPosition, decimals: 3),
      Figure.text(transfer.originReorderPoint, decimals: 3), Figure.text(transfer.benefit),
      transfer.identity.text, transfer.identity.firstProposed.description,
      transfer.identity.state(transfer.heldBy),
      transfer.heldBy?.name ?? "", transfer.reason(under: policy),
    ]
  }
}

extension LocationPlan {
  /// The lines of the plan's transfers.
  public func transferRows(sku: SKU, location: Location) -> [TransferRow] {
    transfers.map { TransferRow($0, policy: policy, sku: sku, location: location) }
  }
}
