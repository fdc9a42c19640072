public import Packing

/// Packs ways of supply of one shard into the payload of a batch: per row the SKU, the location
/// (empty for all of them) and the packed option, each with its length. `SupplyBatchReader` reads
/// it back.
public struct SupplyBatchWriter: Sendable {
  private var writer: ByteWriter

  /// Starts an empty batch with room for `capacity` bytes.
  public init(capacity: Int = 1_024) { writer = ByteWriter(capacity: capacity) }

  /// The packed rows.
  public var bytes: [UInt8] { writer.bytes }

  /// The size of the packed rows.
  public var byteCount: Int { writer.count }

  /// Appends a row; without a location it holds everywhere.
  public mutating func append(_ sku: SKU, _ location: Location?, _ option: SupplyOption) {
    writer.blob(sku.bytes)
    writer.blob(location?.bytes ?? [])
    writer.blob(option.packed())
  }

  /// Forgets the rows and keeps the room.
  public mutating func removeAll() { writer.removeAll() }
}

/// Reads the ways of supply of a batch, which may come from anywhere: each value is checked.
public struct SupplyBatchReader: Sendable {
  /// The largest packed option, in bytes.
  public static let maximumOptionBytes = 1_024

  private var reader: ByteReader

  /// Reads packed rows.
  public init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError)
    -> (sku: SKU, location: Location?, option: SupplyOption)?
  {
    guard reader.left > 0 else { return nil }
    let sku = try SKU(from: &reader)
    let place = try reader.blob("location", limit: Location.maximumBytes)
    var location: Location?
    if !place.isEmpty {
      do { location = try Location(bytes: place) } catch { throw .invalid(what: error.description) }
    }
    let option = try reader.blob("option", limit: Self.maximumOptionBytes)
    return (sku, location, try SupplyOption(packed: option))
  }
}
