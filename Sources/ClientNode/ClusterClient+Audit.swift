import CommandLineArguments
import FoundationEssentials
import WireProtocol

extension ClusterClient {
  /// The newest lines of the audit, at most `limit`, the oldest of them first, and why there are
  /// none of some coordinators: each has what it was asked for while it led. `stop` is asked now
  /// and then.
  public func auditLines(
    since: String = "", limit: Int, stop: () throws(ClientError) -> Void = { () }
  ) throws(ClientError) -> (lines: [String], missing: [ClientError]) {
    let endpoints = coordinatorEndpoints
    guard endpoints.count > 1 else {
      let lines = try auditLines(since, limit, stop) { (request) throws(ClientError) in
        try ask(request)
      }
      return (lines, [])
    }
    var parts: [[String]] = []
    var missing: [ClientError] = []
    for endpoint in endpoints {
      do throws(ClientError) {
        let part = try auditLines(since, limit, stop) { (request) throws(ClientError) in
          try ask(request, ofCoordinatorAt: endpoint)
        }
        parts.append(part)
      } catch {
        guard error.exitCode == .unreachable || error.exitCode == .unauthorised else { throw error }
        missing.append(error)
      }
    }
    if parts.isEmpty, let first = missing.first { throw first }
    return (Array(Self.merged(parts).suffix(limit)), missing)
  }

  /// Pages are asked for from the newest back until there are enough.
  private func auditLines(
    _ since: String, _ limit: Int, _ stop: () throws(ClientError) -> Void,
    _ ask: (Message) throws(ClientError) -> Message
  ) throws(ClientError) -> [String] {
    var pages: [[String]] = []
    var left = limit
    var before: AuditPlace?
    repeat {
      try stop()
      let request = AuditRequest(before: before, since: since, limit: min(left, Limits.auditLines))
      guard case .audit(let page) = try ask(.auditRequest(request)) else {
        throw .unexpected(node: "the coordinator", what: "something else than its audit")
      }
      // A place that does not move would be followed for ever.
      guard page.earlier == nil || page.earlier != before else {
        throw .unexpected(node: "the coordinator", what: "an audit that never ends")
      }
      pages.append(page.lines)
      left -= page.lines.count
      before = page.earlier
    } while before != nil && left > 0
    return Array(pages.reversed().joined())
  }

  /// The lines of several files in the order of their times. Coordinators on one host have one file
  /// in common.
  static func merged(_ parts: [[String]]) -> [String] {
    struct Time: Decodable { var time: String }
    var seen: Set<String> = []
    var all: [(time: String, line: String)] = []
    for part in parts {
      let new = part.filter { !seen.contains($0) }
      seen.formUnion(new)
      // A line that is none stays behind the one before it.
      var time = ""
      for line in new {
        time = (try? JSONDecoder().decode(Time.self, from: Data(line.utf8)))?.time ?? time
        all.append((time, line))
      }
    }
    let order = all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }
    return order.map { all[$0].line }
  }
}
