/// Reads numbers as they stand in tables: a point, no thousands separators, no locale.
enum NumberText {
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18,
  ]

  /// The number, or nothing when the text is none or the number is not finite.
  ///
  /// Up to 18 digits whose integer is below 2^53 are exact as a double, and so is the power of ten,
  /// so that one division rounds correctly (Clinger, "How to read floating point numbers
  /// accurately"). Anything else goes the long way.
  static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var index = 0
    let isNegative = unsafe !text.isEmpty && text[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var digits: UInt64 = 0
    var digitCount = 0
    var pointAt = -1
    while index < text.count {
      let byte = unsafe text[index]
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        digits = digits &* 10 &+ UInt64(digit)
        digitCount &+= 1
      } else if byte == UInt8(ascii: "."), pointAt < 0 {
        pointAt = digitCount
      } else {
        return unsafe slowDouble(text)
      }
      index &+= 1
    }
    guard digitCount > 0 else { return nil }
    guard digitCount <= 18, digits < 1 << 53 else { return unsafe slowDouble(text) }
    var value = Double(digits)
    if pointAt >= 0 { value /= powersOfTen[digitCount - pointAt] }
    return isNegative ? -value : value
  }

  /// A whole number of at most 15 digits, or nothing.
  static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    guard let value = unsafe double(text), value.magnitude < 1e15, value.rounded() == value,
      unsafe text.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2B })
    else { return nil }
    return Int64(value)
  }

  /// Spaces around the number, a leading plus, exponents and long fractions.
  private static func slowDouble(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let trimmed = unsafe trimmed(text)
    guard unsafe isDecimal(trimmed),
      let value = unsafe Double(String(decoding: trimmed, as: UTF8.self)), value.isFinite
    else { return nil }
    return value
  }

  /// What to say of a number with commas; nothing where there are none or other things beside them.
  static func commaComplaint(_ column: String, _ text: UnsafeBufferPointer<UInt8>) -> String? {
    let isNumeric = unsafe text.allSatisfy {
      ($0 >= 0x2B && $0 <= 0x39 && $0 != 0x2F) || $0 == 0x20 || $0 == 0x27
    }
    guard isNumeric, unsafe text.contains(UInt8(ascii: ",")) else { return nil }
    return "\(column) \"\(unsafe RejectedRow.excerpt(text, limit: 40))\" is written with a comma; "
      + "write decimals with a point and thousands without a mark, as 1234.5"
  }

  /// The text without the spaces and tabs around it.
  static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = text.count
    while start < end, unsafe isBlank(text[start]) { start += 1 }
    while end > start, unsafe isBlank(text[end - 1]) { end -= 1 }
    return unsafe UnsafeBufferPointer(rebasing: text[start..<end])
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// `[+-] digits [. digits] [e [+-] digits]` with a digit before the exponent. The standard
  /// library would also take hexadecimal, `inf` and `nan`.
  private static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    func skipSign() {
      if index < text.count, unsafe text[index] == 0x2B || text[index] == 0x2D { index += 1 }
    }
    func skipDigits() -> Int {
      let start = index
      while index < text.count, unsafe text[index] >= 0x30, unsafe text[index] <= 0x39 {
        index += 1
      }
      return index - start
    }
    skipSign()
    var digits = skipDigits()
    if index < text.count, unsafe text[index] == UInt8(ascii: ".") {
      index += 1
      digits += skipDigits()
    }
    guard digits > 0 else { return false }
    if index < text.count, unsafe text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      skipSign()
      guard skipDigits() > 0 else { return false }
    }
    return index == text.count
  }
}
