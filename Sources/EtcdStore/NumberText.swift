/// A 64-bit number as etcd writes it into JSON: as a text, and not at all where it is zero.
struct NumberText<Value: FixedWidthInteger & Sendable>: Hashable, Sendable {
  var value: Value

  init(_ value: Value) { self.value = value }
}

extension NumberText: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // A gateway of another version may write small numbers as such.
    if let number = try? container.decode(Int64.self), let value = Value(exactly: number) {
      self.init(value)
      return
    }
    guard let value = Value(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
    }
    self.init(value)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(value))
  }
}
