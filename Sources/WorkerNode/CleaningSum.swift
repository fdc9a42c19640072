public import Demand
package import Forecasting
import Packing

/// How the days of many SKUs were cleaned before models took them. Sums that are merged in the same
/// order give the same bits.
public struct CleaningSum: Equatable, Sendable {
  /// SKUs with such days, and the days by location.
  public struct Count: Equatable, Sendable {
    /// How many SKUs.
    public fileprivate(set) var skus = 0
    /// How many days.
    public fileprivate(set) var days = 0

    fileprivate mutating func add(_ days: Int) {
      guard days > 0 else { return }
      skus += 1
      self.days += days
    }

    fileprivate mutating func merge(_ other: Count) {
      skus += other.skus
      days += other.days
    }
  }

  /// Days without sales, which count as 0, and those of them after the last row of the location.
  public private(set) var idle = Count(), trailing = Count()
  /// Days with an empty shelf that are missing, and those that count as there are no others.
  public private(set) var stockouts = Count(), keptStockouts = Count()
  /// Days with more returns than sales, which count as 0.
  public private(set) var returns = Count()
  /// Days far beyond all others, which are missing.
  public private(set) var outliers = Count()
  /// The first SKUs with such days.
  public private(set) var outlierSKUs: [SKU] = []

  /// How many SKUs with outliers are named.
  public static let namedSKUs = 5

  /// The sum over nothing.
  public init() {}

  /// One SKU as a run as of a day takes it.
  package init(_ sku: SKU, _ demand: [LocationDemand], events: [Event], asOf: Day) {
    let parts = demand.map { DemandCleaning($0, events: events, asOf: asOf) }
    func days(_ count: (DemandCleaning) -> Int) -> Int { parts.reduce(0) { $0 + count($1) } }
    idle.add(days(\.idleDays))
    trailing.add(days(\.trailingDays))
    stockouts.add(days(\.stockoutDays))
    keptStockouts.add(days(\.keptStockoutDays))
    returns.add(days(\.returnDays))
    outliers.add(days(\.outliers.count))
    if outliers.days > 0 { outlierSKUs = [sku] }
  }

  /// Adds another sum.
  mutating func merge(_ other: CleaningSum) {
    for count in Self.counts { self[keyPath: count].merge(other[keyPath: count]) }
    outlierSKUs = Array((outlierSKUs + other.outlierSKUs).prefix(Self.namedSKUs))
  }

  private static var counts: [WritableKeyPath<CleaningSum, Count>] {
    [\.idle, \.trailing, \.stockouts, \.keptStockouts, \.returns, \.outliers]
  }

  func pack(into writer: inout ByteWriter) {
    for count in Self.counts {
      writer.count(self[keyPath: count].skus)
      writer.count(self[keyPath: count].days)
    }
    writer.count(outlierSKUs.count)
    for sku in outlierSKUs { writer.blob(sku.bytes) }
  }

  init(from reader: inout ByteReader) throws(PackingError) {
    let limit = Int(Int64.max >> 8)
    for count in Self.counts {
      self[keyPath: count].skus = try reader.count("cleaned SKUs", limit: limit)
      self[keyPath: count].days = try reader.count("cleaned days", limit: limit)
    }
    for _ in 0..<(try reader.count("named SKUs", limit: Self.namedSKUs)) {
      let bytes = try reader.blob("SKU", limit: SKU.maximumBytes)
      do { outlierSKUs.append(try SKU(bytes: bytes)) } catch {
        throw .invalid(what: error.description)
      }
    }
  }
}
