public import Demand

/// Reads items: `sku[,category,unit_cost,price,volume_m3,leadtime_days,order_cost,size_minimum,
/// size_multiple]`, columns in any order.
@safe
public struct ItemReader: ~Copyable {
  /// The longest category, in bytes.
  public static let maximumCategoryBytes = 256
  /// The longest lead time, in days.
  public static let maximumLeadTimeDays = 3_650.0

  private var rows: MasterRows

  /// Reads the first line of `source`.
  public init(_ source: ByteSource) throws(TableError) {
    rows = try MasterRows(
      source, required: ["sku"],
      optional: [
        "category", "unit_cost", "price", "volume_m3", "leadtime_days", "order_cost",
        "size_minimum", "size_multiple",
      ])
  }

  /// Reads up to `maximumRows` rows, good or bad, and hands each to one of the two closures. False
  /// when the end was reached. Of two rows for one SKU both are handed over; the last one wins.
  public mutating func read(
    maximumRows: Int = .max, item: (SKU, Item) -> Void, rejected: (RejectedRow) -> Void
  ) throws(TableError) -> Bool {
    var left = maximumRows
    while left > 0 {
      left -= 1
      switch try rows.next(Self.parse) {
      case .none: return false
      case .success(let row): item(row.0, row.1)
      case .failure(let rejection): rejected(rejection.row)
      }
    }
    return true
  }

  private static func parse(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> (SKU, Item) {
    let sku = SKU(trusted: try row.name("sku", limit: SKU.maximumBytes, .badSKU))
    let item = Item(
      category: try row.text("category", limit: maximumCategoryBytes, .badCategory),
      unitCost: try row.number("unit_cost"), price: try row.number("price"),
      volumeCubicMetres: try row.number("volume_m3"), leadTimeDays: try leadTime(row),
      orderCost: try row.number("order_cost"), minimumOrder: try row.number("size_minimum"),
      orderMultiple: try multiple(row))
    return (sku, item)
  }

  /// A part of a day is a day: an order that takes 2.5 days is there on the third.
  private static func leadTime(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> Int? {
    guard let days = try row.number("leadtime_days") else { return nil }
    guard days <= maximumLeadTimeDays else {
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "leadtime_days \(days) is more than \(Int(maximumLeadTimeDays)); correct it")
    }
    return Int(days.rounded(.up))
  }

  private static func multiple(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> Double? {
    let multiple = try row.number("size_multiple")
    guard multiple != 0 else {
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "size_multiple 0 has no multiples; write 1 or leave it empty")
    }
    return multiple
  }
}
