import Packing

extension ByteWriter {
  /// Appends a double, bit for bit. Whole and short numbers, which most figures of a plan are, end
  /// in zero bytes: turned around they make a small integer, of 1 to 4 bytes instead of 8.
  mutating func figure(_ value: Double) { varint(value.bitPattern.byteSwapped) }
}

extension ByteReader {
  /// Reads a double that must lie in `range`; nothing else is taken for one.
  mutating func figure(
    _ what: String, in range: ClosedRange<Double> = 0...Bounds.figure
  ) throws(PackingError) -> Double {
    let value = Double(bitPattern: try varint().byteSwapped)
    guard range.contains(value) else { throw .invalid(what: what) }
    return value
  }

  /// Reads a count of days.
  mutating func days(_ what: String) throws(PackingError) -> Int {
    try count(what, limit: 10_000)
  }
}
