public import Demand

/// Reads warehouses: `id[,volume_capacity_m3,receiving_lines_per_day,storage_cost_m3_year]`,
/// columns in any order.
public enum WarehouseReader {
  /// The columns.
  public static let columns = [
    "id", "volume_capacity_m3", "receiving_lines_per_day", "storage_cost_m3_year",
  ]

  /// Reads a whole file: the warehouses in its order, and the rows that were not taken. A second
  /// row for a warehouse is one of them, and so is everything after `WarehouseList.maximumCount`.
  public static func read(
    _ source: ByteSource
  ) throws(TableError) -> (warehouses: WarehouseList, rejected: [RejectedRow]) {
    var rows = try MasterRows(
      source, required: ["id"], optional: Array(columns.dropFirst()))
    var seen: Set<Location> = []
    var list = WarehouseList()
    var rejected: [RejectedRow] = []
    while let row = try rows.next({ (row) throws(MasterRows.Fault) in try parse(row, &seen) }) {
      switch row {
      case .success(let warehouse): list.warehouses.append(warehouse)
      case .failure(let rejection): rejected.append(rejection.row)
      }
    }
    return (list, rejected)
  }

  private static func parse(
    _ row: borrowing MasterRows, _ seen: inout Set<Location>
  ) throws(MasterRows.Fault) -> Warehouse {
    let name = try row.name("id", limit: Location.maximumBytes, .badLocation)
    let warehouse = Warehouse(
      location: Location(trusted: name),
      capacityCubicMetres: try row.number("volume_capacity_m3"),
      storageCostPerCubicMetreYear: try row.number("storage_cost_m3_year") ?? 0,
      receivingLinesPerDay: try row.number("receiving_lines_per_day"))
    guard seen.count < WarehouseList.maximumCount else {
      throw MasterRows.Fault(
        reason: .tooMany,
        sentence: "there are more than \(WarehouseList.maximumCount) warehouses; leave some out")
    }
    guard seen.insert(warehouse.location).inserted else {
      throw MasterRows.Fault(
        reason: .duplicate,
        sentence: "warehouse \"\(warehouse.location)\" is there twice; remove one row")
    }
    return warehouse
  }
}
