import Packing

/// Comma-separated records as bytes, for a `DelimitedWriter` or whoever puts files together from
/// parts.
public struct DelimitedText: Sendable {
  /// The most decimals of a number.
  public static let maximumDecimals = 9
  private static let powersOfTen: InlineArray<10, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
  ]

  /// What was written since the last `removeAll`.
  public private(set) var bytes: [UInt8] = []
  /// The number of rows ended so far.
  public private(set) var rowCount = 0
  private let isFileStart: Bool
  private var fieldsInRow = 0
  private var lastFieldWasEmpty = false

  /// Starts empty, with the first record of a file or with a later one.
  public init(isFileStart: Bool = false) { self.isFileStart = isFileStart }

  /// Forgets what was written and keeps the room.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  // MARK: Fields

  /// Writes a field of text.
  public mutating func field(_ text: String) {
    var text = text
    text.withUTF8 { unsafe field($0) }
  }

  /// Writes a field of bytes as they are.
  public mutating func field(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe field($0) }
  }

  /// Writes a field of bytes as they are, in quotes where it needs them.
  public mutating func field(_ field: UnsafeBufferPointer<UInt8>) {
    separate()
    lastFieldWasEmpty = field.isEmpty
    guard unsafe needsQuotes(field) else { return unsafe bytes.append(contentsOf: field) }
    bytes.append(UInt8(ascii: "\""))
    for index in 0..<field.count {
      let byte = unsafe field[index]
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a whole number.
  public mutating func field(_ number: Int) {
    separate()
    lastFieldWasEmpty = false
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.append(digits: UInt64(number.magnitude))
  }

  /// Writes a number rounded to at most `decimals` places, without trailing zeros and never as -0.
  /// NaN and infinity are an empty field: missing.
  public mutating func field(_ number: Double, decimals: Int) {
    precondition(decimals >= 0 && decimals <= Self.maximumDecimals, "decimals \(decimals)")
    guard number.isFinite else { return field([]) }
    let scale = Self.powersOfTen[decimals]
    let scaled = (number.magnitude * scale).rounded()
    // From 2^53 on doubles are whole: there is nothing to round, and the integer would not be
    // exact.
    guard scaled < 0x1p53 else { return field(Self.shortest(number)) }
    separate()
    lastFieldWasEmpty = false
    if number < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
    let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
    bytes.append(digits: whole)
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    bytes.append(digits: fraction, width: decimals)
    while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
  }

  /// Ends the row.
  public mutating func endRow() {
    // A row of one empty field would be an empty line, which readers skip.
    if fieldsInRow == 1, lastFieldWasEmpty {
      bytes.append(UInt8(ascii: "\""))
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "\n"))
    fieldsInRow = 0
    rowCount += 1
  }

  // MARK: Bytes

  private mutating func separate() {
    if fieldsInRow > 0 { bytes.append(UInt8(ascii: ",")) }
    fieldsInRow += 1
  }

  /// Commas, quotes and line ends must be quoted, and so must what a reader would take for the
  /// byte-order mark of the file.
  private func needsQuotes(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    for index in 0..<field.count {
      let byte = unsafe field[index]
      if byte < 0x2D,
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r")
      {
        return true
      }
    }
    return unsafe isFileStart && rowCount == 0 && fieldsInRow == 1 && field.first == 0xEF
  }

  /// The shortest digits that read back as the same number.
  private static func shortest(_ number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
