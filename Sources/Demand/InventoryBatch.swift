public import Packing

/// Packs stock positions of one shard into the payload of a batch: per row the SKU, the location
/// and the packed stock, each with its length. `InventoryBatchReader` reads it back.
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
    writer.blob(stock.packed())
  }

  /// Forgets the rows and keeps the room.
  public mutating func removeAll() { writer.removeAll() }
}

/// Reads the stock positions of a batch, which may come from anywhere: each value is checked.
public struct InventoryBatchReader: Sendable {
  /// Three doubles, and what is in transit.
  private static let maximumStockBytes = 2_048
  /// Rows of the first form are three doubles, without a length.
  private static let firstFormBytes = 24

  private var reader: ByteReader
  private let isFirstForm: Bool

  /// Reads packed rows; those of `BatchTable.inventory` are of the first form.
  public init(_ bytes: [UInt8], isFirstForm: Bool = false) {
    reader = ByteReader(bytes)
    self.isFirstForm = isFirstForm
  }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError)
    -> (sku: SKU, location: Location, stock: Stock)?
  {
    guard reader.left > 0 else { return nil }
    let sku = try SKU(from: &reader)
    let location = try Location(from: &reader)
    let stock =
      isFirstForm
      ? try reader.raw(Self.firstFormBytes)
      : try reader.blob("stock", limit: Self.maximumStockBytes)
    return (sku, location, try Stock(packed: stock))
  }
}
