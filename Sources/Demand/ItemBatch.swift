public import Packing

/// Packs items of one shard into the payload of a batch: per row the SKU and the packed item, each
/// with its length. `ItemBatchReader` reads it back.
public struct ItemBatchWriter: Sendable {
  private var writer: ByteWriter

  /// Starts an empty batch with room for `capacity` bytes.
  public init(capacity: Int = 1_024) { writer = ByteWriter(capacity: capacity) }

  /// The packed rows.
  public var bytes: [UInt8] { writer.bytes }

  /// The size of the packed rows.
  public var byteCount: Int { writer.count }

  /// Appends a row.
  public mutating func append(_ sku: SKU, _ item: Item) {
    writer.blob(sku.bytes)
    writer.blob(item.packed())
  }

  /// Forgets the rows and keeps the room.
  public mutating func removeAll() { writer.removeAll() }
}

/// Reads the items of a batch, which may come from anywhere: each value is checked.
public struct ItemBatchReader: Sendable {
  /// The largest packed item, in bytes.
  public static let maximumItemBytes = 1_024

  private var reader: ByteReader

  /// Reads packed rows.
  public init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError) -> (sku: SKU, item: Item)? {
    guard reader.left > 0 else { return nil }
    let sku = try SKU(from: &reader)
    return (sku, try Item(packed: try reader.blob("item", limit: Self.maximumItemBytes)))
  }
}

extension SKU {
  /// Reads a length and a SKU.
  package init(from reader: inout ByteReader) throws(PackingError) {
    let bytes = try reader.blob("SKU", limit: Self.maximumBytes)
    do { try self.init(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }
}

extension Location {
  /// Reads a length and a location.
  package init(from reader: inout ByteReader) throws(PackingError) {
    let bytes = try reader.blob("location", limit: Self.maximumBytes)
    do { try self.init(bytes: bytes) } catch { throw .invalid(what: error.description) }
  }
}
