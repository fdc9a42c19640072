import Allocation
import Demand
public import Packing

extension PricedPlan {
  /// The first form had no largest amounts of today's limits.
  private static let version: UInt8 = 2
  private static let unkeptLimit = 2 * WarehouseList.maximumCount + 1

  /// The plan as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Self.version)
    pack(into: &writer)
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard (1...Self.version).contains(version) else { throw .invalid(what: "version of a plan") }
    try self.init(from: &reader, version: version)
    try reader.finish()
  }

  func pack(into writer: inout ByteWriter) {
    writer.count(warehouses.count)
    for warehouse in warehouses { writer.blob(warehouse.bytes) }
    writer.string(scenario)
    writer.double(limits.kappa)
    for limit in limits.space + limits.linesPerDay + [limits.cash] { writer.double(limit) }
    writer.optional(classBounds) { $1.pack(into: &$0) }
    writer.optional(prices) { $1.pack(into: &$0) }
    certificate.pack(into: &writer)
    writer.count(unkept.count)
    for limit in unkept { limit.pack(into: &writer) }
    writer.optional(release) { $0.blob($1.packed()) }
  }

  init(
    from reader: inout ByteReader, version: UInt8 = Self.version
  ) throws(PackingError) {
    warehouses = []
    let count = try reader.count("warehouses", limit: WarehouseList.maximumCount, minimumBytes: 2)
    for _ in 0..<count { warehouses.append(try reader.location()) }
    scenario = try reader.string("scenario", limit: Scenario.nameLimit)
    limits = try Limits(from: &reader, warehouseCount: count + 1)
    classBounds = try reader.optional { reader throws(PackingError) in
      try ClassBounds(from: &reader)
    }
    prices = try reader.optional { reader throws(PackingError) in try Prices(from: &reader) }
    guard prices.map({ $0.warehouseCount == count + 1 }) ?? true else {
      throw .invalid(what: "prices of other warehouses")
    }
    certificate = try Certificate(from: &reader)
    unkept = []
    for _ in 0..<(try reader.count("limits", limit: Self.unkeptLimit, minimumBytes: 18)) {
      unkept.append(try UnkeptLimit(from: &reader))
    }
    release = try reader.optional { reader throws(PackingError) in
      try ReleaseThresholds(
        packed: try reader.blob("thresholds", limit: 1 << 20), hasLargest: version > 1)
    }
  }
}

extension Limits {
  fileprivate init(
    from reader: inout ByteReader, warehouseCount count: Int
  ) throws(PackingError) {
    self.init(warehouseCount: count, kappa: try reader.finiteDouble("share of a lot"))
    guard (0.5...1).contains(kappa) else { throw .invalid(what: "share of a lot") }
    for place in 0..<count { space[place] = try reader.limit() }
    for place in 0..<count { linesPerDay[place] = try reader.limit() }
    cash = try reader.limit()
  }
}

extension ByteReader {
  /// A limit, which is infinite where there is none.
  fileprivate mutating func limit() throws(PackingError) -> Double {
    let limit = try double()
    guard limit >= 0 else { throw .invalid(what: "limit") }
    return limit
  }
}

extension ClassBounds {
  func pack(into writer: inout ByteWriter) {
    writer.double(a)
    writer.double(b)
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    a = try reader.finiteDouble("class bound")
    b = try reader.finiteDouble("class bound")
  }
}

extension Certificate {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.fixed(verdict.rawValue)
    writer.double(cost)
    writer.double(bound)
    for number in [passes, repairRounds, moved] { writer.count(number) }
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    guard let verdict = Verdict(rawValue: try reader.byte()) else {
      throw .invalid(what: "verdict")
    }
    self.verdict = verdict
    // A search that found no plan has no cost, and one that gave up early no bound.
    cost = try reader.double()
    bound = try reader.double()
    guard !cost.isNaN, !bound.isNaN else { throw .invalid(what: "certificate") }
    passes = try reader.count("passes", limit: 1 << 32)
    repairRounds = try reader.count("rounds", limit: 1 << 32)
    moved = try reader.count("moved lots", limit: 1 << 40)
  }
}

extension UnkeptLimit {
  /// How many SKUs are named.
  static let worstCount = Need.mostInList

  fileprivate func pack(into writer: inout ByteWriter) {
    limit.pack(into: &writer)
    writer.double(needed)
    writer.double(available)
    writer.bool(isJoint)
    worst.pack(into: &writer)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    limit = try Limit(from: &reader)
    needed = try reader.finiteDouble("need")
    available = try reader.finiteDouble("limit")
    isJoint = try reader.bool()
    worst = try [Need](from: &reader)
  }
}
