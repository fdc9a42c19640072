public import Packing

extension PlanningDocument {
  /// The most rules and lanes; their bytes are bounded by whoever sends the document.
  public static let maximumRules = 10_000, maximumLanes = 10_000
  /// The longest lead time of a lane, in days.
  public static let maximumLeadTimeDays = 3_650.0

  /// What a document begins with. The first form began with the count of its warehouses, which was
  /// 1,000 at most, so that a larger number tells them apart.
  private static let secondForm: UInt64 = 0x4702
  /// The form with events, which is written where there are any: a document without is the same
  /// bytes as ever.
  private static let thirdForm: UInt64 = 0x4703

  /// The document as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter(capacity: 4_096)
    writer.varint(events.isEmpty ? Self.secondForm : Self.thirdForm)
    warehouses.pack(into: &writer)
    writer.optional(limits.cash)
    writer.optional(limits.cashToday)
    writer.count(rules.count)
    for rule in rules { rule.pack(into: &writer) }
    writer.count(lanes.count)
    for lane in lanes {
      writer.blob(lane.origin.bytes)
      writer.blob(lane.destination.bytes)
      writer.double(lane.leadTimeDays)
      writer.double(lane.unitCost)
    }
    if !events.isEmpty { writer.events(events) }
    return writer.bytes
  }

  /// Reads what `packed` wrote, or a document of the first form: a list of warehouses. No bytes are
  /// an empty document.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    guard !bytes.isEmpty else { return }
    var reader = ByteReader(bytes)
    let first = try reader.varint()
    guard first == Self.secondForm || first == Self.thirdForm else {
      var again = ByteReader(bytes)
      let count = try Self.warehouseCount(&again)
      warehouses = try WarehouseList(count: count, isFirstForm: true, from: &again)
      try again.finish()
      return
    }
    let count = try Self.warehouseCount(&reader)
    warehouses = try WarehouseList(count: count, isFirstForm: false, from: &reader)
    limits.cash = try reader.optionalAmount("cash")
    limits.cashToday = try reader.optionalAmount("cash today")
    for _ in 0..<(try reader.count("rules", limit: Self.maximumRules, minimumBytes: 4)) {
      rules.append(try PolicyRule(from: &reader))
    }
    for _ in 0..<(try reader.count("lanes", limit: Self.maximumLanes, minimumBytes: 20)) {
      let lane = Lane(
        origin: try Location(from: &reader), destination: try Location(from: &reader),
        leadTimeDays: try reader.amount("lead time of a lane"),
        unitCost: try reader.amount("cost of a lane"))
      guard lane.leadTimeDays <= Self.maximumLeadTimeDays else {
        throw .invalid(what: "lead time of a lane")
      }
      lanes.append(lane)
    }
    if first == Self.thirdForm { events = try reader.events() }
    try reader.finish()
  }

  private static func warehouseCount(_ reader: inout ByteReader) throws(PackingError) -> Int {
    try reader.count("warehouses", limit: WarehouseList.maximumCount, minimumBytes: 10)
  }
}
