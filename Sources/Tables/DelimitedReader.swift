import Glibc

/// Reads delimited records (RFC 4180) one by one, in bounded memory and without allocating.
///
/// Lines end in LF or CR LF; a byte-order mark, empty lines and a missing last line end are fine; a
/// quote inside an unquoted field is an ordinary byte, a CR there that ends no line is refused, as
/// it stands in quotes or ends a line nobody else sees. Every record is either yielded or rejected
/// under the number of the physical line on which it starts. A record whose quotes are wrong is
/// rejected by its first line alone and reading goes on at the next one, so that one stray quote
/// does not swallow a file.
///
/// The buffer always ends in a line feed past the last byte: scans stop there without a bounds
/// check.
@safe
public struct DelimitedReader: ~Copyable {
  /// The longest record, in bytes.
  public static let maximumRecordBytes = 65_536
  /// The most fields of a record.
  public static let maximumFields = 64
  /// What is read at once; with `slack` it holds a record of the greatest size and what follows it.
  static let bufferBytes = 1 << 18
  /// Scans load eight bytes at a time and may look that far past the end.
  private static let slack = 16

  /// What `next` found.
  public enum Outcome: Equatable, Sendable {
    /// A record: `fieldCount` and `field` are about it until the next call.
    case record
    /// A record that is none; `rejection` tells more.
    case rejected(RejectedRow.Reason)
    /// Nothing more.
    case end
  }

  /// What a scan of the buffered bytes found.
  private enum Scan: Error {
    case record, blank, end
    /// The record may go on past the buffered bytes.
    case needsMore
    /// The record starts a field with a quote, so the quick scan does not do.
    case quoted
    /// A record whose end is known, or one of which only the first line is skipped.
    case rejectedRecord(RejectedRow.Reason)
    case rejectedLine(RejectedRow.Reason)
  }

  private let source: ByteSource
  private let buffer: UnsafeMutablePointer<UInt8>
  private let scratch: UnsafeMutablePointer<UInt8>
  let fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  /// What stands between fields; nothing until the first line tells.
  private var asked: FieldSeparator?
  private var separator = FieldSeparator.comma.rawValue
  /// The bytes `position..<limit` of the buffer are still to be read.
  private var position = 0
  private var limit = 0
  private var isAtEnd = false
  private var hasStarted = false
  /// The bytes of the last record, for its excerpt.
  private var record = 0..<0
  private var rejectedText = ""
  private var nextLine = 1

  /// The physical line on which the last record starts; the first line is 1.
  public private(set) var line = 0
  /// The number of fields of the last record.
  public private(set) var fieldCount = 0

  /// Reads from where `source` stands; without a separator the first line tells which it is.
  public init(_ source: ByteSource, separator: FieldSeparator? = .comma) {
    self.source = source
    asked = separator
    unsafe buffer = .allocate(capacity: Self.bufferBytes + Self.slack)
    unsafe memset(buffer, Int32(Self.lineFeed), Self.bufferBytes + Self.slack)
    unsafe scratch = .allocate(capacity: Self.maximumRecordBytes)
    unsafe fields = .allocate(capacity: Self.maximumFields)
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe scratch.deallocate()
    unsafe fields.deallocate()
  }

  /// The name of the source, for errors.
  public var name: String { source.name }

  /// A field of the last record, unquoted; it is valid until the next call of `next`.
  public func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < fieldCount, "field \(index) of \(fieldCount)")
    return unsafe fields[index]
  }

  /// The start of the last record as it came.
  public var excerpt: String {
    var end = record.upperBound
    if end > record.lowerBound, unsafe buffer[end - 1] == Self.carriageReturn { end -= 1 }
    return unsafe RejectedRow.excerpt(
      UnsafeBufferPointer(start: buffer + record.lowerBound, count: end - record.lowerBound))
  }

  /// The last record as a rejected row; `sentence` is for records that `next` yielded.
  public func rejection(_ reason: RejectedRow.Reason, _ sentence: String? = nil) -> RejectedRow {
    RejectedRow(
      line: line, reason: reason, sentence: sentence ?? Self.sentence(reason),
      text: sentence == nil ? rejectedText : excerpt)
  }

  /// Goes to the next record.
  public mutating func next() throws(TableError) -> Outcome {
    if !hasStarted { try start() }
    while true {
      line = nextLine
      var found = scanUnquoted()
      if case .quoted = found { found = scanQuoted() }
      switch found {
      case .record: return .record
      case .blank: continue
      case .end:
        fieldCount = 0
        return .end
      case .needsMore, .quoted: try refill()
      case .rejectedRecord(let reason):
        fieldCount = 0
        rejectedText = excerpt
        return .rejected(reason)
      case .rejectedLine(let reason):
        fieldCount = 0
        try skipLine()
        return .rejected(reason)
      }
    }
  }
}

// MARK: - Scanning

extension DelimitedReader {
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let quote = UInt8(ascii: "\"")

