public import Packing

/// The name of a worker or coordinator: 1 to 64 of `a-z A-Z 0-9 . _ -`.
public struct NodeName: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The name.
  public let text: String

  /// Takes a name, or nothing if it is none.
  public init?(_ text: String) {
    let allowed = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
    guard allowed, (1...Limits.nodeNameBytes).contains(text.utf8.count) else { return nil }
    self.text = text
  }

  /// The name.
  public var description: String { text }

  /// Alphabetic by bytes: of strings of ASCII alone that is their own order.
  public static func < (left: NodeName, right: NodeName) -> Bool { left.text < right.text }
}

extension NodeName: Packable {
  /// Appends the name.
  public func pack(into writer: inout ByteWriter) { writer.string(text) }

  /// Reads a name.
  public init(from reader: inout ByteReader) throws(PackingError) {
    let text = try reader.string("node name", limit: Limits.nodeNameBytes)
    guard let name = NodeName(text) else { throw .invalid(what: "node name \"\(text)\"") }
    self = name
  }
}
