import Coordination

/// What happened in a world, line by line, for people.
final class Story {
  /// What a line is about.
  enum Kind { case fault, log, debug, message, heartbeat }

  /// Whether lines are printed as they come, or the last ones kept.
  private let isPrinted: Bool
  private let longest: Int
  private(set) var lines: [(kind: Kind, text: String)] = []

  /// A story that is told at once, or of which the last lines are kept, faults in any case.
  init(isPrinted: Bool, keeping longest: Int = 0) {
    self.isPrinted = isPrinted
    self.longest = longest
  }

  func add(_ kind: Kind, at now: Instant, _ sentence: () -> String) {
    if !isPrinted, kind == .debug || kind == .heartbeat { return }
    let line = "\(now.milliseconds) ms: \(sentence())"
    if isPrinted { return print(line) }
    lines.append((kind, line))
    if lines.count > 4 * longest { shorten() }
  }

  private func shorten() {
    let old = lines.dropLast(longest).filter { $0.kind == .fault || $0.kind == .log }
    lines = old + lines.suffix(longest)
  }

  /// The faults and what the processes wrote to their logs, then everything of the end.
  func shortened() -> [String] {
    shorten()
    return lines.map(\.text)
  }
}
