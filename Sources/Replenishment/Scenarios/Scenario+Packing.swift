import Demand
public import Packing

extension Scenario {
  private static let version: UInt8 = 1
  /// The longest name, in bytes.
  package static let nameLimit = 256

  /// The scenario as bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Self.version)
    writer.string(name)
    writer.count(demand.count)
    for change in demand { change.pack(into: &writer) }
    writer.count(closed.count)
    for closure in closed {
      writer.blob(closure.location.bytes)
      writer.blob(closure.demandTo?.bytes ?? [])
    }
    for factor in [cashFactor, spaceFactor, linesFactor, leadTimeFactor] { writer.figure(factor) }
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = ByteReader(bytes)
    guard try reader.byte() == Self.version else { throw .invalid(what: "scenario version") }
    self.init(name: try reader.string("scenario", limit: Self.nameLimit))
    for _ in 0..<(try reader.count("changes", limit: Self.changeLimit, minimumBytes: 6)) {
      demand.append(try DemandChange(from: &reader))
    }
    for _ in 0..<(try reader.count("closures", limit: Self.changeLimit, minimumBytes: 2)) {
      guard let location = try reader.anyLocation() else { throw .invalid(what: "location") }
      closed.append(Closure(location: location, demandTo: try reader.anyLocation()))
    }
    cashFactor = try reader.factor()
    spaceFactor = try reader.factor()
    linesFactor = try reader.factor()
    leadTimeFactor = try reader.factor()
    try reader.finish()
  }
}

extension Scenario.DemandChange {
  fileprivate func pack(into writer: inout ByteWriter) {
    writer.string(category ?? "")
    writer.blob(location?.bytes ?? [])
    writer.blob(sku?.bytes ?? [])
    for day in [from, to] { writer.zigzag(day.map { Int64($0.number) } ?? .min) }
    writer.figure(factor)
  }

  fileprivate init(from reader: inout ByteReader) throws(PackingError) {
    let category = try reader.string("category", limit: Item.maximumCategoryBytes)
    let location = try reader.anyLocation()
    let sku = try reader.blob("SKU", limit: SKU.maximumBytes)
    let from = try reader.scenarioDay()
    let to = try reader.scenarioDay()
    self.init(factor: try reader.factor())
    if !category.isEmpty { self.category = category }
    self.location = location
    if !sku.isEmpty {
      do { self.sku = try SKU(bytes: sku) } catch { throw .invalid(what: error.description) }
    }
    self.from = from
    self.to = to
  }
}

extension ByteReader {
  fileprivate mutating func factor() throws(PackingError) -> Double {
    try figure("factor", in: 0...Scenario.largestFactor)
  }

  fileprivate mutating func anyLocation() throws(PackingError) -> Location? {
    let bytes = try blob("location", limit: Location.maximumBytes)
    guard !bytes.isEmpty else { return nil }
    do { return try Location(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }

  fileprivate mutating func scenarioDay() throws(PackingError) -> Day? {
    let number = try zigzag()
    guard number != .min else { return nil }
    guard let day = Int32(exactly: number) else { throw .invalid(what: "day") }
    return Day(number: day)
  }
}
