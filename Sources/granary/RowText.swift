import CommandLineArguments
import Tables

/// Rows with named columns as bytes: CSV, or one JSON object a line. Made by many threads and put
/// together by one.
struct RowText: Sendable {
  private let columns: [String]
  private var csv: DelimitedText?
  private var json = JSONText()
  private var cells: [Cell] = []

  private enum Cell {
    case text(String)
    case number(Double)
    case missing
  }

  /// Starts empty.
  init(columns: [String], asJSON: Bool) {
    self.columns = columns
    csv = asJSON ? nil : DelimitedText()
  }

  /// The first line of a file: the names of the columns, where the rows do not name them.
  static func header(_ columns: [String], asJSON: Bool) -> [UInt8] {
    guard !asJSON else { return [] }
    var text = DelimitedText(isFileStart: true)
    for column in columns { text.field(column) }
    text.endRow()
    return text.bytes
  }

  /// The number of bytes that wait to be drained.
  var count: Int { csv?.bytes.count ?? json.count }

  /// What was written since the last call.
  mutating func drain() -> [UInt8] {
    guard let text = csv else { return json.drainBytes() }
    csv?.removeAll()
    return text.bytes
  }

  /// The next field: text.
  mutating func text(_ value: String) {
    if csv == nil { cells.append(.text(value)) } else { csv?.field(value) }
  }

  /// The next field: a number, with so many decimals at most.
  mutating func number(_ value: Double, decimals: Int) {
    guard csv == nil else { return csv?.field(value, decimals: decimals) ?? () }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    cells.append(rounded.isFinite ? .number(rounded) : .missing)
  }

  /// The next field: a number that is written already, or nothing.
  mutating func number(written value: String) {
    guard csv == nil else { return csv?.field(value) ?? () }
    cells.append(Double(value).map(Cell.number) ?? .missing)
  }

  /// The next field has no value.
  mutating func missing() {
    if csv == nil { cells.append(.missing) } else { csv?.field([]) }
  }

  /// Ends the row.
  mutating func endRow() {
    guard csv == nil else { return csv?.endRow() ?? () }
    json.object { json in
      for (name, cell) in zip(columns, cells) {
        switch cell {
        case .text(let value): json.member(name, value)
        case .number(let value): json.member(name, value)
        case .missing: json.member(name, Double?.none)
        }
      }
    }
    json.newline()
    cells.removeAll(keepingCapacity: true)
  }
}
