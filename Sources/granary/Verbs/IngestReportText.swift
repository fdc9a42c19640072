import ClientNode
import CommandLineArguments
import Demand
import Tables

/// What became of inputs, for people and for programs.
enum IngestReportText {
  static func table(_ reports: [IngestReport]) -> String {
    var table = TextTable([
      .left("Table"), .right("Rows"), .right("Bad"), .right("Batches"), .right("Known before"),
      .right("Time"), .right("Rows/s"),
    ])
    for report in reports {
      table.add([
        report.table.rawValue, Readable.grouped(report.rows), Readable.grouped(report.rejected),
        report.table.isDocument ? "" : Readable.grouped(report.batches),
        report.table.isDocument ? "" : Readable.grouped(report.knownBatches),
        Readable.duration(seconds: report.seconds), Readable.count(Int(report.rowsPerSecond)),
      ])
    }
    return table.render(for: .standardOutput) + reports.map(notes).joined()
  }

  /// What the table cannot say.
  static func notes(_ report: IngestReport) -> String {
    var text = ""
    if report.wasKnown {
      text +=
        "\(report.path): this input was sent before, so it changed nothing; to apply the same "
      text += "rows once more, give it a name with --source.\n"
    }
    text += cleaning(report)
    guard report.rejected > 0, let file = report.rejectFile else { return text }
    let rows = report.rejected == 1 ? "row is" : "rows are"
    text += "\(report.path): \(Readable.grouped(report.rejected)) bad \(rows) in \(file):\n"
    for (reason, count) in sorted(report.reasons) {
      text += "  \(reason.rawValue): \(Readable.grouped(count))\n"
    }
    for row in report.firstRejected { text += "  \(report.path):\(row.line): \(row.sentence)\n" }
    return text
  }

  /// What was done to rows on their way in.
  private static func cleaning(_ report: IngestReport) -> String {
    var text = ""
    let notes = report.notes
    if case .delimited(let separator) = report.format, separator != .comma {
      text += "\(report.path): its first line shows that \(separator.plural) separate the fields.\n"
    }
    if notes.returns > 0 {
      text += "\(report.path): \(Readable.grouped(notes.returns, "return was", "returns were")) "
      text +=
        report.returnsRule == .net
        ? "taken off the sales of their days.\n" : "left out, as --returns ignore says.\n"
    }
    if notes.repeats > 0 {
      text += "\(report.path): \(notes.repeatsAreAll ? "" : "at least ")"
      text +=
        "\(Readable.grouped(notes.repeats, "row adds", "rows add")) to an earlier one for the "
      text += "same SKU, location and day.\n"
    }
    if notes.outOfStock > 0 {
      text += "\(report.path): \(Readable.grouped(notes.outOfStock, "row says", "rows say"))"
      text += " that the shelf was empty; models take these days as missing.\n"
    }
    return text
  }

  static func json(_ report: IngestReport) -> String {
    var json = JSONText()
    json.object { json in
      json.member("input", report.path)
      json.member("table", report.table.rawValue)
      json.member("source", report.source?.description)
      json.member("rows", report.rows)
      json.member("rejected", report.rejected)
      json.object("reasons") { json in
        for (reason, count) in sorted(report.reasons) { json.member(reason.rawValue, count) }
      }
      json.member("rejectFile", report.rejectFile)
      json.member("returns", report.notes.returns)
      json.member("returnsRule", report.returnsRule.rawValue)
      json.member("outOfStock", report.notes.outOfStock)
      json.member("repeats", report.notes.repeats)
      json.member("repeatsAreAll", report.notes.repeatsAreAll)
      json.member("batches", report.batches)
      json.member("knownBatches", report.knownBatches)
      json.member("seconds", report.seconds)
      json.member("rowsPerSecond", report.rowsPerSecond)
    }
    json.newline()
    return json.drain()
  }

  /// The most frequent first.
  private static func sorted(
    _ reasons: [RejectedRow.Reason: Int]
  ) -> [(RejectedRow.Reason, Int)] {
    reasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
      .map { ($0.key, $0.value) }
  }
}