  /// Scans a record in which no field starts with a quote, eight bytes at a time.
  ///
  /// What delimits is below 0x2D and what sales rows consist of (digits, letters, `-`, `.`) is not,
  /// so one comparison of all eight bytes finds the few that need a look; a semicolon alone, which
  /// is above, takes a second one.
  private mutating func scanUnquoted() -> Scan {
    let first = position
    guard unsafe buffer[first] != Self.quote else { return .quoted }
    var cursor = first
    var fieldStart = first
    var count = 0
    var flaw: RejectedRow.Reason?
    let separator = separator
    let isHigh = separator == FieldSeparator.semicolon.rawValue
    while true {
      let word = unsafe UnsafeRawPointer(buffer + cursor).loadUnaligned(as: UInt64.self)
      var hits = Self.bytesBelowComma(UInt64(littleEndian: word))
      if isHigh { hits |= Self.semicolons(UInt64(littleEndian: word)) }
      while hits != 0 {
        let at = cursor &+ hits.trailingZeroBitCount &>> 3
        hits &= hits &- 1
        let byte = unsafe buffer[at]
        if byte == separator {
          if count < Self.maximumFields {
            unsafe fields[count] = UnsafeBufferPointer(
              start: buffer + fieldStart, count: at &- fieldStart)
            count &+= 1
          } else {
            flaw = flaw ?? .tooManyFields
          }
          fieldStart = at &+ 1
          if unsafe buffer[fieldStart] == Self.quote, fieldStart < limit { return .quoted }
        } else if byte == Self.lineFeed {
          return finishUnquoted(at, fieldStart: fieldStart, count: count, flaw: flaw)
        } else if byte == 0 {
          flaw = flaw ?? .nulByte
        } else if byte == Self.carriageReturn, unsafe buffer[at &+ 1] != Self.lineFeed {
          flaw = flaw ?? .loneCarriageReturn
        }
      }
      cursor &+= 8
      if cursor &- first > Self.maximumRecordBytes + 8 { return .rejectedLine(.lineTooLong) }
    }
  }

  /// Bit 7 of every byte that is below 0x2D. `x + 0x53` carries into bit 7 for the seven low bits
  /// of a byte exactly when they are 0x2D or more, and never into the next byte.
  @inline(__always)
  private static func bytesBelowComma(_ word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    return ~(((word & low) &+ 0x5353_5353_5353_5353) | word) & ~low
  }

  /// Bit 7 of every byte that is a semicolon: of those that are 0 once it is taken off by XOR.
  /// Adding 0x7F carries into bit 7 where a low bit is set, and never into the next byte.
  @inline(__always)
  private static func semicolons(_ word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let rest = word ^ 0x3B3B_3B3B_3B3B_3B3B
    return ~(((rest & low) &+ low) | rest) & ~low
  }

  @inline(__always)
  private mutating func finishUnquoted(
    _ at: Int, fieldStart: Int, count: Int, flaw: RejectedRow.Reason?
  ) -> Scan {
    let first = position
    if at == limit {
      if !isAtEnd { return .needsMore }
      if first == limit { return .end }
    }
    guard at - first <= Self.maximumRecordBytes else { return .rejectedLine(.lineTooLong) }
    var end = at
    if end > fieldStart, unsafe buffer[end &- 1] == Self.carriageReturn { end &-= 1 }
    position = min(at &+ 1, limit)
    nextLine &+= 1
    record = first..<at
    if count == 0, end == fieldStart { return flaw.map(Scan.rejectedRecord) ?? .blank }
    if let flaw { return .rejectedRecord(flaw) }
    guard count < Self.maximumFields else { return .rejectedRecord(.tooManyFields) }
    unsafe fields[count] = UnsafeBufferPointer(start: buffer + fieldStart, count: end &- fieldStart)
    fieldCount = count &+ 1
    return .record
  }

  /// Scans a record byte by byte with everything that may stand in it. Doubled quotes are undone in
  /// `scratch`, so that the record itself stays as it came.
  private mutating func scanQuoted() -> Scan {
    let first = position
    var place = Place(at: first)
    var count = 0
    while true {
      do throws(Scan) {
        let isQuoted = unsafe place.at < limit && buffer[place.at] == Self.quote
        let text =
          unsafe isQuoted
          ? try quotedField(&place, recordStart: first) : try plainField(&place, recordStart: first)
        if count < Self.maximumFields {
          unsafe fields[count] = unsafe text
          count += 1
        } else {
          place.flaw = place.flaw ?? .tooManyFields
        }
      } catch {
        return error
      }
      if unsafe buffer[place.at] == Self.lineFeed { break }
      place.at += 1
    }
    if place.at == limit, !isAtEnd { return .needsMore }
    position = min(place.at + 1, limit)
    nextLine += place.lineFeeds + 1
    record = first..<place.at
    if let flaw = place.flaw { return .rejectedRecord(flaw) }
    fieldCount = count
    return .record
  }

  /// Where the careful scan stands and what it met on the way.
  private struct Place {
    var at: Int
    var lineFeeds = 0
    var scratchUsed = 0
    var flaw: RejectedRow.Reason?
  }

