public import Demand

/// Reads what moves between warehouses: `sku,origin,destination[,leadtime_days,cost]`, columns in
/// any order. A row of `*` is a lane that any SKU may take.
@safe
public struct DistributionReader: ~Copyable {
  /// The columns.
  public static let columns = ["sku", "origin", "destination", "leadtime_days", "cost"]

  private var rows: MasterRows
  private let knownLocations: Set<Location>?
  private var lanes: Set<[Location]> = []

  /// Reads the first line of `source`.
  public init(_ source: ByteSource, knownLocations: [Location]? = nil) throws(TableError) {
    rows = try MasterRows(
      source, required: ["sku", "origin", "destination"],
      optional: Array(Self.columns.dropFirst(3)))
    self.knownLocations = knownLocations.map(Set.init)
  }

  /// Reads up to `maximumRows` rows, good or bad, and hands each to one of the three closures.
  /// False when the end was reached. Of two rows of a SKU for one way the last one wins; a second
  /// lane for one way is rejected, and so is every lane after `PlanningDocument.maximumLanes`.
  public mutating func read(
    maximumRows: Int = .max, option: (SKU, Location, SupplyOption) -> Void,
    lane: (Lane) -> Void, rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    var left = maximumRows
    let known = knownLocations
    var lanes = lanes
    defer { self.lanes = lanes }
    while left > 0 {
      left -= 1
      let row = try rows.next { (row) throws(MasterRows.Fault) in
        try Self.parse(row, known, &lanes)
      }
      switch row {
      case .none: return false
      case .success(.lane(let found)): lane(found)
      case .success(.option(let sku, let location, let found)): option(sku, location, found)
      case .failure(let rejection): rejected(rejection.row)
      }
    }
    return true
  }

  private enum Row {
    case lane(Lane)
    case option(SKU, Location, SupplyOption)
  }

  private static func parse(
    _ row: borrowing MasterRows, _ known: Set<Location>?, _ lanes: inout Set<[Location]>
  ) throws(MasterRows.Fault) -> Row {
    let sku = SKU(trusted: try row.name("sku", limit: SKU.maximumBytes, .badSKU))
    let origin = try row.location("origin", known: known)
    let destination = try row.location("destination", known: known)
    guard origin != destination else {
      throw MasterRows.Fault(
        reason: .contradiction,
        sentence: "origin and destination are both \"\(origin)\"; correct one or remove the row")
    }
    let days = try row.number(
      "leadtime_days", atMost: PlanningDocument.maximumLeadTimeDays, "days")
    let cost = try row.number("cost")
    guard sku.bytes == [UInt8(ascii: "*")] else {
      return .option(
        sku, destination,
        SupplyOption(origin: .warehouse(origin), unitCost: cost, leadTimeDays: days))
    }
    guard let days else {
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "leadtime_days is empty in a lane for all SKUs; write how long it takes")
    }
    guard lanes.count < PlanningDocument.maximumLanes else {
      throw MasterRows.Fault(
        reason: .tooMany,
        sentence: "there are more than \(PlanningDocument.maximumLanes) lanes for all SKUs; "
          + "leave some out")
    }
    guard lanes.insert([origin, destination]).inserted else {
      throw MasterRows.Fault(
        reason: .duplicate,
        sentence: "the lane from \"\(origin)\" to \"\(destination)\" is there twice; "
          + "remove one row")
    }
    return .lane(
      Lane(origin: origin, destination: destination, leadTimeDays: days, unitCost: cost ?? 0))
  }
}
