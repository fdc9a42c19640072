import ClientNode
import CommandLineArguments
import Demand
import Tables

/// What a check found, for people and for programs.
enum CheckReportText {
  static func text(_ report: CheckReport, absent: [InputTable]) -> String {
    let width = Terminal.standardOutput.width
    var table = TextTable([.left("File"), .right("Rows"), .right("Bad")])
    for file in report.tables {
      table.add([
        file.path, file.failure == nil ? Readable.grouped(file.rows) : "-",
        file.failure == nil ? Readable.grouped(file.rejected) : "all",
      ])
    }
    var text = table.render(width: width)
    if !absent.isEmpty {
      let names = absent.map(\.fileName).joined(separator: ", ")
      text += "Not there: \(names); config/tables.md says what is assumed without them.\n"
    }
    for file in report.tables { text += problems(file) }
    if !report.doubts.isEmpty {
      text += "\nTaken as it is, and perhaps not meant:\n"
      for doubt in report.doubts { text += "  \(doubt.path): \(doubt.sentence)\n" }
    }
    return text + "\n" + verdict(report)
  }

  private static func problems(_ file: CheckedTable) -> String {
    if let failure = file.failure { return "\n\(failure)\n" }
    guard file.rejected > 0 else { return "" }
    var text = "\n"
    var told: [RejectedRow.Reason: Int] = [:]
    for row in file.firstRejected.sorted(by: { $0.line < $1.line }) {
      told[row.reason, default: 0] += 1
      text += "\(file.path):\(row.line): \(row.sentence)\n"
    }
    for (reason, count) in sorted(file.reasons) where count > told[reason, default: 0] {
      let more = count - told[reason, default: 0]
      text += "\(file.path): \(Readable.grouped(more)) more rows like these: \(reason.rawValue)\n"
    }
    return text
  }

  private static func verdict(_ report: CheckReport) -> String {
    var text = ""
    if let days = report.days {
      let count = Int(days.upperBound.number - days.lowerBound.number) + 1
      text += "Sales of \(Readable.grouped(report.skus, "SKU", "SKUs")) at "
      text += "\(Readable.grouped(report.locations, "location", "locations")), "
      text += "\(Readable.grouped(count, "day", "days")) to \(days.upperBound).\n"
    }
    let doubts = Readable.grouped(report.doubts.count, "doubt", "doubts")
    guard !report.isClean else {
      return text + "Everything would be taken"
        + (report.doubts.isEmpty ? ".\n" : "; \(doubts) to look at.\n")
    }
    var bad: [String] = []
    if report.failures > 0 {
      bad.append("\(Readable.grouped(report.failures, "file", "files"))")
    }
    if report.rejected > 0 {
      bad.append("\(Readable.grouped(report.rejected, "row", "rows"))")
    }
    let rest = report.doubts.isEmpty ? "" : "; \(doubts) to look at"
    return text + "\(bad.joined(separator: " and ")) would not be taken\(rest).\n"
  }

  static func json(_ report: CheckReport) -> String {
    var json = JSONText()
    json.object { json in
      json.member("clean", report.isClean)
      json.member("skus", report.skus)
      json.member("locations", report.locations)
      json.member("first_day", report.days?.lowerBound.description)
      json.member("last_day", report.days?.upperBound.description)
      json.array("tables") { json in
        for file in report.tables { json.object { write(file, &$0) } }
      }
      json.array("doubts") { json in
        for doubt in report.doubts {
          json.object { json in
            json.member("file", doubt.path)
            json.member("sentence", doubt.sentence)
          }
        }
      }
    }
    json.newline()
    return json.drain()
  }

  private static func write(_ file: CheckedTable, _ json: inout JSONText) {
    json.member("table", file.table.rawValue)
    json.member("file", file.path)
    json.member("rows", file.rows)
    json.member("rejected", file.rejected)
    json.member("failure", file.failure)
    json.object("reasons") { json in
      for (reason, count) in sorted(file.reasons) { json.member(reason.rawValue, count) }
    }
    json.array("first") { json in
      for row in file.firstRejected.sorted(by: { $0.line < $1.line }) {
        json.object { json in
          json.member("line", row.line)
          json.member("reason", row.reason.rawValue)
          json.member("sentence", row.sentence)
          json.member("text", row.text)
        }
      }
    }
  }

  /// The most frequent first.
  private static func sorted(
    _ reasons: [RejectedRow.Reason: Int]
  ) -> [(key: RejectedRow.Reason, value: Int)] {
    reasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
  }
}
