import CommandLineArguments
package import Replenishment
import Tables

/// Rows with named columns as bytes: CSV, or one JSON object a line. Made by many threads and put
/// together by one.
package struct RowText: Sendable {
  private let columns: [String]
  private var csv: DelimitedText?
  private var json = JSONText()
  private var cells: [Cell] = []
  private var line = PlanFields()
  /// The rows ended so far.
  package private(set) var rowCount = 0

  private enum Cell {
    case text(String)
    case number(Double)
    case missing
  }

  /// Starts empty.
  package init(columns: [String], asJSON: Bool) {
    self.columns = columns
    csv = asJSON ? nil : DelimitedText()
  }

  /// The first line of a file: the names of the columns, where the rows do not name them.
  package static func header(_ columns: [String], asJSON: Bool) -> [UInt8] {
    guard !asJSON else { return [] }
    var text = DelimitedText(isFileStart: true)
    for column in columns { text.field(column) }
    text.endRow()
    return text.bytes
  }

  /// What was written since the last `drain`.
  package var bytes: [UInt8] {
    if let csv { return csv.bytes }
    var json = json
    return json.drainBytes()
  }

  /// The number of bytes that wait to be drained.
  package var count: Int { csv?.bytes.count ?? json.count }

  /// What was written since the last call.
  package mutating func drain() -> [UInt8] {
    guard let text = csv else { return json.drainBytes() }
    csv?.removeAll()
    return text.bytes
  }

  /// The next field: text.
  package mutating func text(_ value: String) {
    if csv == nil { cells.append(.text(value)) } else { csv?.field(value) }
  }

  /// The next field: a number, with so many decimals at most.
  package mutating func number(_ value: Double, decimals: Int) {
    guard csv == nil else { return csv?.field(value, decimals: decimals) ?? () }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    cells.append(rounded.isFinite ? .number(rounded) : .missing)
  }

  /// The next field: a number that is written already, or nothing.
  package mutating func number(written value: String) {
    guard csv == nil else { return csv?.field(value) ?? () }
    cells.append(Double(value).map(Cell.number) ?? .missing)
  }

  /// The next field has no value.
  package mutating func missing() {
    if csv == nil { cells.append(.missing) } else { csv?.field([]) }
  }

  /// Rows of a plan.
  package mutating func write<Row: PlanRow>(_ rows: [Row]) {
    for row in rows {
      line.removeAll()
      row.write(to: &line)
      unsafe line.forEach { index, field in
        if csv != nil {
          unsafe csv?.field(field)
        } else if Row.numbers[index] {
          number(written: unsafe String(decoding: field, as: UTF8.self))
        } else {
          text(unsafe String(decoding: field, as: UTF8.self))
        }
      }
      endRow()
    }
  }

  /// Ends the row.
  package mutating func endRow() {
    rowCount += 1
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
