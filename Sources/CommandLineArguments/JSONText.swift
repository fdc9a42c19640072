/// Writes JSON as it goes, without building a tree.
///
///     var json = JSONText()
///     json.object { json in
///       json.member("sku", "A-1")
///       json.array("mean") { json in for value in means { json.element(value) } }
///     }
///     json.newline()
///     try terminal.write(json.drain())
///
/// `drain` may be called at any time, in the midst of an array too, so output of any length needs
/// little memory.
public struct JSONText: Sendable {
  private var bytes: [UInt8] = []
  /// Whether the next element or member needs a comma before it.
  private var needsComma = false

  /// Nothing yet.
  public init() {}

  /// The number of bytes that wait to be drained.
  public var count: Int { bytes.count }

  /// What was written since the last call.
  public mutating func drain() -> String {
    defer { bytes.removeAll(keepingCapacity: true) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What was written since the last call, as UTF-8.
  public mutating func drainBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// An object at the top or as an array's element.
  public mutating func object<Failure>(
    _ members: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    try nest("{", "}", members)
  }

  /// An array at the top or as an array's element.
  public mutating func array<Failure>(
    _ elements: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    try nest("[", "]", elements)
  }

  /// A member that is an object.
  public mutating func object<Failure>(
    _ name: String, _ members: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    key(name)
    try nest("{", "}", members)
  }

  /// A member that is an array.
  public mutating func array<Failure>(
    _ name: String, _ elements: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    key(name)
    try nest("[", "]", elements)
  }

  /// A member of an object.
  public mutating func member(_ name: String, _ value: some JSONWritable) {
    key(name)
    element(value)
  }

  /// An element of an array, or a whole document.
  public mutating func element(_ value: some JSONWritable) {
    separate()
    value.write(to: &self)
    needsComma = true
  }

  /// Ends a line between documents, for one document a line.
  public mutating func newline() {
    append("\n")
    needsComma = false
  }

  /// Text that is JSON already.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
  }

  fileprivate mutating func append(number: String) { bytes.append(contentsOf: number.utf8) }

  /// A string in quotes. Only what RFC 8259 demands is escaped; the rest stays UTF-8.
  fileprivate mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append(#"\""#)
      case UInt8(ascii: "\\"): append(#"\\"#)
      case 0x0A: append(#"\n"#)
      case 0x0D: append(#"\r"#)
      case 0x09: append(#"\t"#)
      case ..<0x20:
        append(#"\u00"#)
        append(byte < 0x10 ? "0" : "1")
        bytes.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func key(_ name: String) {
    separate()
    append(quoted: name)
    append(":")
  }

  private mutating func separate() {
    if needsComma { append(",") }
    needsComma = false
  }

  private mutating func nest<Failure>(
    _ opening: StaticString, _ closing: StaticString,
    _ content: (inout JSONText) throws(Failure) -> Void
  ) throws(Failure) {
    separate()
    append(opening)
    try content(&self)
    append(closing)
    needsComma = true
  }
}

/// A value that `JSONText` writes.
public protocol JSONWritable {
  /// Appends the value.
  func write(to json: inout JSONText)
}

extension String: JSONWritable {
  /// Writes a string.
  public func write(to json: inout JSONText) { json.append(quoted: self) }
}

extension Bool: JSONWritable {
  /// Writes true or false.
  public func write(to json: inout JSONText) { json.append(self ? "true" : "false") }
}

extension Int: JSONWritable {
  /// Writes decimal digits. Beyond 2^53 many readers round: write such numbers as text.
  public func write(to json: inout JSONText) { json.append(number: String(self)) }
}

extension Double: JSONWritable {
  /// Writes the shortest form that reads back as the same number; what is not finite is null.
  public func write(to json: inout JSONText) {
    if isFinite { json.append(number: Readable.shortest(self)) } else { json.append("null") }
  }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
  /// Writes the value or null.
  public func write(to json: inout JSONText) {
    if let self { self.write(to: &json) } else { json.append("null") }
  }
}

extension Array: JSONWritable where Element: JSONWritable {
  /// Writes an array.
  public func write(to json: inout JSONText) {
    json.append("[")
    for (index, element) in enumerated() {
      if index > 0 { json.append(",") }
      element.write(to: &json)
    }
    json.append("]")
  }
}
