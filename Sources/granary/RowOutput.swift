import ClientNode
import CommandLineArguments
import Glibc
import Tables

/// Writes rows with named columns as CSV, or as one JSON object a line, to a file that appears when
/// it is complete, or to standard output.
final class RowOutput {
  private static let flushBytes = 1 << 16

  private let columns: [String]
  private var csv: DelimitedWriter?
  private var lines: OutputTarget?
  private var json = JSONText()
  private var cells: [Cell] = []

  private enum Cell {
    case text(String)
    case number(Double)
    case missing
  }

  /// Opens the output and, for CSV, writes the names of the columns.
  init(path: String, columns: [String], asJSON: Bool) throws(TableError) {
    self.columns = columns
    if asJSON {
      lines = try OutputTarget(path: path)
    } else {
      csv = try DelimitedWriter(path: path)
      try csv?.row(columns)
    }
  }

  /// The next field: text.
  func text(_ value: String) throws(TableError) {
    if lines != nil { cells.append(.text(value)) } else { try csv?.field(value) }
  }

  /// The next field: a number, with so many decimals at most.
  func number(_ value: Double, decimals: Int) throws(TableError) {
    guard lines != nil else { return try csv?.field(value, decimals: decimals) ?? () }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let rounded = (value * scale).rounded() / scale
    cells.append(rounded.isFinite ? .number(rounded) : .missing)
  }

  /// The next field: a number that is written already, or nothing.
  func number(written value: String) throws(TableError) {
    guard lines != nil else { return try csv?.field(value) ?? () }
    cells.append(Double(value).map(Cell.number) ?? .missing)
  }

  /// The next field has no value.
  func missing() throws(TableError) {
    if lines != nil { cells.append(.missing) } else { try csv?.field([]) }
  }

  /// Ends the row.
  func endRow() throws(TableError) {
    guard lines != nil else { return try csv?.endRow() ?? () }
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
    if json.count >= Self.flushBytes { try lines?.write(json.drain()) }
  }

  /// Writes what is left and puts the file in its place.
  func finish() throws(TableError) {
    try csv?.finish()
    csv = nil
    try lines?.write(json.drain())
    try lines?.publish()
    lines = nil
  }
}
