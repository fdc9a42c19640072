/// Until when a certificate is one, in seconds since 1970.
///
/// Read from its bytes alone, which is enough to say so in time: X.509 (RFC 5280, 4.1) is a
/// sequence whose first part is a sequence of an optional version in brackets, the number, the
/// algorithm, who signed it, and then a sequence of two times.
struct CertificateEnd {
  private static let sequence: UInt8 = 0x30, version: UInt8 = 0xA0
  private static let shortYear: UInt8 = 0x17, longYear: UInt8 = 0x18
  private static let begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----"

  let seconds: Int

  /// That of the first certificate in the text of a PEM file; nothing where there is none.
  init?(pem text: String) {
    guard let start = text.firstRange(of: Self.begin),
      let stop = text[start.upperBound...].firstRange(of: Self.end),
      let bytes = Self.bytes(ofBase64: text[start.upperBound..<stop.lowerBound]),
      let seconds = Self.end(of: bytes[...])
    else { return nil }
    self.seconds = seconds
  }

  private static func end(of certificate: ArraySlice<UInt8>) -> Int? {
    var outer = certificate
    guard var whole = part(sequence, of: &outer), var fields = part(sequence, of: &whole) else {
      return nil
    }
    if fields.first == version { _ = part(version, of: &fields) }
    // The number, the algorithm, who signed it.
    for _ in 0..<3 {
      guard let kind = fields.first, part(kind, of: &fields) != nil else { return nil }
    }
    guard var times = part(sequence, of: &fields), let kind = times.first,
      part(kind, of: &times) != nil, let last = times.first, let text = part(last, of: &times)
    else { return nil }
    return seconds(of: Array(text), hasLongYear: last == longYear)
  }

  /// Takes a part of a kind from the front; nothing where another one stands there.
  private static func part(
    _ kind: UInt8, of bytes: inout ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    guard bytes.popFirst() == kind, let first = bytes.popFirst() else { return nil }
    var length = Int(first)
    if first & 0x80 != 0 {
      let count = Int(first & 0x7F)
      guard (1...3).contains(count), bytes.count >= count else { return nil }
      length = bytes.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      bytes = bytes.dropFirst(count)
    }
    guard bytes.count >= length else { return nil }
    defer { bytes = bytes.dropFirst(length) }
    return bytes.prefix(length)
  }

  /// `YYMMDDHHMMSSZ`, or with four digits of the year; two of them mean 1950 to 2049.
  private static func seconds(of text: [UInt8], hasLongYear: Bool) -> Int? {
    let digits = text.dropLast().map { Int($0) - 0x30 }
    guard text.last == UInt8(ascii: "Z"), digits.count == (hasLongYear ? 14 : 12),
      digits.allSatisfy((0...9).contains)
    else { return nil }
    let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
    let year =
      hasLongYear ? pairs[0] * 100 + pairs[1] : pairs[0] + (pairs[0] < 50 ? 2_000 : 1_900)
    let rest = pairs.suffix(5).map(\.self)
    guard (1...12).contains(rest[0]), (1...31).contains(rest[1]) else { return nil }
    return days(year, rest[0], rest[1]) * 86_400 + rest[2] * 3_600 + rest[3] * 60 + rest[4]
  }

  /// Days from 1970 to a date of the Gregorian calendar: years that begin in March have their leap
  /// day last, and 400 of them have 146,097 days.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let inYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + inYear - 719_468
  }

  private static func bytes(ofBase64 text: Substring) -> [UInt8]? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var values = [UInt8?](repeating: nil, count: 256)
    for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
    var found: [UInt8] = []
    var (bits, count) = (0, 0)
    for byte in text.utf8 where byte > 0x20 && byte != UInt8(ascii: "=") {
      guard let value = values[Int(byte)] else { return nil }
      (bits, count) = ((bits << 6 | Int(value)) & 0xFFFF, count + 6)
      if count >= 8 {
        count -= 8
        found.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return found
  }
}
