import Tables

/// The rows of an input that were not taken: counted by reason, and written to a file that is made
/// with the first of them.
final class RejectFile {
  /// How many rejected rows a report quotes.
  static let quotedRows = 5

  let path: String
  private var writer: DelimitedWriter?
  private(set) var count = 0
  private(set) var reasons: [RejectedRow.Reason: Int] = [:]
  /// The first rows, for the report.
  private(set) var first: [RejectedRow] = []

  init(path: String) { self.path = path }

  func add(_ row: RejectedRow) throws(TableError) {
    if count == 0 {
      writer = try DelimitedWriter(path: path)
      try writer?.row(["line", "reason", "text"])
    }
    count += 1
    reasons[row.reason, default: 0] += 1
    if first.count < Self.quotedRows { first.append(row) }
    try writer?.field(row.line)
    try writer?.field(row.reason.rawValue)
    try writer?.field(row.text)
    try writer?.endRow()
  }

  /// Puts the file in its place.
  func finish() throws(TableError) {
    try writer?.finish()
    writer = nil
  }
}
