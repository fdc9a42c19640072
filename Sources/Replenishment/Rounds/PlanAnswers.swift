public import Allocation
import Demand
public import Packing

/// What pairs take whatever the prices.
struct ExtremesAnswer {
  /// Whether lots jump: they come in packs, or costs fall from a size on.
  var hasPacks: Bool
  /// By warehouse.
  var extremes: [BlockExtremes]
}

extension ExtremesAnswer {
  func packed() -> [UInt8] {
    var writer = ByteWriter()
    writer.bool(hasPacks)
    extremes.pack(into: &writer)
    return writer.bytes
  }

  init(packed bytes: [UInt8], warehouses count: Int) throws(PackingError) {
    var reader = ByteReader(bytes)
    hasPacks = try reader.bool()
    extremes = try [BlockExtremes](from: &reader)
    guard extremes.count == count else { throw .invalid(what: "extremes of other warehouses") }
    try reader.finish()
  }
}

extension UnkeptLimit.Need: PlanPackable {
  /// How many SKUs are named.
  public static let mostInList = 10
  /// A name and a number.
  public static let fewestBytes = 10

  /// Appends it.
  public func pack(into writer: inout ByteWriter) {
    writer.blob(sku.bytes)
    writer.double(needed)
  }

  /// Reads it.
  public init(from reader: inout ByteReader) throws(PackingError) {
    sku = try reader.sku()
    needed = try reader.finiteDouble("need")
  }
}

extension MovedLot: PlanPackable {
  /// Far more than a shard has lots at the edge.
  public static let mostInList = 1 << 16
  /// Two names and a number.
  public static let fewestBytes = 12

  /// Appends it.
  public func pack(into writer: inout ByteWriter) {
    writer.blob(sku.bytes)
    writer.blob(location.bytes)
    writer.double(lot)
  }

  /// Reads it.
  public init(from reader: inout ByteReader) throws(PackingError) {
    sku = try reader.sku()
    location = try reader.location()
    lot = try reader.finiteDouble("lot")
    guard lot > 0 else { throw .invalid(what: "lot") }
  }
}

extension MovedLot {
  /// The moved lots of a shard as bytes: what of a plan concerns that shard alone.
  public static func packed(_ lots: [MovedLot]) -> [UInt8] { lots.packed() }

  /// Reads what `packed` gave; no bytes are no lots.
  public static func unpacked(_ bytes: [UInt8]) throws(PackingError) -> [MovedLot] {
    bytes.isEmpty ? [] : try [MovedLot](packed: bytes)
  }
}
