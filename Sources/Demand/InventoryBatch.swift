public import Packing

/// Packs stock positions of one shard into the payload of a batch: per row the SKU and the
/// location, each with its length, and the packed stock. `InventoryBatchReader` reads it back.
public struct InventoryBatchWriter: Sendable {
  private var writer: ByteWriter

  /// Starts an empty batch with room for `capacity` bytes.
  public init(capacity: Int = 1_024) { writer = ByteWriter(capacity: capacity) }

  /// The packed rows.
  public var bytes: [UInt8] { writer.bytes }

  /// The size of the packed rows.
  public var byteCount: Int { writer.count }

  /// Appends a row.
  public mutating func append(_ sku: SKU, _ location: Location, _ stock: Stock) {
    writer.blob(sku.bytes)
    writer.blob(location.bytes)
    writer.raw(stock.packed())
  }

  /// Forgets the rows and keeps the room.
  public mutating func removeAll() { writer.removeAll() }
}

/// Reads the stock positions of a batch, which may come from anywhere: each value is checked.
public struct InventoryBatchReader: Sendable {
  /// Three doubles.
  private static let stockBytes = 24

  private var reader: ByteReader

  /// Reads packed rows.
  public init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError)
    -> (sku: SKU, location: Location, stock: Stock)?
  {
    guard reader.left > 0 else { return nil }
    let sku = try SKU(from: &reader)
    let location = try Location(from: &reader)
    return (sku, location, try Stock(packed: try reader.raw(Self.stockBytes)))
  }
}
