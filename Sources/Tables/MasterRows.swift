import Demand

/// What the small readers share: names and numbers by column, with a complaint where one is wrong.
@safe
struct MasterRows: ~Copyable {
  private var rows: ColumnReader
  /// The columns that are known and that the first line does not have.
  private let absent: [String]

  /// Columns that nobody knows are ignored, except where one that is known was clearly meant: what
  /// it says would be lost without a word.
  init(_ source: ByteSource, required: [String], optional: [String]) throws(TableError) {
    let rows = try ColumnReader(source, required: required, optional: optional)
    let known = required + optional
    let found = Set(rows.header.map { $0.lowercased() })
    let absent = known.filter { !found.contains($0) }
    for column in rows.header where !known.contains(column.lowercased()) {
      guard let meant = NearestName.among(absent, to: column) else { continue }
      throw .misspeltColumn(file: source.name, column: column, meant: meant)
    }
    self.absent = absent
    self.rows = rows
  }

  /// Checks keys that came after the first object as its own were.
  private mutating func checkNewKeys() throws(TableError) {
    for key in rows.rows.takeNewKeys() {
      guard let meant = NearestName.among(absent, to: key) else { continue }
      throw .badRow(
        file: rows.rows.name, line: rows.rows.line,
        reason: "key \"\(key)\" is not known; if \"\(meant)\" is meant, rename it, else leave it "
          + "out")
    }
  }

  /// A check that failed.
  struct Fault: Error {
    var reason: RejectedRow.Reason
    var sentence: String
  }

  /// The next row that `parse` takes, or its rejection, or nothing at the end.
  mutating func next<Row>(
    _ parse: (borrowing MasterRows) throws(Fault) -> Row
  ) throws(TableError) -> Result<Row, Rejection>? {
    let row = try rows.next()
    if rows.isJSON { try checkNewKeys() }
    switch row {
    case .end: return nil
    case .rejected(let row): return .failure(Rejection(row: row))
    case .row: break
    }
    do throws(Fault) {
      return .success(try parse(self))
    } catch {
      return .failure(Rejection(row: rows.rows.rejection(error.reason, error.sentence)))
    }
  }

  /// `Result` wants an error; this carries the row.
  struct Rejection: Error {
    var row: RejectedRow
  }

  /// The bytes of a required name.
  func name(_ column: String, limit: Int, _ reason: RejectedRow.Reason) throws(Fault) -> [UInt8] {
    guard let bytes = unsafe field(column), unsafe NameText.isName(bytes, limit: limit) else {
      let bytes = unsafe field(column)
      let text = unsafe bytes.map { unsafe RejectedRow.excerpt($0, limit: 40) } ?? ""
      throw Fault(
        reason: reason,
        sentence: NameText.complaint(column, text, bytes: unsafe bytes?.count ?? 0, limit))
    }
    return unsafe Array(bytes)
  }

  /// Text that may be empty or absent.
  func text(_ column: String, limit: Int, _ reason: RejectedRow.Reason) throws(Fault) -> String {
    guard let bytes = unsafe field(column), !bytes.isEmpty else { return "" }
    return String(decoding: try name(column, limit: limit, reason), as: UTF8.self)
  }

  /// A number that may be empty or absent: not negative, at most 10^15.
  func number(_ column: String) throws(Fault) -> Double? {
    guard let bytes = unsafe field(column), unsafe !NumberText.trimmed(bytes).isEmpty else {
      return nil
    }
    guard let value = unsafe NumberText.double(bytes), value >= 0, value <= Self.largest else {
      throw Fault(
        reason: .badNumber,
        sentence: unsafe NumberText.commaComplaint(column, bytes)
          ?? "\(column) \"\(RejectedRow.excerpt(bytes, limit: 40))\" is no number "
          + "from 0 to 1e15; write it as 12.5, or leave it empty")
    }
    return value + 0
  }

  /// A number as above, at most `limit`, which is given in `unit`.
  func number(_ column: String, atMost limit: Double, _ unit: String) throws(Fault) -> Double? {
    guard let value = try number(column) else { return nil }
    guard value <= limit else {
      throw Fault(
        reason: .badNumber,
        sentence: "\(column) \(Self.text(value)) is more than \(Self.text(limit)) \(unit); "
          + "correct it, or leave it empty")
    }
    return value
  }

  /// A number as above that cannot be 0; `remedy` says what to do about a 0.
  func positive(_ column: String, _ remedy: String) throws(Fault) -> Double? {
    guard let value = try number(column) else { return nil }
    guard value > 0 else { throw Fault(reason: .badNumber, sentence: "\(column) 0 \(remedy)") }
    return value
  }

  /// Yes or no; nothing where it is empty or absent.
  func flag(_ column: String) throws(Fault) -> Bool? {
    guard let bytes = unsafe field(column), unsafe !NumberText.trimmed(bytes).isEmpty else {
      return nil
    }
    guard let flag = unsafe FlagText.flag(bytes) else {
      throw Fault(
        reason: .badWord,
        sentence:
          "\(column) \"\(unsafe RejectedRow.excerpt(bytes, limit: 40))\" is neither yes nor "
          + "no; write 1 or 0, or leave it empty")
    }
    return flag
  }

  /// One of some words, in any case; nothing where it is empty or absent.
  func word(_ column: String, among words: [String]) throws(Fault) -> String? {
    let text = try cell(column).lowercased()
    guard !text.isEmpty, !words.contains(text) else { return text.isEmpty ? nil : text }
    let hint = NearestName.among(words, to: text).map { "; is \"\($0)\" meant?" } ?? ""
    throw Fault(
      reason: .badWord,
      sentence: "\(column) \"\(text)\" is none of \(words.joined(separator: ", "))\(hint)")
  }

  /// The text of a field without the blanks around it; empty where it is absent.
  func cell(_ column: String) throws(Fault) -> String {
    guard let bytes = unsafe field(column) else { return "" }
    let trimmed = unsafe NumberText.trimmed(bytes)
    guard let text = unsafe String(validating: trimmed, as: UTF8.self) else {
      throw Fault(
        reason: .badWord,
        sentence: "\(column) is not UTF-8; save the file as UTF-8, or convert it: "
          + "iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW")
    }
    return text
  }

  /// A location by name, which must be among the `known` ones where any are known.
  func location(_ column: String, known: Set<Location>?) throws(Fault) -> Location {
    let location = Location(
      trusted: try name(column, limit: Location.maximumBytes, .badLocation))
    try check(location, column, known: known)
    return location
  }

  func check(_ location: Location, _ column: String, known: Set<Location>?) throws(Fault) {
    guard let known, !known.contains(location) else { return }
    throw Fault(
      reason: .unknownLocation,
      sentence: "\(column) \"\(location)\" is not among the \(known.count) warehouses; "
        + "add it to warehouses.csv")
  }

  /// Whether a name is there at all: neither absent nor empty nor the `*` that means all.
  func namesOne(_ column: String) throws(Fault) -> Bool { try !["", "*"].contains(cell(column)) }

  /// A number as a person would write it.
  static func text(_ value: Double) -> String {
    value == value.rounded() && value < 1e15 ? String(Int(value)) : String(value)
  }

  /// Whether the row has a column: all rows of delimited text have those of the first line, while
  /// JSON objects leave out what is empty.
  func has(_ column: String) -> Bool {
    guard let field = unsafe field(column) else { return false }
    return !rows.isJSON || !field.isEmpty
  }

  private static let largest = 1e15

  private func field(_ column: String) -> UnsafeBufferPointer<UInt8>? {
    guard let place = rows.place(of: column) else { return nil }
    return unsafe rows.rows.field(place)
  }
}
