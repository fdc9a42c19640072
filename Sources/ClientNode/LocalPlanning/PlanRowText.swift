import CommandLineArguments
import Replenishment

/// The lines of a file of plans as bytes: comma-separated as `DelimitedWriter` writes them, or one
/// JSON object each. Made by many threads and put together by one.
struct PlanRowText: Sendable {
  let asJSON: Bool

  /// The first line of a file: the names of the columns, where the lines do not name them.
  func header(_ columns: [String]) -> [UInt8] {
    asJSON ? [] : Array((columns.joined(separator: ",") + "\n").utf8)
  }

  /// Appends lines.
  func append<Row: PlanRow>(_ rows: [Row], to text: inout PlanText) {
    for row in rows {
      append(row.fields, columns: Row.columns, numbers: Row.numbers, to: &text)
    }
  }

  /// Appends a line of fields; an empty one has no value.
  func append(
    _ fields: [String], columns: [String], numbers: [Bool], to text: inout PlanText
  ) {
    text.rows += 1
    guard asJSON else { return Self.append(fields, to: &text.bytes) }
    var json = JSONText()
    json.object { json in
      for (index, field) in fields.enumerated() {
        if numbers[index] {
          json.member(columns[index], Double(field))
        } else {
          json.member(columns[index], field)
        }
      }
    }
    json.newline()
    text.bytes.append(contentsOf: json.drain().utf8)
  }

  private static func append(_ fields: [String], to bytes: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      let mustQuote = field.utf8.contains { byte in
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r")
      }
      guard mustQuote else {
        bytes.append(contentsOf: field.utf8)
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      for byte in field.utf8 {
        if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}

/// Some lines of a file.
struct PlanText: Sendable {
  var rows = 0
  var bytes: [UInt8] = []
}
