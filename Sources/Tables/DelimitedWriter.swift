/// Writes comma-separated records, buffered, to a file or to standard output.
///
/// A file appears under its name only when `finish` succeeds, whole: it is written beside under a
/// temporary name, flushed to the disk and renamed. A writer that goes away unfinished leaves
/// nothing.
public struct DelimitedWriter: ~Copyable {
  /// The most decimals of a number.
  public static let maximumDecimals = DelimitedText.maximumDecimals
  private static let bufferBytes = 1 << 18

  private let target: OutputTarget
  private var text = DelimitedText(isFileStart: true)
  private var isFinished = false
  /// The number of rows ended so far.
  public var rowCount: Int { text.rowCount }

  /// Writes to `path`; `-` is standard output.
  public init(path: String) throws(TableError) { target = try OutputTarget(path: path) }

  deinit { if !isFinished { target.discard() } }

  /// Writes a row of text fields, such as the column names.
  public mutating func row(_ texts: [String]) throws(TableError) {
    for text in texts { try field(text) }
    try endRow()
  }

  /// Writes a field of text.
  public mutating func field(_ text: String) throws(TableError) {
    self.text.field(text)
    try flushIfFull()
  }

  /// Writes a field of bytes as they are.
  public mutating func field(_ bytes: [UInt8]) throws(TableError) {
    text.field(bytes)
    try flushIfFull()
  }

  /// Writes a field of bytes as they are, in quotes where it needs them.
  public mutating func field(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableError) {
    unsafe text.field(bytes)
    try flushIfFull()
  }

  /// Writes a whole number.
  public mutating func field(_ number: Int) throws(TableError) {
    text.field(number)
    try flushIfFull()
  }

  /// Writes a number rounded to at most `decimals` places, without trailing zeros and never as -0.
  /// NaN and infinity are an empty field: missing.
  public mutating func field(_ number: Double, decimals: Int) throws(TableError) {
    text.field(number, decimals: decimals)
    try flushIfFull()
  }

  /// Ends the row.
  public mutating func endRow() throws(TableError) {
    text.endRow()
    try flushIfFull()
  }

  /// Writes what is left and puts the file in its place. Nothing may be written after.
  public mutating func finish() throws(TableError) {
    precondition(!isFinished, "finished twice")
    try flush()
    try target.publish()
    isFinished = true
  }

  private mutating func flushIfFull() throws(TableError) {
    if text.bytes.count >= Self.bufferBytes { try flush() }
  }

  private mutating func flush() throws(TableError) {
    try target.write(text.bytes)
    text.removeAll()
  }
}
