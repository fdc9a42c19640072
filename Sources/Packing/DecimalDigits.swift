extension [UInt8] {
  /// Appends decimal digits, at least `width` of them; leading ones are 0.
  @inlinable
  package mutating func append(digits value: UInt64, width: Int = 1) {
    // The largest integer has 20 digits.
    var digits = InlineArray<20, UInt8>(repeating: 0x30)
    var start = 20
    var rest = value
    repeat {
      start -= 1
      digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in Swift.min(start, 20 - width)..<20 { append(digits[index]) }
  }
}
