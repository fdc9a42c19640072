import Packing

extension ByteReader {
  /// Reads a parameter that must lie in `range`.
  mutating func parameter(
    _ what: String, in range: ClosedRange<Double>
  ) throws(PackingError) -> Double {
    let value = try finiteDouble(what)
    guard range.contains(value) else { throw .invalid(what: "\(what) \(value)") }
    return value
  }

  /// Reads a variance in the history's scale: the values are within 1, a fit may leave them a
  /// little.
  mutating func variance() throws(PackingError) -> Double {
    try parameter("variance", in: 0...1e12)
  }

  /// Reads a single-precision number that must lie in `range`.
  mutating func single(
    _ what: String, in range: ClosedRange<Float>
  ) throws(PackingError) -> Float {
    let value = try float()
    guard range.contains(value) else { throw .invalid(what: "\(what) \(value)") }
    return value
  }
}
