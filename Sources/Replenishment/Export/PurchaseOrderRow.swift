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
    .number("position"), .number("reorder_point"), .number("lot"), .text("supplier"),
    .number("wanted"), .text("cut"), .number("benefit"), .text("number"),
    .text("first_proposed"), .text("state"), .text("held_by"), .text("reason"),
  ]

  /// Makes the line of a proposal; `policy` is that of the same plan.
  public init(_ proposal: Proposal, policy: StockPolicy, sku: SKU, location: Location) {
    fields = [
      sku.description, location.description, proposal.orderDay.description,
      proposal.arrivalDay.description, Figure.text(proposal.quantity, decimals: 3),
      Figure.text(policy.unitCost, decimals: 4), Figure.text(proposal.value),
      Figure.text(proposal.cost), Figure.text(proposal.position, decimals: 3),
      Figure.text(policy.reorderPoint, decimals: 3), Figure.text(policy.lot, decimals: 3),
      policy.supplier, Figure.text(proposal.wanted, decimals: 3), proposal.cut?.name ?? "",
      Figure.text(proposal.benefit), proposal.identity.text,
      proposal.identity.firstProposed.description, proposal.identity.state(proposal.heldBy),
      proposal.heldBy?.name ?? "", proposal.reason(under: policy),
    ]
  }
}

extension ProposalIdentity {
  /// The number as sixteen hexadecimal digits.
  public var text: String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Whether it is to be released, and for the first time.
  func state(_ heldBy: TodayLimit?) -> String {
    heldBy != nil ? "held" : isNew ? "new" : "open"
  }
}

extension LocationPlan {
  /// The lines of the plan's proposals.
  public func purchaseOrderRows(sku: SKU, location: Location) -> [PurchaseOrderRow] {
    proposals.map { PurchaseOrderRow($0, policy: policy, sku: sku, location: location) }
  }
}
