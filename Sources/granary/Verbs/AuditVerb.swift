import ClientNode
import CommandLineArguments
import Coordination
import Demand
import FoundationEssentials
import Messaging

/// `granary audit`: who changed what, and what was refused.
struct AuditVerb: Command {
  static let name = "audit"
  static let abstract = "Show who changed what: runs, the planning document, keys."
  static let discussion = """
    Every change that somebody asks of the cluster is written to audit.log in its folder, and \
    is on the disk before the change is: when, who (role, name and the beginning of the key), \
    what, and what came of it. A change that was accepted and did not happen, because the \
    coordinator ended before, has a later line "not carried out"; one of keys that has "begun" \
    and no "accepted" may or may not have happened. The file is put aside as audit-TIME.log \
    when it grows; nothing is ever removed. Of several coordinators each writes what it is asked \
    for while it leads; all of them are asked, and one that does not answer is named.
    """
  static let examples = [
    Example("granary audit", "The last changes."),
    Example("granary audit --since 2026-11-01 --json", "All of this month, a JSON object a line."),
  ]

  @Option("DAY", help: "Lines since the beginning of that day, in UTC.") var since: Day?
  @Option("N", .within(1...1_000_000), help: "The most lines; the newest are shown.")
  var limit: Int?
  @Flag(help: "Print JSON, a line each.") var json: Bool
  var cluster = ClusterOptions()

  /// As many as fit a screen, where no more are asked for.
  private static let usualLines = 40

  func run() throws -> ExitCode {
    let limit = limit ?? (since == nil ? Self.usualLines : .max)
    let stop = try Interruption().check("interrupted")
    let (lines, missing) = try cluster.client(as: .observer).auditLines(
      since: since?.description ?? "", limit: limit, stop: stop)
    if json {
      for line in lines { try Terminal.standardOutput.write(line + "\n") }
    } else {
      try Terminal.standardOutput.write(Self.table(lines))
    }
    for reason in missing {
      try Terminal.standardError.write("granary: \(reason); its lines are missing\n")
    }
    return missing.first?.exitCode ?? .success
  }

  private static func table(_ lines: [String]) -> String {
    var table = TextTable([
      .left("Time"), .left("Who"), .left("Key"), .left("Result"), .left("What"),
    ])
    for line in lines {
      guard let entry = try? JSONDecoder().decode(AuditEntry.self, from: Data(line.utf8)) else {
        table.add(["", "", "", "", "a line that is none: \(line.prefix(80))"])
        continue
      }
      let reason = entry.reason.isEmpty ? "" : ": \(entry.reason)"
      table.add([
        entry.time, "\(entry.role) \(entry.node)", entry.key, entry.result.rawValue,
        entry.what + reason,
      ])
    }
    return table.render()
  }
}
