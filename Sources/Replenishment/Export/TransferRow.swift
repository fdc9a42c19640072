public import Demand

/// A proposed transfer as a line of `transfers`.
public struct TransferRow: PlanRow, Equatable {
  /// `transfers`.
  public static let name = "transfers"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  private let transfer: Transfer
  private let policy: StockPolicy
  private let sku: SKU
  private let location: Location

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
    self.transfer = transfer
    self.policy = policy
    self.sku = sku
    self.location = location
  }

  /// Appends the fields.
  public func write(to line: inout PlanFields) {
    line.sku(sku)
    line.location(transfer.origin)
    line.location(location)
    line.day(transfer.orderDay)
    line.day(transfer.arrivalDay)
    line.number(transfer.quantity, decimals: 3)
    line.number(transfer.value)
    line.number(transfer.cost)
    line.number(transfer.saving)
    line.number(transfer.savedUnits, decimals: 3)
    line.number(transfer.position, decimals: 3)
    line.number(transfer.originPosition, decimals: 3)
    line.number(transfer.originReorderPoint, decimals: 3)
    line.number(transfer.benefit)
    line.text(transfer.identity.text)
    line.day(transfer.identity.firstProposed)
    line.text(transfer.identity.state(transfer.heldBy))
    line.text(transfer.heldBy?.name ?? "")
    line.phrase(transfer.sentence(under: policy))
  }
}

extension LocationPlan {
  /// The lines of the plan's transfers.
  public func transferRows(sku: SKU, location: Location) -> [TransferRow] {
    transfers.map { TransferRow($0, policy: policy, sku: sku, location: location) }
  }
}