  /// Goes from the opening quote to the separator or line feed behind the closing one.
  private func quotedField(
    _ place: inout Place, recordStart: Int
  ) throws(Scan) -> UnsafeBufferPointer<UInt8> {
    let start = place.at + 1
    var at = start
    var isDoubled = false
    while true {
      if at - recordStart > Self.maximumRecordBytes { throw .rejectedLine(.unclosedQuote) }
      if at >= limit { throw isAtEnd ? .rejectedLine(.unclosedQuote) : .needsMore }
      let byte = unsafe buffer[at]
      if byte == Self.quote {
        if at + 1 == limit, !isAtEnd { throw .needsMore }
        guard at + 1 < limit, unsafe buffer[at + 1] == Self.quote else { break }
        isDoubled = true
        at += 1
      } else if byte == Self.lineFeed {
        place.lineFeeds += 1
      } else if byte == 0 {
        place.flaw = place.flaw ?? .nulByte
      }
      at += 1
    }
    var text = unsafe UnsafeBufferPointer(start: buffer + start, count: at - start)
    if isDoubled { unsafe text = undouble(text, scratchUsed: &place.scratchUsed) }
    at += 1
    if at < limit, unsafe buffer[at] == Self.carriageReturn {
      if at + 1 == limit, !isAtEnd { throw .needsMore }
      if unsafe buffer[at + 1] == Self.lineFeed { at += 1 }
    }
    guard unsafe buffer[at] == separator || buffer[at] == Self.lineFeed else {
      throw .rejectedLine(.textAfterQuote)
    }
    place.at = at
    return unsafe text
  }

  /// Goes to the separator or line feed behind an unquoted field.
  private func plainField(
    _ place: inout Place, recordStart: Int
  ) throws(Scan) -> UnsafeBufferPointer<UInt8> {
    let start = place.at
    var at = start
    while unsafe buffer[at] != separator, unsafe buffer[at] != Self.lineFeed {
      if unsafe buffer[at] == 0 { place.flaw = place.flaw ?? .nulByte }
      if unsafe buffer[at] == Self.carriageReturn, unsafe buffer[at + 1] != Self.lineFeed {
        place.flaw = place.flaw ?? .loneCarriageReturn
      }
      at += 1
      if at - recordStart > Self.maximumRecordBytes { throw .rejectedLine(.lineTooLong) }
    }
    place.at = at
    let endsInCR =
      unsafe buffer[at] == Self.lineFeed && at > start && buffer[at - 1] == Self.carriageReturn
    return unsafe UnsafeBufferPointer(start: buffer + start, count: at - start - (endsInCR ? 1 : 0))
  }

  /// Copies a field with its doubled quotes made single. A record fits into the scratch room whole.
  private func undouble(
    _ text: UnsafeBufferPointer<UInt8>, scratchUsed: inout Int
  ) -> UnsafeBufferPointer<UInt8> {
    let start = scratchUsed
    var index = 0
    while index < text.count {
      let byte = unsafe text[index]
      unsafe scratch[scratchUsed] = byte
      scratchUsed += 1
      index += byte == Self.quote ? 2 : 1
    }
    return unsafe UnsafeBufferPointer(start: scratch + start, count: scratchUsed - start)
  }
}

// MARK: - Buffering

extension DelimitedReader {
  /// Steps over a byte-order mark, and looks at the first line where it is to tell the separator.
  private mutating func start() throws(TableError) {
    hasStarted = true
    let markBytes = Opening.markBytes(of: try source.peek(Opening.byteCount))
    while limit < markBytes { try refill() }
    position = markBytes
    if asked == nil {
      while !isAtEnd, limit - position < Self.maximumRecordBytes,
        !(unsafe FieldSeparator.isFirstLineWhole(in: opening))
      { try refill() }
    }
    let found = unsafe asked ?? FieldSeparator(firstLineOf: opening)
    (separator, source.format) = (found.rawValue, .delimited(found))
  }

  /// What tells the separator: as much as pieces of any size bring in hand.
  private var opening: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(
      start: buffer + position, count: min(limit - position, Self.maximumRecordBytes))
  }

  /// Keeps the unread bytes and reads more behind them. A scan that asks for more has less than a
  /// record's greatest size in hand, so there is room.
  private mutating func refill() throws(TableError) {
    (limit, isAtEnd) = unsafe try source.refill(
      buffer, unread: position..<limit, capacity: Self.bufferBytes)
    position = 0
  }

  /// Goes to the next physical line, however long this one is.
  private mutating func skipLine() throws(TableError) {
    var keepsText = true  // One byte more than is quoted: a carriage return may end the line.
    while true {
      var end = position
      while unsafe buffer[end] != Self.lineFeed { end += 1 }
      if keepsText, end - position > RejectedRow.maximumTextBytes + 1 || end < limit || isAtEnd {
        record = position..<end
        rejectedText = excerpt
        keepsText = false
      }
      if end < limit || isAtEnd {
        position = min(end + 1, limit)
        nextLine += 1
        return
      }
      if !keepsText { position = limit }
      try refill()
    }
  }
}
