public import Demand

/// Reads planners' rules: `scope[,service_type,service_level,holding_rate,stockout_cost,
/// backorder_cost,minimum_cover_days,maximum_cover_days,do_not_stock,fixed_lot]`, columns in any
/// order. What is empty is left to wider rules.
public enum PolicyReader {
  /// The columns.
  public static let columns = [
    "scope", "service_type", "service_level", "holding_rate", "stockout_cost", "backorder_cost",
    "minimum_cover_days", "maximum_cover_days", "do_not_stock", "fixed_lot",
  ]
  /// The longest cover, in days.
  static let maximumCoverDays = 3_650.0
  /// The highest holding rate: ten times the unit cost a year.
  static let maximumHoldingRate = 10.0

  /// Reads a whole file: the rules in its order, and the rows that were not taken.
  public static func read(
    _ source: ByteSource, knownLocations: [Location]? = nil
  ) throws(TableError) -> (rules: [PolicyRule], rejected: [RejectedRow]) {
    var rows = try MasterRows(
      source, required: ["scope"], optional: Array(columns.dropFirst()))
    let known = knownLocations.map(Set.init)
    var rules: [PolicyRule] = []
    var rejected: [RejectedRow] = []
    while let row = try rows.next({ (row) throws(MasterRows.Fault) in
      try parse(row, known, count: rules.count)
    }) {
      switch row {
      case .success(let rule): rules.append(rule)
      case .failure(let rejection): rejected.append(rejection.row)
      }
    }
    return (rules, rejected)
  }

  private static func parse(
    _ row: borrowing MasterRows, _ known: Set<Location>?, count: Int
  ) throws(MasterRows.Fault) -> PolicyRule {
    var rule = PolicyRule(scope: try scope(row, known))
    rule.serviceType = try row.word("service_type", among: ServiceType.allCases.map(\.name))
      .flatMap { word in ServiceType.allCases.first { $0.name == word } }
    rule.serviceLevel = try serviceLevel(row)
    rule.holdingRate = try row.number(
      "holding_rate", atMost: maximumHoldingRate, "times the unit cost a year")
    rule.stockoutCost = try row.number("stockout_cost")
    rule.backorderCost = try row.positive(
      "backorder_cost", "would let every order wait; leave it empty where none may")
    rule.minimumCoverDays = try row.number(
      "minimum_cover_days", atMost: maximumCoverDays, "days")
    rule.maximumCoverDays = try row.number(
      "maximum_cover_days", atMost: maximumCoverDays, "days")
    rule.doNotStock = try row.flag("do_not_stock")
    rule.fixedLot = try row.positive("fixed_lot", "orders nothing; write do_not_stock 1 for that")
    try check(rule, count)
    return rule
  }

  private static func scope(
    _ row: borrowing MasterRows, _ known: Set<Location>?
  ) throws(MasterRows.Fault) -> PolicyScope {
    let scope: PolicyScope
    do { scope = try PolicyScope(text: try row.cell("scope")) } catch let fault as MasterRows.Fault
    {
      throw fault
    } catch {
      throw MasterRows.Fault(reason: .badScope, sentence: "\(error)")
    }
    if let location = scope.location { try row.check(location, "location", known: known) }
    return scope
  }

  private static func serviceLevel(
    _ row: borrowing MasterRows
  ) throws(MasterRows.Fault) -> Double? {
    guard let level = try row.number("service_level") else { return nil }
    guard level > 0, level < 1 else {
      let hint = level > 1 && level < 100 ? "; write \(level / 100) for \(level) %" : ""
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "service_level \(MasterRows.text(level)) is not between 0 and 1\(hint)")
    }
    return level
  }

  private static func check(_ rule: PolicyRule, _ count: Int) throws(MasterRows.Fault) {
    if rule.serviceType == .cost, rule.serviceLevel != nil {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "service_type cost takes no service_level; leave it empty, and say what a "
          + "missing unit costs in stockout_cost")
    }
    if let least = rule.minimumCoverDays, let most = rule.maximumCoverDays, least > most {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "minimum_cover_days \(MasterRows.text(least)) is more than maximum_cover_days "
          + "\(MasterRows.text(most)); correct one")
    }
    guard rule != PolicyRule(scope: rule.scope) else {
      throw MasterRows.Fault(
        reason: .contradiction, sentence: "the rule says nothing; give a value or remove the row")
    }
    guard count < PlanningDocument.maximumRules else {
      throw MasterRows.Fault(
        reason: .tooMany,
        sentence: "there are more than \(PlanningDocument.maximumRules) rules; leave some out")
    }
  }
}
