public import Demand

/// A policy as a line of `policies`.
public struct PolicyRow: PlanRow, Equatable {
  /// `policies`.
  public static let name = "policies"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  private let policy: StockPolicy
  private let sku: SKU
  private let location: Location

  private static let layout: [PlanColumn] = [
    .text("sku"), .text("location"), .number("annual_demand"), .number("economic_lot"),
    .number("lot"), .number("lot_days"), .number("reorder_point"), .number("safety_stock"),
    .number("lead_time_mean"), .number("lead_time_days"), .number("review_days"),
    .number("service_level"), .number("minimum_order"), .number("order_multiple"),
    .number("unit_cost"), .number("volume_m3"), .number("order_cost"),
    .number("holding_cost"), .number("order_cost_year"), .number("holding_cost_year"),
    .text("supplier"), .text("service_type"), .number("expected_fill"),
    .number("lot_before_limits"), .number("space_price"), .number("cash_price"),
    .number("line_price"), .number("lead_time_deviation"), .number("maximum_order"),
    .number("stockout_cost"), .text("class"), .text("rules"), .text("basis"), .text("reason"),
  ]

  /// Makes the line of a policy.
  public init(_ policy: StockPolicy, sku: SKU, location: Location) {
    self.policy = policy
    self.sku = sku
    self.location = location
  }

  /// Appends the fields.
  public func write(to line: inout PlanFields) {
    line.sku(sku)
    line.location(location)
    line.number(policy.annualDemand, decimals: 3)
    line.number(policy.economicLot, decimals: 3)
    line.number(policy.lot, decimals: 3)
    line.number(policy.lotDays, decimals: 1)
    line.number(policy.reorderPoint, decimals: 3)
    line.number(policy.safetyStock, decimals: 3)
    line.number(policy.leadTimeMean, decimals: 3)
    line.count(policy.leadTimeDays)
    line.count(policy.reviewDays)
    line.number(policy.serviceLevel, decimals: 4)
    line.number(policy.minimumOrder, decimals: 3)
    line.number(policy.orderMultiple, decimals: 3)
    line.number(policy.unitCost, decimals: 4)
    line.number(policy.volumeCubicMetres, decimals: 6)
    line.number(policy.orderCost)
    line.number(policy.holdingCost, decimals: 4)
    line.number(policy.orderCostPerYear)
    line.number(policy.holdingCostPerYear)
    line.text(policy.supplier)
    line.text(policy.serviceType.name)
    line.number(policy.expectedFill, decimals: 4)
    line.number(policy.lotBeforePrices, decimals: 3)
    line.number(policy.spacePrice, decimals: 6)
    line.number(policy.cashPrice, decimals: 6)
    line.number(policy.linePrice, decimals: 6)
    line.number(policy.leadTimeDeviation, decimals: 3)
    line.text(policy.maximumOrder.isFinite ? Figure.text(policy.maximumOrder, decimals: 3) : "")
    line.number(policy.stockoutCost, decimals: 4)
    line.text(policy.className ?? "")
    line.text(policy.rules.joined(separator: "; "))
    line.text(policy.basis.words.joined(separator: " "))
    line.phrase(policy.sentence)
  }
}

extension LocationPlan {
  /// The line of the plan's policy.
  public func policyRow(sku: SKU, location: Location) -> PolicyRow {
    PolicyRow(policy, sku: sku, location: location)
  }
}
