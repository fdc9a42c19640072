import Demand
public import Packing

extension PlanSummary {
  /// The form that is written; the first one, of fewer figures, is still read.
  private static let version: UInt8 = 2, firstVersion: UInt8 = 1
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
    let version = try reader.byte()
    guard version == Self.version || version == Self.firstVersion else {
      throw .invalid(what: "summary version")
    }
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
      byLocation[location] = try Self.totals(&reader, isFirst: version == Self.firstVersion)
    }
    try reader.finish()
  }

  private static func totals(
    _ reader: inout ByteReader, isFirst: Bool
  ) throws(PackingError) -> PlanTotals {
    var totals = PlanTotals()
    var (counts, figures) = (totals.counts, totals.sums)
    for index in 0..<(isFirst ? 8 : counts.count) {
      // Well below the largest integer, so that summaries of hostile bytes still add up.
      counts[index] = try reader.count("count", limit: 1 << 40)
    }
    for index in 0..<(isFirst ? 8 : figures.count) {
      figures[index] = try reader.figure("sum", in: sums)
    }
    (totals.counts, totals.sums) = (counts, figures)
    return totals
  }
}
