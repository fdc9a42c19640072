/// Appends values to bytes: little-endian, variable-length integers where small numbers are common.
/// `ByteReader` reads back what this writes.
public struct ByteWriter: Sendable {
  /// What was written so far.
  public private(set) var bytes: [UInt8]
  /// In which form to write what has several: the newest unless told.
  public var form: UInt8 = .max

  /// Starts empty, with room for `capacity` bytes.
  public init(capacity: Int = 64) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// The number of bytes written so far.
  public var count: Int { bytes.count }

  /// Appends a fixed-width integer, little-endian.
  @inlinable
  public mutating func fixed<Integer: FixedWidthInteger>(_ value: Integer) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe append($0) }
  }

  /// Appends an unsigned integer in seven-bit groups, 1 to 10 bytes.
  public mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Appends a count or index; it must not be negative.
  public mutating func count(_ value: Int) { varint(UInt64(value)) }

  /// Appends a signed integer so that small magnitudes stay short.
  public mutating func zigzag(_ value: Int64) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  /// Appends a double, bit for bit.
  public mutating func double(_ value: Double) { fixed(value.bitPattern) }

  /// Appends a float, bit for bit.
  public mutating func float(_ value: Float) { fixed(value.bitPattern) }

  /// Appends one byte, 0 or 1.
  public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Appends a length and then the bytes.
  public mutating func blob(_ value: [UInt8]) {
    count(value.count)
    bytes.append(contentsOf: value)
  }

  /// Appends a length and then the UTF-8 of a string.
  public mutating func string(_ value: String) {
    var copy = value
    copy.withUTF8 { utf8 in
      count(utf8.count)
      unsafe bytes.append(contentsOf: utf8)
    }
  }

  /// Appends bytes without a length.
  public mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// Appends bytes without a length.
  public mutating func append(_ value: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: value)
  }

  /// Appends the XXH64 of all bytes so far, for `ByteReader.verifyingChecksum` to check.
  public mutating func seal() { fixed(XXH64.hash(bytes)) }

  /// Forgets what was written and keeps the room.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
