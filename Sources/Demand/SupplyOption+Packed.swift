public import Packing

extension SupplyOption {
  /// The most breaks of a price.
  public static let maximumBreaks = 16
  /// The longest name of a supplier, in bytes.
  public static let maximumSupplierBytes = 128

  /// The option as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 96)
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    try self.init(from: &reader)
    try reader.finish()
  }

  func pack(into writer: inout ByteWriter) {
    switch origin {
    case .supplier(let name):
      writer.bool(false)
      writer.string(name)
    case .warehouse(let location):
      writer.bool(true)
      writer.blob(location.bytes)
    }
    let amounts = [
      unitCost, leadTimeDays, leadTimeDeviation, minimumOrder, orderMultiple, maximumOrder,
      orderCost, available,
    ]
    var present: UInt8 = 0
    for (index, amount) in amounts.enumerated() where amount != nil {
      present |= 1 << UInt8(index)
    }
    writer.fixed(present)
    for case let amount? in amounts { writer.double(amount) }
    writer.bool(isIncremental)
    writer.count(breaks.count)
    for step in breaks {
      writer.double(step.from)
      writer.double(step.unitCost)
    }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    let isWarehouse = try reader.bool()
    if isWarehouse {
      self.init(origin: .warehouse(try Location(from: &reader)))
    } else {
      let name = try reader.string("supplier", limit: Self.maximumSupplierBytes)
      guard !name.isEmpty else { throw .invalid(what: "supplier without a name") }
      self.init(origin: .supplier(name))
    }
    let present = try reader.byte()
    func amount(
      _ index: UInt8, _ what: String, _ reader: inout ByteReader
    ) throws(PackingError) -> Double? {
      present & (1 << index) == 0 ? nil : try reader.amount(what)
    }
    unitCost = try amount(0, "unit cost", &reader)
    leadTimeDays = try amount(1, "lead time", &reader)
    leadTimeDeviation = try amount(2, "deviation of the lead time", &reader)
    minimumOrder = try amount(3, "minimum order", &reader)
    orderMultiple = try amount(4, "order multiple", &reader)
    maximumOrder = try amount(5, "maximum order", &reader)
    orderCost = try amount(6, "order cost", &reader)
    available = try amount(7, "available units", &reader)
    isIncremental = try reader.bool()
    let count = try reader.count("price breaks", limit: Self.maximumBreaks, minimumBytes: 16)
    for _ in 0..<count {
      breaks.append(
        PriceBreak(from: try reader.amount("break"), unitCost: try reader.amount("break's cost")))
    }
    guard zip(breaks, breaks.dropFirst()).allSatisfy({ $0.from < $1.from }) else {
      throw .invalid(what: "price breaks: their sizes do not ascend")
    }
  }
}

extension SupplyOrigin: Comparable {
  /// Suppliers by name, then warehouses: the order in which options are kept.
  public static func < (left: SupplyOrigin, right: SupplyOrigin) -> Bool {
    switch (left, right) {
    case (.supplier(let one), .supplier(let other)):
      one.utf8.lexicographicallyPrecedes(other.utf8)
    case (.warehouse(let one), .warehouse(let other)): one < other
    case (.supplier, .warehouse): true
    case (.warehouse, .supplier): false
    }
  }
}
