import Packing

/// Numbers that tables give: not negative, at most 10^15, and often absent.
extension ByteWriter {
  /// Appends whether there is a number, and the number.
  mutating func optional(_ value: Double?) {
    bool(value != nil)
    if let value { double(value) }
  }
}

extension ByteReader {
  private static let largestAmount = 1e15

  /// Reads a number from 0 to 10^15.
  mutating func amount(_ what: String) throws(PackingError) -> Double {
    let value = try finiteDouble(what)
    guard value >= 0, value <= Self.largestAmount else { throw .invalid(what: what) }
    return value
  }

  /// Reads what `ByteWriter.optional` wrote.
  mutating func optionalAmount(_ what: String) throws(PackingError) -> Double? {
    try bool() ? try amount(what) : nil
  }
}
