import Glibc

/// Writes comma-separated records, buffered, to a file or to standard output.
///
/// A file appears under its name only when `finish` succeeds, whole: it is written beside under a
/// temporary name, flushed to the disk and renamed. A writer that goes away unfinished leaves
/// nothing.
@safe
public struct DelimitedWriter: ~Copyable {
  /// The most decimals of a number.
  public static let maximumDecimals = 9
  private static let bufferBytes = 1 << 18
  private static let powersOfTen: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

  private let name: String
  private let target: OutputTarget
  private let buffer: UnsafeMutablePointer<UInt8>
  private var used = 0
  private var fieldsInRow = 0
  private var lastFieldWasEmpty = false
  private var isFinished = false
  /// The number of rows ended so far.
  public private(set) var rowCount = 0

  /// Writes to `path`; `-` is standard output.
  public init(path: String) throws(TableError) {
    target = try OutputTarget(path: path)
    name = target.name
    unsafe buffer = .allocate(capacity: Self.bufferBytes)
  }

  deinit {
    unsafe buffer.deallocate()
    if !isFinished { target.discard() }
  }

  /// Writes a row of text fields, such as the column names.
  public mutating func row(_ texts: [String]) throws(TableError) {
    for text in texts { try field(text) }
    try endRow()
  }

  /// Writes a field of text.
  public mutating func field(_ text: String) throws(TableError) {
    var text = text
    var failure: TableError?
    unsafe text.withUTF8 { bytes in
      do throws(TableError) { unsafe try field(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Writes a field of bytes as they are.
  public mutating func field(_ bytes: [UInt8]) throws(TableError) {
    unsafe try bytes.withUnsafeBufferPointer { (bytes) throws(TableError) in
      unsafe try field(bytes)
    }
  }

  /// Writes a field of bytes as they are, in quotes where it needs them.
  public mutating func field(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    try separate(room: 1)
    lastFieldWasEmpty = bytes.isEmpty
    guard unsafe needsQuotes(bytes) else { return unsafe try append(bytes) }
    try appendByte(UInt8(ascii: "\""))
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if byte == UInt8(ascii: "\"") { try appendByte(byte) }
      try appendByte(byte)
    }
    try appendByte(UInt8(ascii: "\""))
  }

  /// Writes a whole number.
  public mutating func field(_ number: Int) throws(TableError) {
    try separate(room: 24)
    lastFieldWasEmpty = false
    if number < 0 { put(UInt8(ascii: "-")) }
    putDigits(UInt64(number.magnitude), width: 1)
  }

  /// Writes a number rounded to at most `decimals` places, without trailing zeros and never as -0.
  /// NaN and infinity are an empty field: missing.
  public mutating func field(_ number: Double, decimals: Int) throws(TableError) {
    precondition(decimals >= 0 && decimals <= Self.maximumDecimals, "decimals \(decimals)")
    guard number.isFinite else { return try field([]) }
    let scale = Self.powersOfTen[decimals]
    let scaled = (number.magnitude * scale).rounded()
    // From 2^53 on doubles are whole: there is nothing to round, and the integer would not be
    // exact.
    guard scaled < 0x1p53 else { return try field(Self.shortest(number)) }
    try separate(room: 40)
    lastFieldWasEmpty = false
    if number < 0, scaled > 0 { put(UInt8(ascii: "-")) }
    let divisor = UInt64(scale)
    let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: divisor)
    putDigits(whole, width: 1)
    guard fraction > 0 else { return }
    put(UInt8(ascii: "."))
    putDigits(fraction, width: decimals)
    while unsafe buffer[used - 1] == UInt8(ascii: "0") { used -= 1 }
  }

  /// Ends the row.
  public mutating func endRow() throws(TableError) {
    // A row of one empty field would be an empty line, which readers skip.
    if fieldsInRow == 1, lastFieldWasEmpty {
      try appendByte(UInt8(ascii: "\""))
      try appendByte(UInt8(ascii: "\""))
    }
    try appendByte(UInt8(ascii: "\n"))
    fieldsInRow = 0
    rowCount += 1
  }

  /// Writes what is left and puts the file in its place. Nothing may be written after.
  public mutating func finish() throws(TableError) {
    precondition(!isFinished, "finished twice")
    try flush()
    try target.publish()
    isFinished = true
  }
}

// MARK: - Bytes

extension DelimitedWriter {
  /// Puts the comma before a field and makes room for it.
  private mutating func separate(room: Int) throws(TableError) {
    if used + room + 1 > Self.bufferBytes { try flush() }
    if fieldsInRow > 0 { put(UInt8(ascii: ",")) }
    fieldsInRow += 1
  }

  /// Commas, quotes and line ends must be quoted, and so must what a reader would take for the
  /// byte-order mark of the file.
  private func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if byte < 0x2D,
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r")
      {
        return true
      }
    }
    return unsafe rowCount == 0 && fieldsInRow == 1 && bytes.first == 0xEF
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    if used + bytes.count > Self.bufferBytes { try flush() }
    guard bytes.count <= Self.bufferBytes, let start = bytes.baseAddress else {
      for index in 0..<bytes.count {
        let byte = unsafe bytes[index]
        try appendByte(byte)
      }
      return
    }
    unsafe (buffer + used).update(from: start, count: bytes.count)
    used += bytes.count
  }

  private mutating func appendByte(_ byte: UInt8) throws(TableError) {
    if used == Self.bufferBytes { try flush() }
    put(byte)
  }

  /// Appends a byte for which there is room.
  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    unsafe buffer[used] = byte
    used &+= 1
  }

  /// Appends decimal digits, at least `width` of them.
  @inline(__always)
  private mutating func putDigits(_ value: UInt64, width: Int) {
    var count = 1
    var bound: UInt64 = 10
    while value >= bound, count < 20 {
      count += 1
      bound = bound.multipliedReportingOverflow(by: 10).overflow ? .max : bound &* 10
    }
    count = max(count, width)
    var rest = value
    var index = used + count
    while index > used {
      index -= 1
      unsafe buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    used += count
  }

  /// The shortest digits that read back as the same number.
  private static func shortest(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private mutating func flush() throws(TableError) {
    unsafe try target.write(UnsafeRawBufferPointer(start: buffer, count: used))
    used = 0
  }
}
