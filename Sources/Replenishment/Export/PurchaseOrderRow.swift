public import Demand

/// A proposed purchase as a line of `purchase_orders`.
public struct PurchaseOrderRow: PlanRow, Equatable {
  /// `purchase_orders`.
  public static let name = "purchase_orders"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

  private static let layout: [PlanColumn] = [
    .text("sku"), .text("location"), .text("order_day"), .text("arrival_day"),
    .number("quantity"), .number("unit_cost"), .number("value"), .number("cost"),
    .number("position"), .number("reorder_point"), .number("lot"), .text("reason"),
  ]

  /// Makes the line of a proposal; `policy` is that of the same plan.
  public init(_ proposal: Proposal, policy: StockPolicy, sku: SKU, location: Location) {
    fields = [
      sku.description, location.description, proposal.orderDay.description,
      proposal.arrivalDay.description, Figure.text(proposal.quantity, decimals: 3),
      Figure.text(policy.unitCost, decimals: 4), Figure.text(proposal.value),
      Figure.text(proposal.cost), Figure.text(proposal.position, decimals: 3),
      Figure.text(policy.reorderPoint, decimals: 3), Figure.text(policy.lot, decimals: 3),
      proposal.reason(under: policy),
    ]
  }
}

extension LocationPlan {
  /// The lines of the plan's proposals.
  public func purchaseOrderRows(sku: SKU, location: Location) -> [PurchaseOrderRow] {
    proposals.map { PurchaseOrderRow($0, policy: policy, sku: sku, location: location) }
  }
}
