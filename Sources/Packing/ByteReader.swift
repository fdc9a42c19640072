/// Why bytes could not be read.
public enum PackingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The bytes end before the value does.
  case truncated(wanted: Int, left: Int)
  /// A count or length is larger than the reader allows.
  case tooLarge(what: String, value: UInt64, limit: Int)
  /// A value has no meaning here.
  case invalid(what: String)
  /// Bytes follow where the value should have ended.
  case trailing(Int)
  /// The checksum at the end does not match the bytes before it.
  case corrupt

  /// The error in words.
  public var description: String {
    switch self {
    case .truncated(let wanted, let left): "truncated: \(wanted) bytes wanted, \(left) left"
    case .tooLarge(let what, let value, let limit): "\(what) is \(value), at most \(limit) allowed"
    case .invalid(let what): "invalid \(what)"
    case .trailing(let count): "\(count) bytes too many"
    case .corrupt: "checksum does not match: the bytes were damaged"
    }
  }
}

/// Reads what `ByteWriter` wrote, from bytes that may be hostile: every read is bounded, nothing
/// traps, and a count is checked against its limit before anything is allocated for it.
public struct ByteReader: Sendable {
  @usableFromInline let bytes: [UInt8]
  @usableFromInline var position: Int
  @usableFromInline let end: Int
  /// In which form what has several was written: the newest unless told.
  public var form: UInt8 = .max

  /// Reads `bytes` from the start.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  /// Reads the bytes before the checksum that `ByteWriter.seal` appended, once it matches.
  public init(verifyingChecksum bytes: [UInt8]) throws(PackingError) {
    guard bytes.count >= 8 else { throw .truncated(wanted: 8, left: bytes.count) }
    let end = bytes.count - 8
    var stored: UInt64 = 0
    for index in 0..<8 { stored |= UInt64(bytes[end + index]) << (8 * UInt64(index)) }
    let actual = unsafe bytes.withUnsafeBytes { all in
      unsafe XXH64.hash(UnsafeRawBufferPointer(rebasing: all[0..<end]))
    }
    guard stored == actual else { throw .corrupt }
    self.bytes = bytes
    position = 0
    self.end = end
  }

  /// The number of bytes that were not read yet.
  public var left: Int { end - position }

  /// Fails unless everything was read.
  public func finish() throws(PackingError) {
    if left != 0 { throw .trailing(left) }
  }

  /// Reads a fixed-width integer, little-endian.
  @inlinable
  public mutating func fixed<Integer: FixedWidthInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(PackingError) -> Integer {
    let width = Integer.bitWidth / 8
    guard end - position >= width else { throw .truncated(wanted: width, left: end - position) }
    defer { position += width }
    // There are as many bytes, and any of them make an integer.
    return unsafe bytes.withUnsafeBytes { all in
      unsafe Integer(littleEndian: all.loadUnaligned(fromByteOffset: position, as: Integer.self))
    }
  }

  /// Reads one byte.
  public mutating func byte() throws(PackingError) -> UInt8 {
    guard position < end else { throw .truncated(wanted: 1, left: 0) }
    defer { position += 1 }
    return bytes[position]
  }

  /// Reads an unsigned variable-length integer.
  public mutating func varint() throws(PackingError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      if shift == 63, next > 1 { throw .invalid(what: "variable-length integer") }
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
      if shift > 63 { throw .invalid(what: "variable-length integer") }
    }
  }

  /// Reads a count of things that take at least `minimumBytes` each, at most `limit`. A count that
  /// the bytes left cannot hold is refused before anything is allocated.
  public mutating func count(
    _ what: String, limit: Int, minimumBytes: Int = 0
  ) throws(PackingError) -> Int {
    let value = try varint()
    guard value <= UInt64(limit) else { throw .tooLarge(what: what, value: value, limit: limit) }
    let wanted = Int(value) * minimumBytes
    guard wanted <= left else { throw .truncated(wanted: wanted, left: left) }
    return Int(value)
  }

  /// Reads a signed variable-length integer.
  public mutating func zigzag() throws(PackingError) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// Reads a double, any bit pattern.
  public mutating func double() throws(PackingError) -> Double {
    Double(bitPattern: try fixed(UInt64.self))
  }

  /// Reads a double and refuses NaN and infinity.
  public mutating func finiteDouble(_ what: String) throws(PackingError) -> Double {
    let value = try double()
    guard value.isFinite else { throw .invalid(what: "\(what): not a finite number") }
    return value
  }

  /// Reads a float, any bit pattern.
  public mutating func float() throws(PackingError) -> Float {
    Float(bitPattern: try fixed(UInt32.self))
  }

  /// Reads a byte that must be 0 or 1.
  public mutating func bool() throws(PackingError) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw .invalid(what: "flag")
    }
  }

  /// Reads `count` bytes.
  public mutating func raw(_ count: Int) throws(PackingError) -> [UInt8] {
    guard count >= 0, count <= left else { throw .truncated(wanted: count, left: left) }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  /// Reads a length of at most `limit` and then that many bytes.
  public mutating func blob(_ what: String, limit: Int) throws(PackingError) -> [UInt8] {
    try raw(try count(what, limit: limit))
  }

  /// Reads a length of at most `limit` and then that much UTF-8, which must be valid.
  public mutating func string(_ what: String, limit: Int) throws(PackingError) -> String {
    let utf8 = try blob(what, limit: limit)
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw .invalid(what: "\(what): not UTF-8")
    }
    return text
  }
}
