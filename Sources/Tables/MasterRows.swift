import Demand

/// What the small readers share: names and numbers by column, with a complaint where one is wrong.
@safe
struct MasterRows: ~Copyable {
  private var rows: ColumnReader

  init(_ source: ByteSource, required: [String], optional: [String]) throws(TableError) {
    rows = try ColumnReader(source, required: required, optional: optional)
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
    switch try rows.next() {
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
        sentence: "\(column) \"\(unsafe RejectedRow.excerpt(bytes, limit: 40))\" is no number "
          + "from 0 to 1e15; write it as 12.5, or leave it empty")
    }
    return value + 0
  }

  /// Whether the file has a column.
  func has(_ column: String) -> Bool { rows.place(of: column) != nil }

  private static let largest = 1e15

  private func field(_ column: String) -> UnsafeBufferPointer<UInt8>? {
    guard let place = rows.place(of: column) else { return nil }
    return unsafe rows.rows.field(place)
  }
}
