public import Demand

/// The arithmetic of the plan of one SKU at one location, line by line.
public struct PlanExplanation: Equatable, Sendable {
  /// One step: what it is, how it is worked out, and what comes of it.
  public struct Line: Equatable, Sendable {
    /// What it is.
    public let label: String
    /// How it is worked out, with its numbers; empty for what is given.
    public let formula: String
    /// What comes of it; nothing where the formula says it all.
    public let result: Double?
    /// The unit of the result.
    public let unit: String

    /// Makes a step.
    public init(label: String, formula: String, result: Double?, unit: String) {
      self.label = label
      self.formula = formula
      self.result = result
      self.unit = unit
    }
  }

  /// What it is about.
  public let sku: SKU, location: Location
  /// The steps, in their order.
  public private(set) var lines: [Line] = []

  /// Works the plan's figures out once more, in words.
  public init(_ plan: LocationPlan, sku: SKU, location: Location) {
    (self.sku, self.location) = (sku, location)
    explain(plan.policy)
    if let stock = plan.stock { explain(stock, plan) }
    for transfer in plan.transfers { explain(transfer, plan.policy) }
    for proposal in plan.proposals { explain(proposal, plan.policy) }
    for exception in plan.exceptions {
      add(exception.kind.name, exception.reason(under: plan.policy), exception.valueAtRisk, "money")
    }
  }

  /// The steps as text, a line each.
  public var text: String { Self.text(lines) }

  /// Steps as text, a line each.
  public static func text(_ lines: [Line]) -> String {
    let width = lines.map(\.label.count).max() ?? 0
    return lines.map { line in
      let label = line.label + String(repeating: " ", count: width - line.label.count)
      var text = label
      if let result = line.result {
        text += "  \(Figure.text(result, decimals: 4))" + (line.unit.isEmpty ? "" : " \(line.unit)")
        if !line.formula.isEmpty { text += "  = \(line.formula)" }
      } else {
        text += "  \(line.formula)"
      }
      return text
    }.joined(separator: "\n") + "\n"
  }

  private mutating func add(
    _ label: String, _ formula: String, _ result: Double? = nil, _ unit: String = ""
  ) {
    lines.append(Line(label: label, formula: formula, result: result, unit: unit))
  }

  // MARK: Policy

  private mutating func explain(_ policy: StockPolicy) {
    add("demand a year", "365 x the mean day of the forecast", policy.annualDemand, "units")
    if !policy.supplier.isEmpty { add("supplier", policy.supplier) }
    if let name = policy.className { add("class", name) }
    for rule in policy.rules { add("rule", rule) }
    add(
      "lead time and review", "\(policy.leadTimeDays) + \(policy.reviewDays)",
      Double(policy.protectionDays), "days")
    if policy.leadTimeDeviation > 0 {
      add("spread of the lead time", "", policy.leadTimeDeviation, "days")
    }
    add("demand over these days", "mean of the forecast", policy.leadTimeMean, "units")
    add("service", Self.service(policy), policy.serviceLevel)
    let point = "demand over these days at that service"
    let waits = policy.backordered
    add(
      "reorder point", waits > 0 ? "\(point) - waiting \(number(waits))" : point,
      policy.reorderPoint, "units")
    add(
      "safety stock",
      "reorder point \(number(policy.reorderPoint)) - demand \(number(policy.leadTimeMean))"
        + (waits > 0 ? " + waiting \(number(waits))" : ""),
      policy.safetyStock, "units")
    explainLot(policy)
    add("expected fill", "share of demand met from stock", policy.expectedFill)
  }

  private static func service(_ policy: StockPolicy) -> String {
    switch policy.serviceType {
    case .cycle: "probability that no unit is missing in a cycle"
    case .fill: "share of demand met from stock"
    case .cost:
      "cheapest where a missing unit costs \(Figure.text(policy.stockoutCost, decimals: 4))"
    }
  }

