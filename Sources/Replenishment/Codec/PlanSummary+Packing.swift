import Demand
public import Packing

extension PlanSummary {
  private static let version: UInt8 = 1
  /// The most locations of a summary; locations come from sales rows, so this is far above any list
  /// of warehouses.
  private static let locationLimit = 1_000_000
  /// The largest sum: `Bounds.figure` on more lines than there can be.
  private static let sums = 0...(Bounds.figure * 1e15)

  /// The summary as bytes, with the locations in their order.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed(Self.version)
    writer.count(byLocation.count)
    for (location, totals) in byLocation.sorted(by: { $0.key < $1.key }) {
      writer.blob(location.bytes)
      for count in totals.counts { writer.count(count) }
      for sum in totals.sums { writer.figure(sum) }
    }
    return writer.bytes
  }

  /// Reads what `packed` wrote; names that are none, names that come twice or out of order, and
  /// impossible sums are refused.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    self.init()
    var reader = ByteReader(bytes)
    guard try reader.byte() == Self.version else { throw .invalid(what: "summary version") }
    let count = try reader.count("locations", limit: Self.locationLimit, minimumBytes: 18)
    var previous: Location?
    for _ in 0..<count {
      let name = try reader.blob("location", limit: Location.maximumBytes)
      let location: Location
      do { location = try Location(bytes: name) } catch {
        throw .invalid(what: error.description)
      }
      if let previous, location <= previous { throw .invalid(what: "order of locations") }
      previous = location
      byLocation[location] = try Self.totals(&reader)
    }
    try reader.finish()
  }

  private static func totals(_ reader: inout ByteReader) throws(PackingError) -> PlanTotals {
    // Well below the largest integer, so that summaries of hostile bytes still add up.
    func count(_ reader: inout ByteReader) throws(PackingError) -> Int {
      try reader.count("count", limit: 1 << 40)
    }
    var totals = PlanTotals()
    totals.lines = try count(&reader)
    totals.linesWithoutStock = try count(&reader)
    totals.linesOnDefaults = try count(&reader)
    totals.proposals = try count(&reader)
    for index in totals.exceptionCounts.indices {
      totals.exceptionCounts[index] = try count(&reader)
    }
    totals.purchaseValue = try reader.figure("purchase value", in: sums)
    totals.stockValue = try reader.figure("stock value", in: sums)
    totals.expectedStockValue = try reader.figure("expected stock value", in: sums)
    totals.expectedStockCubicMetres = try reader.figure("expected stock volume", in: sums)
    totals.yearlyCost = try reader.figure("yearly cost", in: sums)
    totals.lostUnits = try reader.figure("lost units", in: sums)
    totals.lostValue = try reader.figure("lost value", in: sums)
    totals.excessValue = try reader.figure("excess value", in: sums)
    return totals
  }
}
