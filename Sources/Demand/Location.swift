/// A warehouse or fulfilment region: 1 to 64 bytes of UTF-8, compared as bytes.
public struct Location: Hashable, Sendable {
  /// The longest location name, in bytes.
  public static let maximumBytes = 64

  /// The bytes as they came.
  public let bytes: [UInt8]

  /// Takes the bytes of one location name, or says why they are none.
  public init(bytes: [UInt8]) throws(DemandError) {
    guard !bytes.isEmpty else { throw .emptyName("location") }
    guard bytes.count <= Self.maximumBytes else {
      throw .nameTooLong("location", bytes: bytes.count, limit: Self.maximumBytes)
    }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .nameNotUTF8("location") }
    self.bytes = bytes
  }

  /// Takes a location from text, or says why it is none.
  public init(_ text: String) throws(DemandError) {
    try self.init(bytes: Array(text.utf8))
  }

  /// Bytes that were checked before they were stored or sent.
  package init(trusted bytes: [UInt8]) { self.bytes = bytes }
}

extension Location: Comparable {
  /// Lexicographic by bytes: the order in which a SKU's locations are stored and summed.
  public static func < (left: Location, right: Location) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension Location: CustomStringConvertible {
  /// The name as text.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
