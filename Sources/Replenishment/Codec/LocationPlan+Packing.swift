import Demand
public import Packing

extension LocationPlan {
  private static let version: UInt8 = 1
  /// The most proposals, and the most exceptions, of one plan.
  private static let listLimit = 64

  /// The plan as bytes, about 120 of them.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 192)
    writer.fixed(Self.version)
    policy.pack(into: &writer)
    writer.bool(stock != nil)
    if let stock {
      for figure in [stock.onHand, stock.reserved, stock.onOrder] { writer.figure(figure) }
    }
    writer.count(proposals.count)
    for proposal in proposals { proposal.pack(into: &writer) }
    writer.count(exceptions.count)
    for exception in exceptions { exception.pack(into: &writer) }
    return writer.bytes
  }

  /// Reads what `packed` wrote. Bytes that are no plan are refused, and what is read is finite.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    guard try reader.byte() == Self.version else { throw .invalid(what: "plan version") }
    self.init(policy: try StockPolicy(&reader))
    if try reader.bool() {
      stock = Stock(
        onHand: try reader.figure("on hand"), reserved: try reader.figure("reserved"),
        onOrder: try reader.figure("on order"))
    }
    for _ in 0..<(try reader.count("proposals", limit: Self.listLimit, minimumBytes: 6)) {
      proposals.append(try Proposal(&reader))
    }
    for _ in 0..<(try reader.count("exceptions", limit: Self.listLimit, minimumBytes: 3)) {
      exceptions.append(try PlanException(&reader))
    }
    try reader.finish()
  }
}

extension StockPolicy {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.fixed(basis.rawValue)
    for figure in [
      annualDemand, economicLot, lot, reorderPoint, safetyStock, leadTimeMean, serviceLevel,
      unitCost, volumeCubicMetres, orderCost, holdingCost, minimumOrder, orderMultiple,
    ] {
      writer.figure(figure)
    }
    for days in [leadTimeDays, reviewDays, maximumCoverDays] { writer.count(days) }
  }

  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    self.init()
    basis = PolicyBasis(rawValue: try reader.fixed())
    guard PolicyBasis.all.contains(basis) else { throw .invalid(what: "policy basis") }
    annualDemand = try reader.figure("annual demand")
    economicLot = try reader.figure("economic lot")
    lot = try reader.figure("lot")
    // Costs a year divide by the lot: a lot too small for a step would make them infinite.
    guard lot == 0 || lot >= Bounds.step else { throw .invalid(what: "lot") }
    reorderPoint = try reader.figure("reorder point")
    safetyStock = try reader.figure("safety stock")
    leadTimeMean = try reader.figure("lead time mean")
    serviceLevel = try reader.figure("service level", in: 0...1)
    unitCost = try reader.figure("unit cost")
    volumeCubicMetres = try reader.figure("volume")
    orderCost = try reader.figure("order cost")
    holdingCost = try reader.figure("holding cost")
    minimumOrder = try reader.figure("minimum order")
    orderMultiple = try reader.figure("order multiple", in: Bounds.step...Bounds.figure)
    leadTimeDays = try reader.days("lead time")
    reviewDays = try reader.days("review")
    maximumCoverDays = try reader.days("maximum cover")
  }
}

extension Proposal {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.figure(quantity)
    writer.pack(orderDay)
    writer.pack(arrivalDay)
    for figure in [position, value, cost] { writer.figure(figure) }
  }

  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    quantity = try reader.figure("quantity")
    orderDay = try reader.day("order day")
    arrivalDay = try reader.day("arrival day")
    position = try reader.position()
    value = try reader.figure("value")
    cost = try reader.figure("cost")
  }
}

extension PlanException {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.fixed(kind.rawValue)
    switch self {
    case .stockOut(let position, let day, let units, let value):
      writer.pack(day)
      for figure in [position, units, value] { writer.figure(figure) }
    case .overstock(let position, let coverDays, let units, let value):
      for figure in [position, coverDays, units, value] { writer.figure(figure) }
    case .dataFault(let faults, let value):
      writer.fixed(faults.rawValue)
      writer.figure(value)
    case .minimumForcesCover(let coverDays, let units, let value):
      for figure in [coverDays, units, value] { writer.figure(figure) }
    }
  }

  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    guard let kind = Kind(rawValue: try reader.byte()) else {
      throw .invalid(what: "exception kind")
    }
    switch kind {
    case .stockOut:
      let day = try reader.day("stock-out day")
      self = .stockOut(
        position: try reader.position(), day: day, units: try reader.figure("units"),
        value: try reader.figure("value"))
    case .overstock:
      self = .overstock(
        position: try reader.position(), coverDays: try reader.figure("cover"),
        units: try reader.figure("units"), value: try reader.figure("value"))
    case .dataFault:
      let faults = DataFaults(rawValue: try reader.byte())
      guard DataFaults.all.contains(faults) else { throw .invalid(what: "data faults") }
      self = .dataFault(faults, value: try reader.figure("value"))
    case .minimumForcesCover:
      self = .minimumForcesCover(
        coverDays: try reader.figure("cover"), units: try reader.figure("units"),
        value: try reader.figure("value"))
    }
  }
}

extension ByteWriter {
  fileprivate mutating func pack(_ day: Day) { zigzag(Int64(day.number)) }
}

extension ByteReader {
  fileprivate mutating func day(_ what: String) throws(PackingError) -> Day {
    guard let number = Int32(exactly: try zigzag()) else { throw .invalid(what: what) }
    return Day(number: number)
  }

  fileprivate mutating func position() throws(PackingError) -> Double {
    try figure("position", in: -Bounds.figure...Bounds.figure)
  }
}
