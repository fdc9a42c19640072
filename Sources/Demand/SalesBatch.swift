public import Packing

/// Packs sales rows of one shard into the bytes of a batch, 8 to 30 bytes a row.
///
/// A row is a flag byte, then what differs from the row before it: SKU, location, day (as a
/// difference), units (their magnitude, an integer where it is whole) and price. `SalesBatchReader`
/// reads it back.
public struct SalesBatchWriter: Sendable {
  enum Flag {
    static let sameSKU: UInt8 = 1
    static let sameLocation: UInt8 = 2
    static let fractionalUnits: UInt8 = 4
    static let price: UInt8 = 8
    static let promotion: UInt8 = 16
    static let outOfStock: UInt8 = 32
    static let returned: UInt8 = 64
    static let all: UInt8 = 127

    /// The units of a row by their amount, or nothing where no row may carry them; a return is of
    /// something.
    @inline(__always)
    static func units(_ amount: Double, _ flags: UInt8) -> Double? {
      guard amount >= 0, amount <= SalesRow.maximumUnits else { return nil }
      guard flags & returned != 0 else { return amount }
      return amount > 0 ? -amount : nil
    }
  }

  private var writer: ByteWriter
  private var sku: [UInt8] = []
  private var location: [UInt8] = []
  private var day: Int32 = 0
  /// The number of rows written so far.
  public private(set) var rowCount = 0

  /// Starts an empty batch with room for `capacity` bytes.
  public init(capacity: Int = 1_024) { writer = ByteWriter(capacity: capacity) }

  /// The packed rows.
  public var bytes: [UInt8] { writer.bytes }

  /// The size of the packed rows.
  public var byteCount: Int { writer.count }

  /// Appends a row whose parts were checked already; this is the hot path of ingest.
  public mutating func append(
    sku newSKU: UnsafeBufferPointer<UInt8>, location newLocation: UnsafeBufferPointer<UInt8>,
    day newDay: Day, units: Double, price: Float?, promotion: Bool, outOfStock: Bool = false
  ) {
    var flags: UInt8 = 0
    if rowCount > 0, unsafe sku.elementsEqual(newSKU) { flags |= Flag.sameSKU }
    if rowCount > 0, unsafe location.elementsEqual(newLocation) { flags |= Flag.sameLocation }
    let amount = units.magnitude
    let whole = amount.rounded() == amount && amount < 1e15
    if !whole { flags |= Flag.fractionalUnits }
    if price != nil { flags |= Flag.price }
    if promotion { flags |= Flag.promotion }
    if outOfStock { flags |= Flag.outOfStock }
    if units < 0 { flags |= Flag.returned }
    writer.fixed(flags)
    if flags & Flag.sameSKU == 0 {
      writer.fixed(UInt8(newSKU.count))
      unsafe writer.append(UnsafeRawBufferPointer(newSKU))
      unsafe sku.replaceSubrange(0..<sku.count, with: newSKU)
    }
    if flags & Flag.sameLocation == 0 {
      writer.fixed(UInt8(newLocation.count))
      unsafe writer.append(UnsafeRawBufferPointer(newLocation))
      unsafe location.replaceSubrange(0..<location.count, with: newLocation)
    }
    writer.zigzag(Int64(newDay.number) - Int64(day))
    day = newDay.number
    if whole { writer.varint(UInt64(amount)) } else { writer.double(amount) }
    if let price { writer.float(price) }
    rowCount += 1
  }

  /// Appends a row.
  public mutating func append(_ row: SalesRow) {
    unsafe row.sku.bytes.withUnsafeBufferPointer { sku in
      unsafe row.location.bytes.withUnsafeBufferPointer { location in
        unsafe append(
          sku: sku, location: location, day: row.day, units: row.units, price: row.price,
          promotion: row.promotion, outOfStock: row.outOfStock)
      }
    }
  }

  /// Forgets the rows and keeps the room.
  public mutating func removeAll() {
    writer.removeAll()
    sku.removeAll(keepingCapacity: true)
    location.removeAll(keepingCapacity: true)
    day = 0
    rowCount = 0
  }
}

/// Reads the rows of a batch, which may come from anywhere: each value is checked.
public struct SalesBatchReader: Sendable {
  private var reader: ByteReader
  private var sku: SKU?
  private var location: Location?
  private var day: Int64 = 0

  /// Reads packed rows.
  public init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError) -> SalesRow? {
    typealias Flag = SalesBatchWriter.Flag
    guard reader.left > 0 else { return nil }
    let flags = try reader.byte()
    guard flags & ~Flag.all == 0 else { throw .invalid(what: "row flags \(flags)") }
    if flags & Flag.sameSKU == 0 {
      let bytes = try reader.raw(Int(try reader.byte()))
      do { sku = try SKU(bytes: bytes) } catch { throw .invalid(what: error.description) }
    }
    if flags & Flag.sameLocation == 0 {
      let bytes = try reader.raw(Int(try reader.byte()))
      do { location = try Location(bytes: bytes) } catch {
        throw .invalid(what: error.description)
      }
    }
    guard let sku, let location else { throw .invalid(what: "row without a SKU or a location") }
    let (number, overflow) = day.addingReportingOverflow(try reader.zigzag())
    let supported = Int64(Day.supported.lowerBound.number)...Int64(Day.supported.upperBound.number)
    guard !overflow, supported.contains(number) else { throw .invalid(what: "day") }
    day = number
    let amount =
      flags & Flag.fractionalUnits == 0 ? Double(try reader.varint()) : try reader.double()
    guard let units = Flag.units(amount, flags) else { throw .invalid(what: "units") }
    var price: Float?
    if flags & Flag.price != 0 {
      let value = try reader.float()
      guard value.isFinite, value >= 0 else { throw .invalid(what: "price") }
      price = value
    }
    return SalesRow(
      sku: sku, location: location, day: Day(number: Int32(number)), units: units, price: price,
      promotion: flags & Flag.promotion != 0, outOfStock: flags & Flag.outOfStock != 0)
  }
}
