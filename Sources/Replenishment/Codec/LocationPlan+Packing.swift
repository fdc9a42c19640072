import Demand
public import Packing

extension LocationPlan {
  /// The form that is written; the first one, of plans without transfers, is still read.
  private static let version: UInt8 = 2, firstVersion: UInt8 = 1
  /// The most proposals, transfers and exceptions of one plan.
  private static let listLimit = 64

  /// The plan as bytes, about 130 of them.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 192)
    writer.fixed(Self.version)
    policy.pack(into: &writer)
    writer.bool(stock != nil)
    if let stock { stock.pack(into: &writer) }
    writer.figure(leaving)
    let transfers = transfers.prefix(Self.listLimit), exceptions = exceptions.prefix(Self.listLimit)
    writer.count(proposals.count)
    for proposal in proposals { proposal.pack(into: &writer) }
    writer.count(transfers.count)
    for transfer in transfers { transfer.pack(into: &writer) }
    writer.count(exceptions.count)
    for exception in exceptions { exception.pack(into: &writer) }
    return writer.bytes
  }

  /// Reads what `packed` wrote. Bytes that are no plan are refused, and what is read is finite.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == Self.version || version == Self.firstVersion else {
      throw .invalid(what: "plan version")
    }
    let isFirst = version == Self.firstVersion
    self.init(policy: isFirst ? try StockPolicy(first: &reader) : try StockPolicy(&reader))
    if try reader.bool() { stock = try Stock(&reader, hasReceipts: !isFirst) }
    if !isFirst { leaving = try reader.figure("leaving") }
    for _ in 0..<(try reader.count("proposals", limit: Self.listLimit, minimumBytes: 6)) {
      proposals.append(isFirst ? try Proposal(first: &reader) : try Proposal(&reader))
    }
    if !isFirst {
      for _ in 0..<(try reader.count("transfers", limit: Self.listLimit, minimumBytes: 20)) {
        transfers.append(try Transfer(&reader))
      }
    }
    for _ in 0..<(try reader.count("exceptions", limit: Self.listLimit, minimumBytes: 3)) {
      exceptions.append(try PlanException(&reader, isFirst: isFirst))
    }
    try reader.finish()
  }
}

extension Stock {
  fileprivate func pack(into writer: inout ByteWriter) {
    for figure in [onHand, reserved, onOrder] { writer.figure(figure) }
    writer.count(inTransit.count)
    for receipt in inTransit {
      writer.figure(receipt.units)
      writer.pack(receipt.day)
    }
  }

  fileprivate init(_ reader: inout ByteReader, hasReceipts: Bool) throws(PackingError) {
    self.init(
      onHand: try reader.figure("on hand"), reserved: try reader.figure("reserved"),
      onOrder: try reader.figure("on order"))
    guard hasReceipts else { return }
    for _ in 0..<(try reader.count("receipts", limit: Self.mostReceipts, minimumBytes: 2)) {
      let units = try reader.figure("units")
      inTransit.append(Receipt(units: units, day: try reader.day("day of arrival")))
    }
  }
}

extension Proposal {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.figure(quantity)
    writer.pack(orderDay)
    writer.count(arrivalDay - orderDay)
    for figure in [position, value, cost, wanted, benefit] { writer.figure(figure) }
    writer.fixed(cut.map { $0.rawValue + 1 } ?? 0)
    identity.pack(into: &writer, orderDay)
    writer.pack(heldBy)
  }

  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    quantity = try reader.figure("quantity")
    orderDay = try reader.day("order day")
    arrivalDay = orderDay.advanced(by: try reader.days("days of delivery"))
    position = try reader.position()
    value = try reader.figure("value")
    cost = try reader.figure("cost")
    wanted = try reader.figure("wanted")
    benefit = try reader.figure("benefit")
    let code = try reader.byte()
    cut = code == 0 ? nil : ProposalCut(rawValue: code - 1)
    guard code == 0 || cut != nil else { throw .invalid(what: "cut") }
    identity = try ProposalIdentity(&reader, orderDay)
    heldBy = try reader.todayLimit()
  }

  fileprivate init(first reader: inout ByteReader) throws(PackingError) {
    quantity = try reader.figure("quantity")
    orderDay = try reader.day("order day")
    arrivalDay = try reader.day("arrival day")
    guard arrivalDay >= orderDay else { throw .invalid(what: "arrival day") }
    position = try reader.position()
    value = try reader.figure("value")
    cost = try reader.figure("cost")
    wanted = quantity
    identity = ProposalIdentity(number: 0, firstProposed: orderDay, isNew: true)
  }
}

extension Transfer {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.blob(origin.bytes)
    writer.figure(quantity)
    writer.pack(orderDay)
    writer.count(arrivalDay - orderDay)
    for figure in [position, originPosition] { writer.figure(figure) }
    for figure in [originReorderPoint, value, cost, savedUnits, saving, benefit] {
      writer.figure(figure)
    }
    identity.pack(into: &writer, orderDay)
    writer.pack(heldBy)
  }

  fileprivate init(_ reader: inout ByteReader) throws(PackingError) {
    let name = try reader.blob("origin", limit: Location.maximumBytes)
    do { origin = try Location(bytes: name) } catch { throw .invalid(what: error.description) }
    quantity = try reader.figure("quantity")
    orderDay = try reader.day("order day")
    arrivalDay = orderDay.advanced(by: try reader.days("days of the move"))
    position = try reader.position()
    originPosition = try reader.position()
    originReorderPoint = try reader.figure("reorder point")
    value = try reader.figure("value")
    cost = try reader.figure("cost")
    savedUnits = try reader.figure("saved units")
    saving = try reader.figure("saving")
    benefit = try reader.figure("benefit")
    identity = try ProposalIdentity(&reader, orderDay)
    heldBy = try reader.todayLimit()
  }
}

extension ProposalIdentity {
  fileprivate func pack(into writer: inout ByteWriter, _ orderDay: Day) {
    writer.fixed(number)
    writer.zigzag(Int64(orderDay.number) - Int64(firstProposed.number))
    writer.bool(isNew)
  }

  fileprivate init(_ reader: inout ByteReader, _ orderDay: Day) throws(PackingError) {
    number = try reader.fixed()
    let (day, isOver) = Int64(orderDay.number).subtractingReportingOverflow(try reader.zigzag())
    guard !isOver, let day = Int32(exactly: day) else { throw .invalid(what: "first day") }
    firstProposed = Day(number: day)
    isNew = try reader.bool()
  }
}
