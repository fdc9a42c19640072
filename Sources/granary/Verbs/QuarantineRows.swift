import ClientNode
import CommandLineArguments
import Demand
import Tables

/// The SKUs in quarantine as they come: a table for people, an object a line for programs.
struct QuarantineRows {
  /// A table is laid out when all its rows are there; more than this are counted.
  private static let mostTableRows = 10_000
  /// How much JSON is gathered before it is written.
  private static let writeBytes = 64 * 1_024

  private let asJSON: Bool
  private var json = JSONText()
  private var table = TextTable([
    .left("SKU"), .right("Run"), .left("Training"), .left("Day").optional(1), .left("Reason"),
  ])
  private var count = 0

  init(asJSON: Bool) { self.asJSON = asJSON }

  /// What trainings do with it.
  private static func training(_ entry: QuarantineEntry) -> String {
    entry.isHeld ? "held" : entry.isToRetry ? "retry" : "tried"
  }

  mutating func add(_ row: QuarantineClient.Row) throws(ClientError) {
    count += 1
    guard asJSON else {
      guard count <= Self.mostTableRows else { return }
      return table.add([
        row.sku.description, String(row.entry.run), Self.training(row.entry),
        row.entry.ground?.day.description ?? "", row.entry.reason,
      ])
    }
    json.object { json in
      json.member("sku", row.sku.description)
      json.member("run", Int(clamping: row.entry.run))
      json.member("training", Self.training(row.entry))
      json.member("day", row.entry.ground?.day.description)
      json.member("reason", row.entry.reason)
    }
    json.newline()
    if json.count >= Self.writeBytes { try write(json.drain()) }
  }

  mutating func finish(isFiltered: Bool) throws(ClientError) {
    if asJSON { return try write(json.drain()) }
    guard count > 0 else {
      return try write(
        isFiltered ? "No such SKU is in quarantine.\n" : "No SKU is in quarantine.\n")
    }
    var text = table.render(for: .standardOutput)
    if count > Self.mostTableRows {
      text += "and \(Readable.grouped(count - Self.mostTableRows)) more; --json prints all\n"
    }
    try write(text)
  }

  private func write(_ text: String) throws(ClientError) {
    do { try Terminal.standardOutput.write(text) } catch {
      throw .table(.unwritable(file: "standard output", reason: "\(error)"))
    }
  }
}
