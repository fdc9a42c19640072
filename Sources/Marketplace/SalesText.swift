import Packing

/// Rows of sales as bytes, put together from parts that are ready: millions a second.
struct SalesText: Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }
  mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  /// A whole number.
  mutating func append(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let size = number.magnitude
    if size < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(size)) }
    bytes.append(digits: UInt64(size))
  }

  /// A price of so many hundredths, without zeros at its end.
  mutating func append(hundredths number: Int) {
    append(number / 100)
    append(fraction: UInt(number % 100), width: 2)
  }

  /// A number that is not negative, rounded to four decimals.
  mutating func append(rounded number: Double) {
    let scaled = UInt((number * 10_000).rounded())
    append(Int(scaled / 10_000))
    append(fraction: scaled % 10_000, width: 4)
  }

  private mutating func append(fraction: UInt, width: Int) {
    guard fraction > 0 else { return }
    var (fraction, width) = (fraction, width)
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    bytes.append(UInt8(ascii: "."))
    bytes.append(digits: UInt64(fraction), width: width)
  }
}
