/// The records of a table, delimited text or JSON objects alike: fields by the places of their
/// columns.
@safe
struct RecordReader: ~Copyable {
  private var delimited: DelimitedReader?
  private var json: JSONLineReader?
  /// Where whichever reader there is leaves the fields of a record.
  private let fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  /// The name of the source, for errors.
  let name: String
  /// The physical line on which the last record starts; the first line is 1.
  private(set) var line = 0
  /// The number of fields of the last record.
  private(set) var fieldCount = 0

  /// Reads a file as its source says, or else as its first byte does. Where `isUniform`, all JSON
  /// objects have the keys of the first one.
  init(_ source: ByteSource, isUniform: Bool) throws(TableError) {
    name = source.name
    let opening = try Opening(try source.peek(Opening.byteCount), file: source.name)
    let isJSON =
      source.choice == .ndjson || (source.choice == nil && [0x7B, 0x5B].contains(opening.first))
    if isJSON {
      let reader = JSONLineReader(source, markBytes: opening.markBytes, isUniform: isUniform)
      unsafe fields = reader.fields
      json = consume reader
    } else {
      let reader = DelimitedReader(source, separator: nil)
      unsafe fields = reader.fields
      delimited = consume reader
    }
  }

  /// Whether the records are JSON objects.
  var isJSON: Bool { json != nil }

  /// The names of the columns: the first line, or the keys of the first object and those `known`
  /// ones that it has not.
  mutating func header(known: [String]) throws(TableError) -> [String] {
    if json != nil { return try json?.header(known: known) ?? [] }
    switch try next() {
    case .end: throw .empty(file: name)
    case .rejected(let reason): throw .badHeader(file: name, reason: rejection(reason).sentence)
    case .record: break
    }
    return (0..<fieldCount).map { index in
      unsafe String(decoding: NumberText.trimmed(field(index)), as: UTF8.self)
    }
  }

  /// Goes to the next record.
  mutating func next() throws(TableError) -> DelimitedReader.Outcome {
    if let outcome = try delimited?.next() {
      line = delimited?.line ?? 0
      fieldCount = delimited?.fieldCount ?? 0
      return outcome
    }
    let outcome = try json?.next() ?? .end
    line = json?.line ?? 0
    fieldCount = json?.fieldCount ?? 0
    return outcome
  }

  /// A field of the last record; it is valid until the next call of `next`.
  @inline(__always)
  func field(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < fieldCount, "field \(index) of \(fieldCount)")
    return unsafe fields[index]
  }

  /// Keys that came since the last call and that no object before had.
  mutating func takeNewKeys() -> [String] { json?.takeNewKeys() ?? [] }

  /// The last record as a rejected row; `sentence` is for records that `next` yielded.
  func rejection(_ reason: RejectedRow.Reason, _ sentence: String? = nil) -> RejectedRow {
    if let row = delimited?.rejection(reason, sentence) { return row }
    return json?.rejection(reason, sentence)
      ?? RejectedRow(line: line, reason: reason, sentence: sentence ?? reason.rawValue, text: "")
  }
}
