public import Demand

/// Reads stock: `sku,location,on_hand[,reserved,on_order,in_transit,eta]`, columns in any order;
/// the last two are lists by ";" of units and the days on which they arrive.
@safe
public struct InventoryReader: ~Copyable {
  /// The columns.
  public static let columns = [
    "sku", "location", "on_hand", "reserved", "on_order", "in_transit", "eta",
  ]

  private var rows: MasterRows
  private let defaultLocation: Location?
  private let knownLocations: Set<Location>?

  /// Reads the first line of `source`; locations are as for `SalesReader`.
  public init(
    _ source: ByteSource, defaultLocation: Location? = nil, knownLocations: [Location]? = nil
  ) throws(TableError) {
    let required = ["sku", "on_hand"] + (defaultLocation == nil ? ["location"] : [])
    rows = try MasterRows(
      source, required: required, optional: Self.columns.filter { !required.contains($0) })
    self.defaultLocation = defaultLocation
    self.knownLocations = knownLocations.map(Set.init)
  }

  /// Reads up to `maximumRows` rows, good or bad, and hands each to one of the two closures. False
  /// when the end was reached. Of two rows for one place both are handed over; the last one wins.
  public mutating func read(
    maximumRows: Int = .max, stock: (SKU, Location, Stock) -> Void,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    var left = maximumRows
    let defaultLocation = defaultLocation
    let knownLocations = knownLocations
    while left > 0 {
      left -= 1
      let row = try rows.next { (row) throws(MasterRows.Fault) in
        try Self.parse(row, defaultLocation, knownLocations)
      }
      switch row {
      case .none: return false
      case .success(let row): stock(row.0, row.1, row.2)
      case .failure(let rejection): rejected(rejection.row)
      }
    }
    return true
  }

  private static func parse(
    _ row: borrowing MasterRows, _ defaultLocation: Location?, _ known: Set<Location>?
  ) throws(MasterRows.Fault) -> (SKU, Location, Stock) {
    let sku = SKU(trusted: try row.name("sku", limit: SKU.maximumBytes, .badSKU))
    let location: Location
    if let defaultLocation, !row.has("location") {
      try row.check(defaultLocation, "location", known: known)
      location = defaultLocation
    } else {
      location = try row.location("location", known: known)
    }
    var stock = Stock(
      onHand: try row.number("on_hand") ?? 0, reserved: try row.number("reserved") ?? 0,
      onOrder: try row.number("on_order") ?? 0)
    stock.inTransit = try TransitText.receipts(row)
    return (sku, location, stock)
  }
}
