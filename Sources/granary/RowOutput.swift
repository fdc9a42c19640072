import ClientNode
import Tables

/// Writes rows with named columns as CSV, or as one JSON object a line, to a file that appears when
/// it is complete, or to standard output.
final class RowOutput {
  private static let flushBytes = 1 << 16

  private let target: OutputTarget
  /// What was not written yet.
  private var rows: RowText

  /// Opens the output and, for CSV, writes the names of the columns.
  init(path: String, columns: [String], asJSON: Bool) throws(TableError) {
    target = try OutputTarget(path: path)
    rows = RowText(columns: columns, asJSON: asJSON)
    try target.write(RowText.header(columns, asJSON: asJSON))
  }

  /// Appends rows.
  func append(_ body: (inout RowText) throws(ClientError) -> Void) throws(ClientError) {
    try body(&rows)
    guard rows.count >= Self.flushBytes else { return }
    do throws(TableError) { try target.write(rows.drain()) } catch { throw .table(error) }
  }

  /// Appends rows that are text already.
  func append(_ text: [UInt8]) throws(ClientError) {
    do throws(TableError) { try target.write(text) } catch { throw .table(error) }
  }

  /// Writes what is left and puts the file in its place.
  func finish() throws(TableError) {
    try target.write(rows.drain())
    try target.publish()
  }
}
