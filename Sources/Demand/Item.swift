public import Packing

/// What is known of a SKU beside its sales: a row of `items.csv`. Absent values take the defaults
/// of the `policy` settings.
public struct Item: Equatable, Sendable {
  /// The longest category, in bytes.
  package static let maximumCategoryBytes = 256

  /// The group that reports gather by; empty when there is none.
  public var category: String
  /// What one unit costs to buy.
  public var unitCost: Double?
  /// What one unit sells for.
  public var price: Double?
  /// The space of one unit.
  public var volumeCubicMetres: Double?
  /// Days from order to receipt.
  public var leadTimeDays: Int?
  /// What placing one order costs.
  public var orderCost: Double?
  /// The smallest order, in units.
  public var minimumOrder: Double?
  /// Orders are whole multiples of this, in units.
  public var orderMultiple: Double?
  /// Days after which a unit cannot be sold any more.
  public var shelfLifeDays: Int?
  /// Where it is in its life.
  public var lifecycle = Lifecycle.active

  /// Makes an item.
  public init(
    category: String = "", unitCost: Double? = nil, price: Double? = nil,
    volumeCubicMetres: Double? = nil, leadTimeDays: Int? = nil, orderCost: Double? = nil,
    minimumOrder: Double? = nil, orderMultiple: Double? = nil
  ) {
    self.category = category
    self.unitCost = unitCost
    self.price = price
    self.volumeCubicMetres = volumeCubicMetres
    self.leadTimeDays = leadTimeDays
    self.orderCost = orderCost
    self.minimumOrder = minimumOrder
    self.orderMultiple = orderMultiple
  }

  /// The item as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.string(category)
    for value in [
      unitCost, price, volumeCubicMetres, leadTimeDays.map(Double.init), orderCost, minimumOrder,
      orderMultiple,
    ] {
      writer.bool(value != nil)
      if let value { writer.double(value) }
    }
    // Items that say nothing more keep their first form, which ends here.
    if shelfLifeDays != nil || lifecycle != .active {
      writer.bool(shelfLifeDays != nil)
      if let shelfLifeDays { writer.double(Double(shelfLifeDays)) }
      writer.fixed(lifecycle.rawValue)
    }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    func number(_ reader: inout ByteReader, _ what: String) throws(PackingError) -> Double? {
      guard try reader.bool() else { return nil }
      let value = try reader.finiteDouble(what)
      guard value >= 0, value <= 1e15 else { throw .invalid(what: what) }
      return value
    }
    category = try reader.string("category", limit: Self.maximumCategoryBytes)
    unitCost = try number(&reader, "unit cost")
    price = try number(&reader, "price")
    volumeCubicMetres = try number(&reader, "volume")
    leadTimeDays = try number(&reader, "lead time").map { Int($0.rounded()) }
    orderCost = try number(&reader, "order cost")
    minimumOrder = try number(&reader, "minimum order")
    orderMultiple = try number(&reader, "order multiple")
    if reader.left > 0 {
      shelfLifeDays = try number(&reader, "shelf life").map { Int($0.rounded()) }
      guard let stage = Lifecycle(rawValue: try reader.byte()) else {
        throw .invalid(what: "lifecycle")
      }
      lifecycle = stage
    }
    try reader.finish()
  }
}
