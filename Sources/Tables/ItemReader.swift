public import Demand

/// Reads items: `sku[,category,unit_cost,price,volume_m3,leadtime_days,order_cost,size_minimum,
/// size_multiple,shelf_life_days,lifecycle]`, columns in any order.
@safe
public struct ItemReader: ~Copyable {
  /// The longest category, in bytes.
  public static let maximumCategoryBytes = 256
  /// The longest lead time, in days.
  public static let maximumLeadTimeDays = 3_650.0

  /// The longest shelf life, in days.
  public static let maximumShelfLifeDays = 36_500.0
  /// The columns.
  public static let columns = [
    "sku", "category", "unit_cost", "price", "volume_m3", "leadtime_days", "order_cost",
    "size_minimum", "size_multiple", "shelf_life_days", "lifecycle",
  ]

  private var rows: MasterRows

  /// Reads the first line of `source`.
  public init(_ source: ByteSource) throws(TableError) {
    rows = try MasterRows(
      source, required: ["sku"], optional: Array(Self.columns.dropFirst()))
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
    var item = Item(
      category: try row.text("category", limit: maximumCategoryBytes, .badCategory),
      unitCost: try row.number("unit_cost"), price: try row.number("price"),
      volumeCubicMetres: try row.number("volume_m3"), leadTimeDays: try leadTime(row),
      orderCost: try row.number("order_cost"), minimumOrder: try row.number("size_minimum"),
      orderMultiple: try row.positive(
        "size_multiple", "has no multiples; write 1 or leave it empty"))
    item.shelfLifeDays = try shelfLife(row)
    if let word = try row.word("lifecycle", among: Lifecycle.allCases.map(\.name)) {
      item.lifecycle = Lifecycle(name: word) ?? .active
    }
    return (sku, item)
  }

  /// A part of a day is a day: an order that takes 2.5 days is there on the third.
  private static func leadTime(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> Int? {
    try row.number("leadtime_days", atMost: maximumLeadTimeDays, "days").map {
      Int($0.rounded(.up))
    }
  }

  /// A part of a day is none: what keeps for 2.5 days cannot be sold on the third.
  private static func shelfLife(_ row: borrowing MasterRows) throws(MasterRows.Fault) -> Int? {
    let days = try row.number("shelf_life_days", atMost: maximumShelfLifeDays, "days")
    guard let days else { return nil }
    guard days >= 1 else {
      throw MasterRows.Fault(
        reason: .badNumber,
        sentence: "shelf_life_days \(days) is less than a day; leave it empty for what keeps")
    }
    return Int(days.rounded(.down))
  }
}
