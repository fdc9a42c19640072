public import Packing

extension Prices: PlanPackable {
  /// One a message.
  public static var mostInList: Int { 1 }
  /// Two counts and two numbers.
  public static var fewestBytes: Int { 18 }

  /// Appends the prices.
  public func pack(into writer: inout ByteWriter) {
    writer.doubles(space)
    writer.doubles(lines)
    writer.double(cash)
    writer.double(weight)
  }

  /// Reads prices, which are never below 0.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let space = try reader.amounts("price of space")
    self.init(warehouseCount: space.count)
    self.space = space
    lines = try reader.amounts("price of lines")
    guard lines.count == space.count else { throw .invalid(what: "prices of lines") }
    cash = try reader.amount("price of cash")
    weight = try reader.amount("weight of costs")
    guard weight == 0 || weight == 1 else { throw .invalid(what: "weight of costs") }
  }
}

extension LimitSums: PlanPackable {
  /// One for each warehouse.
  public static var mostInList: Int { PlanBytes.warehouses }
  /// Thirteen numbers.
  public static var fewestBytes: Int { 104 }

  /// Appends the sums.
  public func pack(into writer: inout ByteWriter) {
    for value in [
      cost, volume, cash, orders, volumeVolume, volumeCash, cashCash, ordersOrders, volumeOrders,
      cashOrders, safetyVolume, safetyCash, overshoot,
    ] { writer.double(value) }
  }

  /// Reads sums; only curvatures may be below 0.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init()
    cost = try reader.amount("cost")
    volume = try reader.amount("volume")
    cash = try reader.amount("cash")
    orders = try reader.amount("orders")
    volumeVolume = try reader.finiteDouble("curvature")
    volumeCash = try reader.finiteDouble("curvature")
    cashCash = try reader.finiteDouble("curvature")
    ordersOrders = try reader.finiteDouble("curvature")
    volumeOrders = try reader.finiteDouble("curvature")
    cashOrders = try reader.finiteDouble("curvature")
    safetyVolume = try reader.amount("volume of safety stocks")
    safetyCash = try reader.amount("cash of safety stocks")
    overshoot = try reader.amount("overshoot")
  }
}

extension BlockExtremes: PlanPackable {
  /// One for each warehouse.
  public static var mostInList: Int { PlanBytes.warehouses }
  /// Nine numbers.
  public static var fewestBytes: Int { 72 }

  /// Appends the extremes.
  public func pack(into writer: inout ByteWriter) {
    for value in [
      safetyVolume, safetyCash, leastVolume, leastCash, mostOrders, leastOrders, coupledSpace,
      coupledCash, mostCost,
    ] { writer.double(value) }
  }

  /// Reads extremes.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init()
    safetyVolume = try reader.amount("volume of safety stocks")
    safetyCash = try reader.amount("cash of safety stocks")
    leastVolume = try reader.amount("least volume")
    leastCash = try reader.amount("least cash")
    mostOrders = try reader.amount("most orders")
    leastOrders = try reader.amount("least orders")
    coupledSpace = try reader.amount("least space")
    coupledCash = try reader.amount("least cash")
    mostCost = try reader.amount("most cost")
  }
}

extension Limit: PlanPackable {
  /// Two for each warehouse, and cash.
  public static var mostInList: Int { 2 * PlanBytes.warehouses + 1 }
  /// Its kind.
  public static var fewestBytes: Int { 1 }

  /// Appends the kind, and the warehouse where there is one.
  public func pack(into writer: inout ByteWriter) {
    switch self {
    case .space(let warehouse):
      writer.fixed(UInt8(0))
      writer.count(warehouse)
    case .lines(let warehouse):
      writer.fixed(UInt8(1))
      writer.count(warehouse)
    case .cash: writer.fixed(UInt8(2))
    }
  }

  /// Reads a limit.
  public init(from reader: inout ByteReader) throws(PackingError) {
    switch try reader.byte() {
    case 0: self = .space(warehouse: try reader.warehouse())
    case 1: self = .lines(warehouse: try reader.warehouse())
    case 2: self = .cash
    default: throw .invalid(what: "kind of limit")
    }
  }
}

extension LimitNeed: PlanPackable {
  /// The worst of a limit; ten unless more are asked for.
  public static var mostInList: Int { 1000 }
  /// A SKU and a number.
  public static var fewestBytes: Int { 9 }

  /// Appends the need.
  public func pack(into writer: inout ByteWriter) {
    writer.count(sku)
    writer.double(needed)
  }

  /// Reads a need.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init(
      sku: try reader.count("SKU", limit: Int(UInt32.max)), needed: try reader.amount("need"))
  }
}
