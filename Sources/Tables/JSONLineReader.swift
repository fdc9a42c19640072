import Glibc

/// Reads records that are JSON objects, one a line (NDJSON), in bounded memory and without
/// allocating.
///
/// A field is a string, a number as it is written, `true` or `false`; `null` and a key that is not
/// there are empty fields. Blank lines, a byte-order mark and a missing last line end are fine.
/// What is no such object is rejected by its line alone.
///
/// The buffer always ends in a line feed past the last byte, which no JSON token holds: scans stop
/// there without a bounds check.
@safe
struct JSONLineReader: ~Copyable {
  /// The longest line, in bytes.
  static let maximumRecordBytes = DelimitedReader.maximumRecordBytes
  static let bufferBytes = 1 << 18
  private static let slack = 16
  private static let lineFeed = UInt8(ascii: "\n")

  private let source: ByteSource
  private let markBytes: Int
  private let buffer: UnsafeMutablePointer<UInt8>
  private let scratch: UnsafeMutablePointer<UInt8>
  let fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private var columns: JSONColumns
  /// The bytes `position..<limit` of the buffer are still to be read.
  private var position = 0
  private var limit = 0
  private var isAtEnd = false
  private var hasStarted = false
  private var nextLine = 1
  /// The bytes of the last record, and what is wrong with it.
  private var record = 0..<0
  private var rejectedText = ""
  private var rejectedSentence = ""

  /// The physical line of the last record; the first line is 1.
  private(set) var line = 0

  /// Reads from where `source` stands, past a mark of so many bytes. Where `isUniform`, all objects
  /// have the keys of the first.
  init(_ source: ByteSource, markBytes: Int, isUniform: Bool) {
    self.source = source
    self.markBytes = markBytes
    columns = JSONColumns(isUniform: isUniform)
    unsafe buffer = .allocate(capacity: Self.bufferBytes + Self.slack)
    unsafe memset(buffer, Int32(Self.lineFeed), Self.bufferBytes + Self.slack)
    unsafe scratch = .allocate(capacity: Self.maximumRecordBytes)
    unsafe fields = .allocate(capacity: JSONColumns.maximumCount)
    unsafe fields.initialize(
      repeating: UnsafeBufferPointer(start: nil, count: 0), count: JSONColumns.maximumCount)
    source.format = .json
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe scratch.deallocate()
    unsafe fields.deallocate()
  }

  /// The number of columns, each of which every record has a field for.
  var fieldCount: Int { columns.count }

  /// Keys that came since the last call and that no object before had.
  mutating func takeNewKeys() -> [String] { columns.takeNewKeys() }

  /// The keys of the first object, which stays to be read; `known` columns that it has not come
  /// behind them, unless all objects are to be as the first.
  mutating func header(known: [String]) throws(TableError) -> [String] {
    switch try next() {
    case .end:
      throw .tooFewRows(file: source.name, reason: "there is no JSON object in it")
    case .rejected: throw .badRow(file: source.name, line: line, reason: rejectedSentence)
    case .record: break
    }
    position = record.lowerBound
    nextLine = line
    return columns.close(known: known)
  }

  /// Goes to the next record.
  mutating func next() throws(TableError) -> DelimitedReader.Outcome {
    if !hasStarted { try start() }
    while true {
      line = nextLine
      guard let end = try lineEnd() else { return .end }
      record = position..<end
      guard end - position <= Self.maximumRecordBytes else {
        try skipLine()
        rejectedSentence = DelimitedReader.sentence(.lineTooLong)
        return .rejected(.lineTooLong)
      }
      position = min(end + 1, limit)
      nextLine += 1
      let isBlank: Bool
      do throws(JSONFault) {
        isBlank = unsafe try JSONObject(buffer, scratch, fields).read(record, into: &columns)
      } catch {
        rejectedText = excerpt
        rejectedSentence = error.sentence
        return .rejected(error.reason)
      }
      if !isBlank { return .record }
    }
  }

  /// The last record as a rejected row; `sentence` is for records that `next` yielded.
  func rejection(_ reason: RejectedRow.Reason, _ sentence: String? = nil) -> RejectedRow {
    RejectedRow(
      line: line, reason: reason, sentence: sentence ?? rejectedSentence,
      text: sentence == nil ? rejectedText : excerpt)
  }

  private var excerpt: String {
    unsafe RejectedRow.excerpt(
      UnsafeBufferPointer(start: buffer + record.lowerBound, count: record.count))
  }

  // MARK: Buffering

  private mutating func start() throws(TableError) {
    hasStarted = true
    while limit < markBytes { try refill() }
    position = markBytes
  }

  /// Where the line ends on which `position` stands, or what is in hand of a line that is too long;
  /// nothing where there is no further line.
  private mutating func lineEnd() throws(TableError) -> Int? {
    var searched = position
    while true {
      if let found = unsafe memchr(buffer + searched, Int32(Self.lineFeed), limit - searched) {
        return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(buffer)
      }
      if isAtEnd { return position < limit ? limit : nil }
      guard limit - position <= Self.maximumRecordBytes else { return limit }
      searched = limit - position
      try refill()
    }
  }

  /// Keeps the unread bytes and reads more behind them.
  private mutating func refill() throws(TableError) {
    (limit, isAtEnd) = unsafe try source.refill(
      buffer, unread: position..<limit, capacity: Self.bufferBytes)
    position = 0
  }

  /// Goes to the next line, however long this one is.
  private mutating func skipLine() throws(TableError) {
    rejectedText = excerpt
    nextLine += 1
    while true {
      let left = limit - position
      if let found = unsafe memchr(buffer + position, Int32(Self.lineFeed), left) {
        position = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(buffer) + 1
        return
      }
      position = limit
      if isAtEnd { return }
      try refill()
    }
  }
}
