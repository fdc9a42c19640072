public import Demand
public import Packing

/// A SKU of the sample that a network is learned from, with all its demand.
public struct SampleRow: Equatable, Packable {
  /// The longest row. A SKU at so many locations that its row is longer is left out, wherever it is
  /// asked for.
  public static let maximumBytes = 128 * 1_024

  /// The demand at a location.
  public struct Part: Equatable, Sendable {
    /// Where.
    public var location: Location
    /// The packed `DemandSeries`.
    public var series: [UInt8]

    /// Makes a part.
    public init(location: Location, series: [UInt8]) {
      self.location = location
      self.series = series
    }
  }

  /// The SKU.
  public var sku: SKU
  /// Its category; empty where no item came.
  public var category: String
  /// Its demand, in order of location.
  public var parts: [Part]

  /// Makes a row.
  public init(sku: SKU, category: String, parts: [Part]) {
    self.sku = sku
    self.category = category
    self.parts = parts
  }

  /// Appends the row.
  public func pack(into writer: inout ByteWriter) {
    writer.sku(sku)
    writer.string(category)
    writer.count(parts.count)
    for part in parts {
      writer.location(part.location)
      writer.blob(part.series)
    }
  }

  /// Reads a row.
  public init(from reader: inout ByteReader) throws(PackingError) {
    sku = try reader.sku()
    category = try reader.string("category", limit: Item.maximumCategoryBytes)
    let count = try reader.count(
      "locations", limit: WarehouseList.maximumCount, minimumBytes: 2)
    parts = []
    for _ in 0..<count {
      guard let location = try reader.location() else { throw .invalid(what: "location") }
      parts.append(
        Part(location: location, series: try reader.blob("series", limit: Self.maximumBytes)))
    }
  }
}