  private mutating func explainLot(_ policy: StockPolicy) {
    add("order cost", "", policy.orderCost, "money")
    add("holding cost", "a unit and year", policy.holdingCost, "money")
    guard policy.lot > 0 else {
      if policy.basis.contains(.lastBuy) {
        add(
          "last buy", "demand at the probability where one more unit costs what it earns",
          policy.economicLot, "units")
      }
      return add("lot", "nothing is ordered again", policy.lot, "units")
    }
    let product =
      "2 x \(number(policy.annualDemand)) x \(number(policy.orderCost))"
    add(
      "EOQ",
      policy.basis.contains(.freeHolding)
        ? "what sells in \(policy.maximumCoverDays) days at most, as holding costs nothing"
        : "sqrt(\(product) / \(number(policy.holdingCost)))",
      policy.economicLot, "units")
    let bounds =
      "whole packs of \(number(policy.orderMultiple)), at least \(number(policy.minimumOrder))"
    add("lot without shared limits", bounds, policy.lotBeforePrices, "units")
    for (label, price) in [
      ("price of space", policy.spacePrice), ("price of cash", policy.cashPrice),
    ] where price > 0 {
      add(label, "added to holding a unit for a year", price, "money")
    }
    if policy.linePrice > 0 {
      add("price of receiving", "added to an order", policy.linePrice, "money")
    }
    let orderCost = policy.orderCost + policy.linePrice
    let holdingCost = policy.holdingCost + policy.spacePrice + policy.cashPrice
    if orderCost != policy.orderCost || holdingCost != policy.holdingCost {
      add(
        "EOQ at these prices",
        "sqrt(2 x \(number(policy.annualDemand)) x \(number(orderCost)) / \(number(holdingCost)))",
        EOQ(annualDemand: policy.annualDemand, orderCost: orderCost, holdingCost: holdingCost).lot,
        "units")
    }
    add("lot", policy.isMoved ? "moved by whole packs to keep limits" : bounds, policy.lot, "units")
    add(
      "ordering a year",
      "\(number(policy.orderCost)) x \(number(policy.annualDemand)) / \(number(policy.lot))",
      policy.orderCostPerYear, "money")
    let there =
      policy.backordered > 0
      ? "\(number(policy.lotThere))^2 / (2 x \(number(policy.lot)))"
      : "\(number(policy.lot)) / 2"
    add(
      "holding a year",
      "\(number(policy.holdingCost)) x (\(there) + \(number(policy.safetyStock)))",
      policy.holdingCostPerYear, "money")
  }

  // MARK: Today

  private mutating func explain(_ stock: Stock, _ plan: LocationPlan) {
    let transit = stock.inTransit.reduce(0) { $0 + $1.units }
    add(
      "position",
      "on hand \(number(stock.onHand)) - reserved \(number(stock.reserved)) + on order "
        + "\(number(stock.onOrder)) + in transit \(number(transit))",
      stock.position, "units")
    for receipt in stock.inTransit {
      add("in transit", "arrives on \(receipt.day)", receipt.units, "units")
    }
    if plan.leaving > 0 { add("leaves for other locations", "", plan.leaving, "units") }
  }

  private mutating func explain(_ transfer: Transfer, _ policy: StockPolicy) {
    add(
      "transfer from \(transfer.origin)", transfer.reason(under: policy), transfer.quantity,
      "units")
  }

  private mutating func explain(_ proposal: Proposal, _ policy: StockPolicy) {
    if policy.lot > 0, !policy.isSeasonal {
      let lots = (proposal.wanted / policy.lot).rounded()
      let isWhole = abs(proposal.wanted - lots * policy.lot) <= Bounds.slack(proposal.wanted)
      add(
        "wanted",
        isWhole
          ? "\(number(lots)) x lot \(number(policy.lot))"
          : "as proposed on \(proposal.identity.firstProposed), the need is about the same",
        proposal.wanted, "units")
    }
    add("purchase", proposal.reason(under: policy), proposal.quantity, "units")
    add(
      "cost",
      "\(number(proposal.quantity)) x \(number(proposal.unitCost)) + \(number(policy.orderCost))",
      proposal.cost, "money")
    add("waiting for a review costs", "", proposal.benefit, "money")
  }

  private func number(_ value: Double) -> String { Figure.text(value, decimals: 4) }
}

extension LocationPlan {
  /// The arithmetic of the plan.
  public func explanation(sku: SKU, location: Location) -> PlanExplanation {
    PlanExplanation(self, sku: sku, location: location)
  }
}
