public import Demand
public import Packing

/// A SKU of the sample from which the shared weights are learned.
public struct SampledItem: Sendable {
  /// The SKU.
  public var sku: SKU
  /// Its demand by location.
  public var demand: [LocationDemand]
  /// Its category; empty where none is known.
  public var category: String

  /// Joins all.
  public init(sku: SKU, demand: [LocationDemand], category: String) {
    self.sku = sku
    self.demand = demand
    self.category = category
  }
}

/// What all SKUs share of a network.
public struct SharedNetwork: Equatable, Sendable {
  private let count: Int
  private let digest: UInt64

  /// Names it among all networks.
  public var identity: UInt64 { digest }

  /// Learns from the demand up to a day.
  public static func learned(
    from sample: [SampledItem], asOf: Day, settings: FitSettings
  ) -> SharedNetwork {
    var writer = ByteWriter()
    writer.zigzag(Int64(asOf.number))
    writer.count(settings.season)
    for item in sample {
      writer.blob(item.sku.bytes)
      writer.string(item.category)
      for part in item.demand { writer.blob(part.series.packed()) }
    }
    return SharedNetwork(count: sample.count, digest: XXH64.hash(writer.bytes))
  }

  private init(count: Int, digest: UInt64) {
    self.count = count
    self.digest = digest
  }

  /// As bytes.
  public func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.count(count)
    writer.fixed(digest)
    writer.seal()
    return writer.bytes
  }

  /// Reads what `packed` wrote.
  public init(packed bytes: [UInt8]) throws(PackingError) {
    var reader = try ByteReader(verifyingChecksum: bytes)
    count = try reader.count("SKUs", limit: 1 << 20)
    digest = try reader.fixed()
    try reader.finish()
  }
}
