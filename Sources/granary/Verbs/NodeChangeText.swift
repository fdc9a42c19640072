import CommandLineArguments
import Coordination
import FoundationEssentials

/// What a change of a worker's place does, in words.
enum NodeChangeText {
  /// The most moves that are listed for people, and shards that are named.
  private static let mostMoves = 40, mostShards = 24

  static func json(_ report: NodeChangeReport) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(report) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  static func text(_ report: NodeChangeReport) -> String {
    var text = title(report) + "\n" + work(report) + "\n"
    if !report.lastCopies.isEmpty { text += "\(lost(report))\n" }
    return text + moves(report)
  }

  /// What became of the end of an upgrade, or would.
  static func finalised(_ report: NodeChangeReport) -> String {
    report.isDone
      ? "The upgrade is over: every node must be of this version from now on.\n"
      : "Nothing was changed: \(report.reason).\n"
  }

  /// Why it was not done.
  static func refusal(_ report: NodeChangeReport) -> String {
    let subject = report.node.map { "\(report.action) of \($0)" } ?? report.action
    var text = "\(subject) was refused: \(report.reason)"
    if !report.lastCopies.isEmpty, !names(report.lastCopies).isEmpty { text += "; \(lost(report))" }
    return text
  }

  private static func title(_ report: NodeChangeReport) -> String {
    let node = report.node ?? "the cluster"
    if !report.isDone, report.action != "rebalance" {
      return "\(report.action) of \(node) would move this"
        + (report.reason.isEmpty ? ":" : " (\(report.reason)):")
    }
    switch report.action {
    case "drain": return "\(node) is being drained."
    case "recommission": return "\(node) gets shards again."
    case "decommission": return "\(node) is forgotten."
    default:
      return report.isDone ? "Tried again: \(report.reason)." : "So that all have their share:"
    }
  }

  private static func work(_ report: NodeChangeReport) -> String {
    guard report.copies + report.promotions > 0 else { return "Nothing is to be moved." }
    var parts: [String] = []
    if report.copies > 0 {
      let time = Readable.duration(seconds: report.minutes * 60)
      parts.append(
        Readable.grouped(report.copies, "copy", "copies")
          + " to make (\(Readable.bytes(Int(clamping: report.bytes))), about \(time))")
    }
    if report.promotions > 0 {
      let shards = Readable.grouped(report.promotions, "shard", "shards")
      parts.append("\(shards) to be served by a copy that is there")
    }
    return parts.joined(separator: ", ") + "."
  }

  private static func lost(_ report: NodeChangeReport) -> String {
    let shards = Readable.grouped(report.lastCopies.count, "shard", "shards")
    return "no other worker has all of \(shards): \(names(report.lastCopies))"
  }

  private static func names(_ shards: [Int]) -> String {
    let first = shards.prefix(mostShards).map(String.init).joined(separator: ", ")
    let more = shards.count - mostShards
    return more > 0 ? "\(first) and \(more) more" : first
  }

  private static func moves(_ report: NodeChangeReport) -> String {
    guard !report.moves.isEmpty else { return "" }
    var table = TextTable([.right("Shard"), .left("What"), .left("From"), .left("To")])
    for move in report.moves.prefix(mostMoves) {
      table.add([
        String(move.shard), move.kind == "copy" ? "copy" : "serve from its copy", move.from ?? "",
        move.to,
      ])
    }
    let more = report.copies + report.promotions - mostMoves
    return "\n" + table.render(for: .standardOutput)
      + (more > 0 ? "and \(Readable.grouped(more)) more; --json has more of them\n" : "")
  }
}

extension ClusterStatus {
  /// How many copies of shards a worker has still; nothing where it is not there any more.
  func copiesLeft(on worker: String) -> Int? {
    nodes.first { $0.name == worker }?.shards
  }

  /// What may keep a worker from being drained, in words.
  func obstacles(to worker: String) -> [String] {
    nodes.first { $0.name == worker }?.state == "lost" ? ["it does not answer"] : []
  }
}
