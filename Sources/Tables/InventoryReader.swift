public import Demand

/// Reads stock: `sku,location,on_hand[,reserved,on_order]`, columns in any order.
@safe
public struct InventoryReader: ~Copyable {
  private var rows: MasterRows
  private let defaultLocation: Location?
  private let knownLocations: Set<Location>?

  /// Reads the first line of `source`; locations are as for `SalesReader`.
  public init(
    _ source: ByteSource, defaultLocation: Location? = nil, knownLocations: [Location]? = nil
  ) throws(TableError) {
    let location = ["location"]
    rows = try MasterRows(
      source, required: ["sku", "on_hand"] + (defaultLocation == nil ? location : []),
      optional: ["reserved", "on_order"] + (defaultLocation == nil ? [] : location))
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
      location = defaultLocation
    } else {
      location = Location(
        trusted: try row.name("location", limit: Location.maximumBytes, .badLocation))
    }
    if let known, !known.contains(location) {
      throw MasterRows.Fault(
        reason: .unknownLocation,
        sentence: "location \"\(location)\" is not among the \(known.count) warehouses; "
          + "add it to warehouses.csv")
    }
    let stock = Stock(
      onHand: try row.number("on_hand") ?? 0, reserved: try row.number("reserved") ?? 0,
      onOrder: try row.number("on_order") ?? 0)
    return (sku, location, stock)
  }
}
