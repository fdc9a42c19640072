/// What happened lately, for `status`: the last words of the coordinator's log, without those that
/// only its developers read.
struct RecentEvents: Sendable {
  /// How many are remembered; older ones are in the log.
  static let limit = 64

  private struct Entry: Sendable {
    var at: Instant
    var severity: Severity
    var text: String
    /// How often it was said in a row.
    var times: Int
  }

  /// The oldest first.
  private var entries: [Entry] = []

  mutating func note(_ severity: Severity, _ text: String, at now: Instant) {
    guard severity != .debug else { return }
    // What is said again and again must not drive out everything else.
    if let last = entries.last, last.text == text {
      entries[entries.count - 1] = Entry(
        at: now, severity: severity, text: text, times: last.times + 1)
      return
    }
    if entries.count == Self.limit { entries.removeFirst() }
    entries.append(Entry(at: now, severity: severity, text: text, times: 1))
  }

  /// The newest first.
  func events(at now: Instant) -> [ClusterStatus.Event] {
    entries.reversed().map { entry in
      ClusterStatus.Event(
        secondsAgo: Double(max(0, now - entry.at)) / 1_000, severity: entry.severity.rawValue,
        text: entry.text, times: entry.times)
    }
  }
}
