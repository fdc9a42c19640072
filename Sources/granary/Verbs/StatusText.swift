import CommandLineArguments
import Coordination
import FoundationEssentials
import WireProtocol

/// How the cluster is, for people: first the colour and why, then what it consists of.
struct StatusText {
  private let status: ClusterStatus
  private let terminal: Terminal

  init(_ status: ClusterStatus, for terminal: Terminal = .standardOutput) {
    self.status = status
    self.terminal = terminal
  }

  /// The text.
  var text: String {
    var text = terminal.styled(status.colour.rawValue.uppercased(), style) + "  "
    let reasons = status.reasonsWithTopics
    text += reasons.isEmpty ? "all is well" : reasons.joined(separator: "; ")
    text += "\n\n\(summary)\n"
    if !status.nodes.isEmpty { text += "\n\(nodes)" }
    if !status.runs.isEmpty { text += "\n\(runs)" }
    return text + quarantine
  }

  /// The same for programs, as the coordinator gives it.
  static func json(_ status: ClusterStatus) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    guard let data = try? encoder.encode(status) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  private var style: Terminal.Style {
    switch status.colour {
    case .green: .green
    case .yellow: .yellow
    case .red: .red
    }
  }

  private var summary: String {
    var text = "cluster \(status.cluster), up \(Readable.duration(seconds: status.uptimeSeconds)): "
    text += "\(Readable.grouped(status.servedShards)) of \(Readable.grouped(status.shards)) shards "
    text += "served, placement \(status.placementVersion)"
    if status.moves > 0 { text += ", \(status.moves) shards on the move" }
    let places = [("", status.refusedFrames)] + status.nodes.map { (" by \($0.name)", $0.refusals) }
    for (place, counts) in places where !counts.isEmpty {
      let reasons = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      text += "\nrefused\(place): " + reasons.joined(separator: ", ")
    }
    return text
  }

  private var nodes: String {
    var table = TextTable([
      .left("Worker"), .left("State"), .right("Heard").optional(2), .right("Shards"),
      .right("SKUs"), .right("Units").optional(3), .right("Batches").optional(6),
      .right("Data").optional(5), .right("Disk free").optional(4), .right("Refused").optional(7),
      .right("Trainers lost").optional(8), .left("Endpoint").optional(9),
      .left("Trouble").optional(1),
    ])
    for node in status.nodes {
      table.add([
        node.name, node.state, Readable.duration(seconds: node.heardSecondsAgo),
        Readable.grouped(node.shards), Readable.grouped(Int(node.skus)), String(node.unitsInHand),
        Readable.grouped(Int(node.batchesApplied)), Readable.bytes(Int(node.databaseBytes)),
        Readable.bytes(Int(node.diskFreeBytes)), String(node.refusedFrames),
        String(node.trainersLost), node.endpoint, node.trouble,
      ])
    }
    return table.render(for: terminal)
  }

  /// The runs as a table.
  var runs: String {
    var table = TextTable([
      .right("Run"), .left("Kind"), .left("State"), .left("As of").optional(4), .right("Done"),
      .right("SKUs").optional(2), .right("SKUs/s").optional(5), .right("Time").optional(3),
      .right("Left").optional(6), .right("Quarantine").optional(7),
      .right("Fell back").optional(8), .left("Trouble").optional(1),
    ])
    for run in status.runs {
      let done = run.unitsInAll > 0 ? run.unitsDone * 100 / run.unitsInAll : 0
      table.add([
        String(run.run), run.kind, words(run), run.asOf ?? "-", "\(done) %",
        Readable.grouped(Int(run.skusDone)), Readable.count(Int(run.skusPerSecond)),
        Readable.duration(seconds: run.elapsedSeconds),
        run.secondsLeft.map { Readable.duration(seconds: $0) } ?? "-",
        String(run.quarantined), String(run.fellBack), run.trouble,
      ])
    }
    return table.render(for: terminal)
  }

  private func words(_ run: ClusterStatus.RunSummary) -> String {
    if status.isWaiting(run) { return "waits its turn" }
    guard let phase = RunStatus.Phase.allCases.first(where: { $0.name == run.phase }) else {
      return run.phase
    }
    return phase == .pricing ? "\(phase.words), round \(run.rounds)" : phase.words
  }

  /// The quarantine of the latest run that has one.
  private var quarantine: String {
    guard let run = status.runs.first(where: { $0.quarantined > 0 }) else { return "" }
    var text = "\nquarantine of run \(run.run):\n"
    for (sku, reason) in run.quarantine.sorted(by: { $0.key < $1.key }) {
      text += "  \(sku): \(reason)\n"
    }
    if run.quarantined > run.quarantine.count {
      text += "  and \(run.quarantined - UInt64(run.quarantine.count)) more: "
      text += "`granary export quarantine --output -`\n"
    }
    return text
  }
}
