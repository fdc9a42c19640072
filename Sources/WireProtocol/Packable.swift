public import Packing

/// A value with one form in bytes: what `pack` writes, `init(from:)` reads, within limits.
public protocol Packable: Sendable {
  /// Appends the value.
  func pack(into writer: inout ByteWriter)
  /// Reads a value from bytes that may be hostile.
  init(from reader: inout ByteReader) throws(PackingError)
}

extension ByteWriter {
  /// Appends a count and then the values.
  mutating func list<Element: Packable>(_ values: [Element]) {
    count(values.count)
    for value in values { value.pack(into: &self) }
  }

  /// Appends a sentence, cut to what a reader takes: one that is too long must not keep the message
  /// that it is in from arriving.
  mutating func sentence(_ value: String) {
    guard value.utf8.count > Limits.sentenceBytes else { return string(value) }
    var end = value.utf8.index(value.startIndex, offsetBy: Limits.sentenceBytes)
    while end.samePosition(in: value.unicodeScalars) == nil { end = value.utf8.index(before: end) }
    string(String(value.unicodeScalars[..<end]))
  }

  /// Appends a flag and then the value if there is one.
  mutating func optional<Wrapped>(
    _ value: Wrapped?, _ pack: (inout ByteWriter, Wrapped) -> Void
  ) {
    bool(value != nil)
    if let value { pack(&self, value) }
  }
}

extension ByteReader {
  /// Reads a list of at most `limit` values, each of at least `minimumBytes`.
  mutating func list<Element: Packable>(
    _ what: String, limit: Int, minimumBytes: Int = 1
  ) throws(PackingError) -> [Element] {
    let count = try count(what, limit: limit, minimumBytes: minimumBytes)
    var values: [Element] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try Element(from: &self)) }
    return values
  }

  /// Reads a sentence.
  mutating func sentence(_ what: String) throws(PackingError) -> String {
    try string(what, limit: Limits.sentenceBytes)
  }

  /// Reads a flag and then the value if there is one.
  mutating func optional<Wrapped>(
    _ read: (inout ByteReader) throws(PackingError) -> Wrapped
  ) throws(PackingError) -> Wrapped? {
    try bool() ? try read(&self) : nil
  }

  /// Reads an enumeration's raw byte.
  mutating func choice<Choice: RawRepresentable<UInt8>>(
    _ what: String
  ) throws(PackingError) -> Choice {
    let raw = try byte()
    guard let value = Choice(rawValue: raw) else { throw .invalid(what: "\(what) \(raw)") }
    return value
  }
}
