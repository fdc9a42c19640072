import WireProtocol

extension ClusterClient {
  /// The newest lines of the audit, at most `limit`, the oldest of them first: pages are asked for
  /// from the newest back until there are enough. `stop` is asked now and then.
  public func auditLines(
    since: String = "", limit: Int, stop: () throws(ClientError) -> Void = { () }
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
}
