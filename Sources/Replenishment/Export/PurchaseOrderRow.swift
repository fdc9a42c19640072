public import Demand

/// A proposed purchase as a line of `purchase_orders`.
public struct PurchaseOrderRow: PlanRow, Equatable {
  /// `purchase_orders`.
  public static let name = "purchase_orders"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  private let proposal: Proposal
  private let policy: StockPolicy
  private let sku: SKU
  private let location: Location

  private static let layout: [PlanColumn] = [
    .text("sku"), .text("location"), .text("order_day"), .text("arrival_day"),
    .number("quantity"), .number("unit_cost"), .number("value"), .number("cost"),
    .number("position"), .number("reorder_point"), .number("lot"), .text("supplier"),
    .number("wanted"), .text("cut"), .number("benefit"), .text("number"),
    .text("first_proposed"), .text("state"), .text("held_by"), .text("reason"),
  ]

  /// Makes the line of a proposal; `policy` is that of the same plan.
  public init(_ proposal: Proposal, policy: StockPolicy, sku: SKU, location: Location) {
    self.proposal = proposal
    self.policy = policy
    self.sku = sku
    self.location = location
  }

  /// Appends the fields.
  public func write(to line: inout PlanFields) {
    line.sku(sku)
    line.location(location)
    line.day(proposal.orderDay)
    line.day(proposal.arrivalDay)
    line.number(proposal.quantity, decimals: 3)
    line.number(proposal.unitCost, decimals: 4)
    line.number(proposal.value)
    line.number(proposal.cost)
    line.number(proposal.position, decimals: 3)
    line.number(policy.reorderPoint, decimals: 3)
    line.number(policy.lot, decimals: 3)
    line.text(policy.supplier)
    line.number(proposal.wanted, decimals: 3)
    line.text(proposal.cut?.name ?? "")
    line.number(proposal.benefit)
    line.text(proposal.identity.text)
    line.day(proposal.identity.firstProposed)
    line.text(proposal.identity.state(proposal.heldBy))
    line.text(proposal.heldBy?.name ?? "")
    line.phrase(proposal.sentence(under: policy))
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
