import Packing

/// A rule as bytes: which parts of the scope are named, these, which values are given, these.
extension PolicyRule {
  func pack(into writer: inout ByteWriter) {
    let names = [
      scope.sku?.bytes, scope.category.map { Array($0.utf8) }, scope.location?.bytes,
      scope.supplier.map { Array($0.utf8) },
    ]
    let stages = [
      scope.valueClass?.rawValue, scope.variabilityClass?.rawValue, scope.lifecycle?.rawValue,
    ]
    writer.fixed(Self.mask(names.map { $0 != nil } + stages.map { $0 != nil }))
    for case let name? in names { writer.blob(name) }
    for case let stage? in stages { writer.fixed(stage) }
    let amounts = [
      serviceLevel, holdingRate, stockoutCost, backorderCost, minimumCoverDays, maximumCoverDays,
      fixedLot,
    ]
    writer.fixed(Self.mask(amounts.map { $0 != nil }))
    for case let amount? in amounts { writer.double(amount) }
    // 0 for what is not said, else one more than its value.
    writer.fixed(serviceType.map { $0.rawValue + 1 } ?? 0)
    writer.fixed(doNotStock.map { $0 ? 2 : 1 } ?? 0 as UInt8)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    self.init(scope: try PolicyScope(from: &reader))
    let given = try reader.byte()
    guard given < 0x80 else { throw .invalid(what: "values of a rule") }
    func amount(
      _ index: UInt8, _ what: String, _ reader: inout ByteReader
    ) throws(PackingError) -> Double? {
      given & (1 << index) == 0 ? nil : try reader.amount(what)
    }
    serviceLevel = try amount(0, "service level", &reader)
    guard serviceLevel ?? 0 < 1 else { throw .invalid(what: "service level") }
    holdingRate = try amount(1, "holding rate", &reader)
    stockoutCost = try amount(2, "stock-out cost", &reader)
    backorderCost = try amount(3, "backorder cost", &reader)
    minimumCoverDays = try amount(4, "minimum cover", &reader)
    maximumCoverDays = try amount(5, "maximum cover", &reader)
    fixedLot = try amount(6, "fixed lot", &reader)
    serviceType = try Self.stage(&reader, "service type") { ServiceType(rawValue: $0) }
    doNotStock = try Self.stage(&reader, "do not stock") { $0 < 2 ? $0 == 1 : nil }
  }

  private static func mask(_ flags: [Bool]) -> UInt8 {
    flags.enumerated().reduce(0) { $1.element ? $0 | 1 << UInt8($1.offset) : $0 }
  }

  private static func stage<Value>(
    _ reader: inout ByteReader, _ what: String, _ meaning: (UInt8) -> Value?
  ) throws(PackingError) -> Value? {
    let byte = try reader.byte()
    guard byte > 0 else { return nil }
    guard let value = meaning(byte - 1) else { throw .invalid(what: what) }
    return value
  }
}

extension PolicyScope {
  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    self.init()
    let named = try reader.byte()
    guard named < 0x80 else { throw .invalid(what: "scope of a rule") }
    if named & 1 != 0 { sku = try SKU(from: &reader) }
    if named & 2 != 0 {
      category = try reader.string("category", limit: Item.maximumCategoryBytes)
    }
    if named & 4 != 0 { location = try Location(from: &reader) }
    if named & 8 != 0 {
      supplier = try reader.string("supplier", limit: SupplyOption.maximumSupplierBytes)
    }
    func stage<Stage: RawRepresentable<UInt8>>(
      _ bit: UInt8, _ what: String, _ reader: inout ByteReader
    ) throws(PackingError) -> Stage? {
      guard named & (1 << bit) != 0 else { return nil }
      guard let stage = Stage(rawValue: try reader.byte()) else { throw .invalid(what: what) }
      return stage
    }
    valueClass = try stage(4, "value class", &reader)
    variabilityClass = try stage(5, "variability class", &reader)
    lifecycle = try stage(6, "lifecycle", &reader)
  }
}
