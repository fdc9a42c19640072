public import Demand

/// Reads the limits that all SKUs share: `limit,value` with the limits `cash` and `cash_today`.
public enum LimitReader {
  /// The columns.
  public static let columns = ["limit", "value"]
  /// The limits that there are.
  public static let limits = ["cash", "cash_today"]

  /// Reads a whole file: the limits, and the rows that were not taken.
  public static func read(
    _ source: ByteSource
  ) throws(TableError) -> (limits: PlanLimits, rejected: [RejectedRow]) {
    var rows = try MasterRows(source, required: columns, optional: [])
    var limits: [String: Double] = [:]
    var rejected: [RejectedRow] = []
    while let row = try rows.next({ (row) throws(MasterRows.Fault) in try parse(row, limits) }) {
      switch row {
      case .success(let (name, value)): limits[name] = value
      case .failure(let rejection): rejected.append(rejection.row)
      }
    }
    var result = PlanLimits()
    result.cash = limits["cash"]
    result.cashToday = limits["cash_today"]
    return (result, rejected)
  }

  private static func parse(
    _ row: borrowing MasterRows, _ earlier: [String: Double]
  ) throws(MasterRows.Fault) -> (String, Double) {
    guard let name = try row.word("limit", among: limits) else {
      throw MasterRows.Fault(
        reason: .badWord,
        sentence: "limit is empty; write \(limits.joined(separator: " or ")), or remove the row")
    }
    guard earlier[name] == nil else {
      throw MasterRows.Fault(
        reason: .duplicate, sentence: "limit \"\(name)\" is there twice; remove one row")
    }
    guard let value = try row.number("value") else {
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "value is empty; write how much, or remove the row where there is no limit")
    }
    return (name, value)
  }
}
