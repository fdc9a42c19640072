public import Demand

/// Reads where SKUs can be bought: `supplier,sku[,location,cost,leadtime_days,leadtime_sd,
/// size_minimum,size_multiple,size_maximum,order_cost,price_breaks,available]`, columns in any
/// order. A row without a location, or at `*`, holds everywhere.
@safe
public struct SupplierReader: ~Copyable {
  /// The columns.
  public static let columns = [
    "supplier", "sku", "location", "cost", "leadtime_days", "leadtime_sd", "size_minimum",
    "size_multiple", "size_maximum", "order_cost", "price_breaks", "available",
  ]

  private var rows: MasterRows
  private let knownLocations: Set<Location>?

  /// Reads the first line of `source`.
  public init(_ source: ByteSource, knownLocations: [Location]? = nil) throws(TableError) {
    rows = try MasterRows(
      source, required: ["supplier", "sku"], optional: Array(Self.columns.dropFirst(2)))
    self.knownLocations = knownLocations.map(Set.init)
  }

  /// Reads up to `maximumRows` rows, good or bad, and hands each to one of the two closures. False
  /// when the end was reached. Of two rows for one SKU, location and supplier the last one wins.
  public mutating func read(
    maximumRows: Int = .max, option: (SKU, Location?, SupplyOption) -> Void,
    rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    var left = maximumRows
    let known = knownLocations
    while left > 0 {
      left -= 1
      switch try rows.next({ (row) throws(MasterRows.Fault) in try Self.parse(row, known) }) {
      case .none: return false
      case .success(let row): option(row.0, row.1, row.2)
      case .failure(let rejection): rejected(rejection.row)
      }
    }
    return true
  }

  private static func parse(
    _ row: borrowing MasterRows, _ known: Set<Location>?
  ) throws(MasterRows.Fault) -> (SKU, Location?, SupplyOption) {
    let sku = SKU(trusted: try row.name("sku", limit: SKU.maximumBytes, .badSKU))
    guard sku.bytes != [UInt8(ascii: "*")] else {
      throw MasterRows.Fault(
        reason: .badSKU, sentence: "sku \"*\" is none: write a row for each SKU that is supplied")
    }
    let supplier = try row.name(
      "supplier", limit: SupplyOption.maximumSupplierBytes, .badSupplier)
    let location =
      try row.namesOne("location") ? try row.location("location", known: known) : nil
    var option = SupplyOption(origin: .supplier(String(decoding: supplier, as: UTF8.self)))
    option.unitCost = try row.number("cost")
    let longest = ItemReader.maximumLeadTimeDays
    option.leadTimeDays = try row.number("leadtime_days", atMost: longest, "days")
    option.leadTimeDeviation = try row.number("leadtime_sd", atMost: longest, "days")
    option.minimumOrder = try row.number("size_minimum")
    option.orderMultiple = try row.positive(
      "size_multiple", "has no multiples; write 1 or leave it empty")
    option.maximumOrder = try row.positive(
      "size_maximum", "lets nothing be ordered; write available 0 for that, or leave it empty")
    option.orderCost = try row.number("order_cost")
    option.available = try row.number("available")
    (option.breaks, option.isIncremental) = try PriceBreakText.breaks(
      row, unitCost: option.unitCost)
    try check(option)
    return (sku, location, option)
  }

  /// An order must be possible: some multiple of a pack from the minimum to the maximum.
  private static func check(_ option: SupplyOption) throws(MasterRows.Fault) {
    guard let maximum = option.maximumOrder else { return }
    let pack = option.orderMultiple ?? 1
    let least = max(1, ((option.minimumOrder ?? 0) / pack).rounded(.up)) * pack
    guard least > maximum else { return }
    let what =
      option.minimumOrder ?? 0 > maximum
      ? "size_minimum \(MasterRows.text(option.minimumOrder ?? 0))"
      : "the least order, \(MasterRows.text(least)) in packs of \(MasterRows.text(pack)),"
    throw MasterRows.Fault(
      reason: .contradiction,
      sentence: "\(what) is more than size_maximum \(MasterRows.text(maximum)); correct one")
  }
}
