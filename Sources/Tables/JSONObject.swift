/// Reads one JSON object (RFC 8259) of plain values from a line that is followed by a line feed.
@unsafe
struct JSONObject {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let scratch: UnsafeMutablePointer<UInt8>
  private let fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private var scratchUsed = 0
  private var at = 0

  /// Reads from `bytes`; strings with escapes are put into `scratch`, which has room for the line.
  init(
    _ bytes: UnsafeMutablePointer<UInt8>, _ scratch: UnsafeMutablePointer<UInt8>,
    _ fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  ) {
    unsafe self.bytes = bytes
    unsafe self.scratch = scratch
    unsafe self.fields = fields
  }

  /// Reads the object of a line into the fields of its columns; true where the line is blank.
  consuming func read(
    _ line: Range<Int>, into columns: inout JSONColumns
  ) throws(JSONFault) -> Bool {
    unsafe at = line.lowerBound
    unsafe skipBlanks()
    if unsafe at >= line.upperBound { return true }
    guard unsafe bytes[at] == UInt8(ascii: "{") else {
      throw unsafe bytes[at] == UInt8(ascii: "[") ? .array : .noObject
    }
    unsafe at &+= 1
    columns.begin()
    for index in 0..<columns.count {
      unsafe fields[index] = UnsafeBufferPointer(start: nil, count: 0)
    }
    unsafe skipBlanks()
    if unsafe bytes[at] == UInt8(ascii: "}") {
      unsafe at &+= 1
    } else {
      unsafe try readMembers(&columns)
    }
    unsafe skipBlanks()
    guard unsafe at >= line.upperBound else { throw .textAfter }
    return false
  }

  private mutating func readMembers(_ columns: inout JSONColumns) throws(JSONFault) {
    while true {
      guard unsafe bytes[at] == UInt8(ascii: "\"") else { throw .noKey }
      let key = unsafe try string()
      unsafe skipBlanks()
      guard unsafe bytes[at] == UInt8(ascii: ":") else { throw .noColon }
      unsafe at &+= 1
      unsafe skipBlanks()
      let column = unsafe try columns.column(key)
      let value = unsafe try value(of: key)
      if let column { unsafe fields[column] = value }
      unsafe skipBlanks()
      let next = unsafe bytes[at]
      guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else { throw .noComma }
      unsafe at &+= 1
      if next == UInt8(ascii: "}") { return }
      unsafe skipBlanks()
    }
  }

  /// Steps over blanks, of which the line feed that ends the line is none.
  @inline(__always)
  private mutating func skipBlanks() {
    while unsafe bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { unsafe at &+= 1 }
  }

  @inline(__always)
  private mutating func value(
    of key: UnsafeBufferPointer<UInt8>
  ) throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let first = unsafe bytes[at]
    if first == UInt8(ascii: "\"") { return unsafe try string() }
    if first &- 0x30 <= 9 || first == UInt8(ascii: "-") { return unsafe try number(of: key) }
    return unsafe try word(of: key)
  }

  // MARK: Strings

  /// Goes over a string, on whose opening quote it stands.
  @inline(__always)
  private mutating func string() throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe at &+ 1
    var end = start
    while true {
      let byte = unsafe bytes[end]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") || byte < 0x20 { return unsafe try carefulString() }
      end &+= 1
    }
    unsafe at = end &+ 1
    return unsafe UnsafeBufferPointer(start: bytes + start, count: end &- start)
  }

  /// The same for a string with escapes, which are undone in `scratch`: what they stand for is
  /// never longer than they are.
  @inline(never)
  private mutating func carefulString() throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe scratchUsed
    unsafe at += 1
    while true {
      let byte = unsafe bytes[at]
      unsafe at += 1
      switch byte {
      case UInt8(ascii: "\""):
        return unsafe UnsafeBufferPointer(start: scratch + start, count: scratchUsed - start)
      case UInt8(ascii: "\\"): unsafe try escape()
      case UInt8(ascii: "\n"): throw .unclosedString
      case 0: throw .nul
      case ..<0x20: throw .controlCharacter
      default: unsafe put(byte)
      }
    }
  }

  private mutating func put(_ byte: UInt8) {
    unsafe scratch[scratchUsed] = byte
    unsafe scratchUsed += 1
  }

  private mutating func escape() throws(JSONFault) {
    let letter = unsafe bytes[at]
    unsafe at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unsafe put(letter)
    case UInt8(ascii: "b"): unsafe put(0x08)
    case UInt8(ascii: "f"): unsafe put(0x0C)
    case UInt8(ascii: "n"): unsafe put(0x0A)
    case UInt8(ascii: "r"): unsafe put(0x0D)
    case UInt8(ascii: "t"): unsafe put(0x09)
    case UInt8(ascii: "u"):
      let first = unsafe try hexadecimal()
      guard first != 0 else { throw .nul }
      if let scalar = Unicode.Scalar(first) { return unsafe put(scalar) }
      guard first < 0xDC00, unsafe bytes[at] == UInt8(ascii: "\\"),
        unsafe bytes[at + 1] == UInt8(ascii: "u")
      else { throw .surrogate }
      unsafe at += 2
      let second = unsafe try hexadecimal()
      guard (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw .surrogate }
      unsafe put(scalar)
    default: throw .escape
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { unsafe put(byte) }
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = unsafe bytes[at]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x41 + 10
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: throw .escape
      }
      value = value << 4 | UInt32(digit)
      unsafe at += 1
    }
    return value
  }

  // MARK: Other values

  /// Goes over a number, as the grammar has it: `-? (0 | 1-9 digits) [. digits] [e [+-] digits]`.
  @inline(__always)
  private mutating func number(
    of key: UnsafeBufferPointer<UInt8>
  ) throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe at
    if unsafe bytes[at] == UInt8(ascii: "-") { unsafe at &+= 1 }
    let isZero = unsafe bytes[at] == UInt8(ascii: "0")
    let whole = unsafe skipDigits()
    guard whole > 0, !isZero || whole == 1 else { throw .number(unsafe Self.text(key)) }
    if unsafe bytes[at] == UInt8(ascii: ".") {
      unsafe at &+= 1
      guard unsafe skipDigits() > 0 else { throw .number(unsafe Self.text(key)) }
    }
    if unsafe bytes[at] | 0x20 == UInt8(ascii: "e") {
      unsafe at &+= 1
      if unsafe bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { unsafe at &+= 1 }
      guard unsafe skipDigits() > 0 else { throw .number(unsafe Self.text(key)) }
    }
    return unsafe UnsafeBufferPointer(start: bytes + start, count: at &- start)
  }

  @inline(__always)
  private mutating func skipDigits() -> Int {
    let start = unsafe at
    while unsafe bytes[at] &- 0x30 <= 9 { unsafe at &+= 1 }
    return unsafe at &- start
  }

  /// Goes over true, false or null.
  private mutating func word(
    of key: UnsafeBufferPointer<UInt8>
  ) throws(JSONFault) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe at
    while unsafe (0x61...0x7A).contains(bytes[at]) { unsafe at += 1 }
    let word = unsafe UnsafeBufferPointer(start: bytes + start, count: at - start)
    if unsafe word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) {
      return unsafe word
    }
    if unsafe word.elementsEqual("null".utf8) {
      return unsafe UnsafeBufferPointer(start: nil, count: 0)
    }
    if unsafe bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") {
      throw .nested(unsafe Self.text(key))
    }
    throw .noValue(unsafe Self.text(key))
  }

  private static func text(_ key: UnsafeBufferPointer<UInt8>) -> String {
    unsafe RejectedRow.excerpt(key, limit: 40)
  }
}
