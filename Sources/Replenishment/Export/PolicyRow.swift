public import Demand

/// A policy as a line of `policies`.
public struct PolicyRow: PlanRow, Equatable {
  /// `policies`.
  public static let name = "policies"
  /// The names of the fields.
  public static let columns = layout.map(\.name)
  /// Which fields are numbers.
  public static let numbers = layout.map(\.isNumber)
  /// The fields, one for each column.
  public let fields: [String]

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
    fields = [
      sku.description, location.description, Figure.text(policy.annualDemand, decimals: 3),
      Figure.text(policy.economicLot, decimals: 3), Figure.text(policy.lot, decimals: 3),
      Figure.text(policy.lotDays, decimals: 1), Figure.text(policy.reorderPoint, decimals: 3),
      Figure.text(policy.safetyStock, decimals: 3),
      Figure.text(policy.leadTimeMean, decimals: 3), String(policy.leadTimeDays),
      String(policy.reviewDays), Figure.text(policy.serviceLevel, decimals: 4),
      Figure.text(policy.minimumOrder, decimals: 3),
      Figure.text(policy.orderMultiple, decimals: 3), Figure.text(policy.unitCost, decimals: 4),
      Figure.text(policy.volumeCubicMetres, decimals: 6),
      Figure.text(policy.orderCost), Figure.text(policy.holdingCost, decimals: 4),
      Figure.text(policy.orderCostPerYear), Figure.text(policy.holdingCostPerYear),
      policy.supplier, policy.serviceType.name, Figure.text(policy.expectedFill, decimals: 4),
      Figure.text(policy.lotBeforePrices, decimals: 3),
      Figure.text(policy.spacePrice, decimals: 6), Figure.text(policy.cashPrice, decimals: 6),
      Figure.text(policy.linePrice, decimals: 6),
      Figure.text(policy.leadTimeDeviation, decimals: 3),
      policy.maximumOrder.isFinite ? Figure.text(policy.maximumOrder, decimals: 3) : "",
      Figure.text(policy.stockoutCost, decimals: 4), policy.className ?? "",
      policy.rules.joined(separator: "; "), policy.basis.words.joined(separator: " "),
      policy.reason,
    ]
  }
}

extension LocationPlan {
  /// The line of the plan's policy.
  public func policyRow(sku: SKU, location: Location) -> PolicyRow {
    PolicyRow(policy, sku: sku, location: location)
  }
}
