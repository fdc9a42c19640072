package import Packing

/// Walks the rows of a batch without making anything per row: SKU and location are ranges of the
/// bytes.
///
/// It takes and refuses exactly what `SalesBatchReader` does (a test holds the two together) and
/// exists because the store reads millions of rows a second, once when they come and once when they
/// are folded.
package struct SalesBatchCursor {
  /// The packed rows.
  package let bytes: [UInt8]
  private var position = 0
  private var dayNumber: Int64 = 0
  /// The SKU of the row, in `bytes`.
  package private(set) var sku = 0..<0
  /// The location of the row, in `bytes`.
  package private(set) var location = 0..<0
  /// Whether the row names its SKU itself; else it is that of the row before.
  package private(set) var namesSKU = false
  /// Whether the row names its location itself; else it is that of the row before.
  package private(set) var namesLocation = false
  /// The units of the row.
  package private(set) var units = 0.0
  /// The price of the row, NaN without one.
  package private(set) var price = Float.nan
  /// Whether a promotion ran.
  package private(set) var promotion = false
  /// Whether the shelf was empty for all or part of the day.
  package private(set) var outOfStock = false

  /// Starts before the first row.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The day of the row.
  package var day: Day { Day(number: Int32(dayNumber)) }

  /// Goes to the next row, or says that there is none.
  package mutating func next() throws(PackingError) -> Bool {
    typealias Flag = SalesBatchWriter.Flag
    guard position < bytes.count else { return false }
    let flags = bytes[position]
    position += 1
    guard flags & ~Flag.all == 0 else { throw .invalid(what: "row flags \(flags)") }
    namesSKU = flags & Flag.sameSKU == 0
    if namesSKU { sku = try name("SKU", limit: SKU.maximumBytes) }
    namesLocation = flags & Flag.sameLocation == 0
    if namesLocation { location = try name("location", limit: Location.maximumBytes) }
    guard !sku.isEmpty, !location.isEmpty else {
      throw .invalid(what: "row without a SKU or a location")
    }
    let step = try varint()
    let (number, overflow) = dayNumber.addingReportingOverflow(
      Int64(bitPattern: step >> 1) ^ -Int64(bitPattern: step & 1))
    guard !overflow, number >= Int64(Day.supported.lowerBound.number),
      number <= Int64(Day.supported.upperBound.number)
    else { throw .invalid(what: "day") }
    dayNumber = number
    let amount =
      flags & Flag.fractionalUnits == 0
      ? Double(try varint()) : Double(bitPattern: try fixed(8))
    guard let units = Flag.units(amount, flags) else { throw .invalid(what: "units") }
    self.units = units
    price = .nan
    if flags & Flag.price != 0 {
      price = Float(bitPattern: UInt32(try fixed(4)))
      guard price.isFinite, price >= 0 else { throw .invalid(what: "price") }
    }
    promotion = flags & Flag.promotion != 0
    outOfStock = flags & Flag.outOfStock != 0
    return true
  }

  private mutating func name(_ what: String, limit: Int) throws(PackingError) -> Range<Int> {
    guard position < bytes.count else { throw .truncated(wanted: 1, left: 0) }
    let count = Int(bytes[position])
    let range = (position + 1)..<(position + 1 + count)
    guard range.upperBound <= bytes.count else {
      throw .truncated(wanted: count, left: bytes.count - range.lowerBound)
    }
    guard count > 0, count <= limit else { throw .invalid(what: "\(what) of \(count) bytes") }
    var joined: UInt8 = 0
    for index in range { joined |= bytes[index] }
    // Names are nearly always ASCII, which needs no decoding to be known as UTF-8.
    guard joined < 0x80 || String(validating: bytes[range], as: UTF8.self) != nil else {
      throw .invalid(what: "\(what) is not UTF-8")
    }
    position = range.upperBound
    return range
  }

  private mutating func fixed(_ count: Int) throws(PackingError) -> UInt64 {
    guard bytes.count - position >= count else {
      throw .truncated(wanted: count, left: bytes.count - position)
    }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }

  private mutating func varint() throws(PackingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < bytes.count else { throw .truncated(wanted: 1, left: 0) }
      let next = bytes[position]
      position += 1
      if shift == 63, next > 1 { throw .invalid(what: "variable-length integer") }
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
      if shift > 63 { throw .invalid(what: "variable-length integer") }
    }
  }
}
