import CommandLineArguments
import Coordination
import WireProtocol

/// The picture of a cluster for a screen of any size: what fits of it, the most important first.
struct WatchPicture {
  private static let barColumns = 20
  private static let mostQuarantined = 4
  private static let mostRuns = 8
  /// Reasons are said in full up to so many lines.
  private static let reasonLines = 3

  let status: ClusterStatus
  let rates: WatchRates
  /// How old the answer is, in seconds.
  let ageSeconds: Double
  /// Since when there is no answer, and why; nothing while there are some.
  var lost: (seconds: Double, reason: String)?
  /// What the time is, as people read it.
  let time: String
  let intervalSeconds: Double

  /// A part of the picture with the lines that it would like to have.
  private struct Section {
    var lines: [ScreenLine]
    /// Lines that stay whatever is cut: the heading and one more.
    var least = 2
    /// What is left out, in words.
    var rest: (Int) -> String
  }

  /// Exactly so many lines, each as long as it is; whoever draws them cuts them.
  func lines(columns: Int, rows: Int) -> [ScreenLine] {
    guard rows > 0 else { return [] }
    let head = Array(head(columns: columns).prefix(max(1, rows - 1)))
    var sections = [nodes(columns), runs(columns), quarantine(columns), events].compactMap { $0 }
    let room = max(0, rows - head.count - 1)
    // Sections that cannot even begin are left out, the last first.
    while sections.reduce(0, { $0 + $1.least + 1 }) > room, !sections.isEmpty {
      sections.removeLast()
    }
    var free = room - sections.reduce(0) { $0 + $1.least + 1 }
    var lines = head
    for section in sections {
      let more = min(free, section.lines.count - section.least)
      free -= more
      lines.append(ScreenLine())
      lines += cut(section, to: section.least + more)
    }
    if lost != nil { lines = lines.prefix(1) + lines.dropFirst().map { $0.inStyle(.faint) } }
    while lines.count < rows - 1 { lines.append(ScreenLine()) }
    if rows > 1 { lines.append(foot) }
    return Array(lines.prefix(rows))
  }

  private func cut(_ section: Section, to count: Int) -> [ScreenLine] {
    guard section.lines.count > count else { return section.lines }
    guard count > 2 else { return Array(section.lines.prefix(count)) }
    // A line that says how many there are more takes the place of one.
    let kept = section.lines.prefix(count - 1)
    let rest = section.lines.count - kept.count
    return kept + [ScreenLine("  " + section.rest(rest), .faint)]
  }

  // MARK: Head and foot

  private func head(columns: Int) -> [ScreenLine] {
    var lines: [ScreenLine] = []
    if let lost {
      let since = Readable.wholeDuration(seconds: lost.seconds.rounded(.down))
      var first = ScreenLine("NO ANSWER", .red)
      first.append(" for \(since), trying again: \(lost.reason)", .red)
      lines.append(first)
    }
    // Of a cluster that does not answer nobody knows how it is.
    let colour = status.colour.rawValue
    let word = lost == nil ? colour.uppercased() : "was \(colour)"
    let known = status.reasonsWithTopics
    let reasons = known.isEmpty ? "all is well" : known.joined(separator: "; ")
    let wrapped = DisplayWidth.wrap("\(word)  \(reasons)", to: columns).prefix(Self.reasonLines)
    for (number, text) in wrapped.enumerated() {
      if number == 0 {
        var line = ScreenLine(word, style)
        let blanks = max(0, columns - DisplayWidth.of(text) - time.count - 1)
        // Wrapping joins words by one blank.
        line.append("  " + text.dropFirst(word.count).drop { $0 == " " })
        if blanks > 1 { line.append(String(repeating: " ", count: blanks - 1) + time, .faint) }
        lines.append(line)
      } else {
        lines.append(ScreenLine("  " + text))
      }
    }
    lines.append(ScreenLine(summary))
    return lines
  }

  private var style: Terminal.Style {
    guard lost == nil else { return .faint }
    return switch status.colour {
    case .green: .green
    case .yellow: .yellow
    case .red: .red
    }
  }

  private var summary: String {
    let up = status.uptimeSeconds + ageSeconds
    var text = "up \(Readable.wholeDuration(seconds: up.rounded(.down))), "
    text += "\(Readable.grouped(status.servedShards)) of \(Readable.grouped(status.shards)) shards"
    if status.moves > 0 { text += ", \(Readable.grouped(status.moves)) on the move" }
    text += "; \(ProgressText.rate(rates.batches)) batches in"
    if status.runs.contains(where: \.isActive) {
      text += ", \(ProgressText.rate(rates.units)) units and "
      text += "\(ProgressText.rate(rates.skus)) SKUs out"
    }
    let refused = status.refusedFrames.values.reduce(0, +)
    if refused > 0 { text += "; \(Readable.grouped(Int(refused))) frames refused" }
    return text
  }

  private var foot: ScreenLine {
    ScreenLine(
      "cluster \(status.cluster), every \(Readable.shortest(intervalSeconds)) s; q quits",
      .faint)
  }

  // MARK: Sections

  /// A table as lines, its titles set off.
  private func lines(
    of table: TextTable, _ columns: Int, _ style: (Int) -> Terminal.Style?
  ) -> [ScreenLine] {
    table.render(width: columns).split(separator: "\n").enumerated().map { number, line in
      ScreenLine(String(line), number == 0 ? .bold : style(number - 1))
    }
  }

  // What is wrong with a worker or a run stands in the head too: its column goes before others.

  private func nodes(_ columns: Int) -> Section? {
    guard !status.nodes.isEmpty else {
      let text = "No worker has joined yet; `granary worker` or `granary up` starts one."
      return Section(
        lines: [ScreenLine("Worker", .bold), ScreenLine(text)], rest: { _ in "" })
    }
    // Where not all fit, those that need a look stay.
    let nodes =
      status.nodes.filter { !$0.isWell } + status.nodes.filter(\.isWell)
    var table = TextTable([
      .left("Worker"), .left("State"), .right("Heard").optional(2),
      .right("Shards").optional(3), .right("SKUs").optional(1), .right("Units"),
      .right("Batches").optional(4), .right("Data").optional(5), .right("Free").optional(6),
      .left("").optional(7),
    ])
    for node in nodes {
      let heard = node.heardSecondsAgo + ageSeconds
      table.add([
        node.name, node.state,
        heard < 1 ? "now" : Readable.wholeDuration(seconds: heard.rounded(.down)),
        Readable.grouped(node.shards), Readable.grouped(Int(node.skus)),
        String(node.unitsInHand), ProgressText.rate(rates.batches(of: node.name)),
        Readable.bytes(Int(node.databaseBytes)), Readable.bytes(Int(node.diskFreeBytes)),
        node.trouble,
      ])
    }
    let styled = lines(of: table, columns) { number in
      nodes[number].state == "lost" || !nodes[number].trouble.isEmpty
        ? .red : nodes[number].isWell ? nil : .yellow
    }
    return Section(lines: styled) { "and \($0) more workers" }
  }

  private func runs(_ columns: Int) -> Section? {
    guard !status.runs.isEmpty else { return nil }
    let runs = Array(
      (status.runs.filter(\.isActive).reversed() + status.runs.filter { !$0.isActive })
        .prefix(Self.mostRuns))
    var table = TextTable([
      .right("Run"), .left("Kind"), .left("Progress"), .right("SKUs").optional(3),
      .right("SKUs/s").optional(4), .right("Time").optional(2), .right("Left").optional(1),
      .right("Aside").optional(5), .left("").optional(6),
    ])
    for run in runs {
      let time = run.elapsedSeconds + (run.phase == "running" ? ageSeconds : 0)
      table.add([
        String(run.run), run.kind, progress(run), Readable.grouped(Int(run.skusDone)),
        Readable.count(Int(run.skusPerSecond)), Readable.duration(seconds: time),
        run.secondsLeft.map { Readable.wholeDuration(seconds: $0) } ?? "",
        Readable.grouped(Int(run.quarantined)), run.trouble,
      ])
    }
    let styled = lines(of: table, columns) { number in
      runs[number].phase == "failed" ? .red : runs[number].isActive ? nil : .faint
    }
    return Section(lines: styled) { "and \($0) more runs: `granary runs`" }
  }

  private func progress(_ run: ClusterStatus.RunSummary) -> String {
    if status.isWaiting(run) { return "waits its turn" }
    if run.phase == "running", run.unitsInAll > 0 {
      let share = Double(run.unitsDone) / Double(run.unitsInAll)
      return ProgressText.bar(share, columns: Self.barColumns) + " " + ProgressText.percent(share)
    }
    let phase = RunStatus.Phase.allCases.first { $0.name == run.phase }
    let words = phase?.words ?? run.phase
    return phase == .pricing ? "\(words), round \(run.rounds)" : words
  }

  private func quarantine(_ columns: Int) -> Section? {
    guard let run = status.runs.first(where: { $0.quarantined > 0 }) else { return nil }
    let count = Readable.grouped(Int(run.quarantined), "SKU", "SKUs")
    var lines = [ScreenLine("Quarantine of run \(run.run): \(count)", .bold)]
    for (sku, reason) in run.quarantine.sorted(by: { $0.key < $1.key }).prefix(
      Self.mostQuarantined)
    {
      lines.append(ScreenLine("\(sku): \(reason)"))
    }
    return Section(lines: lines) { _ in "more: `granary export quarantine --output -`" }
  }

  private var events: Section? {
    guard !status.events.isEmpty else { return nil }
    let lines = status.events.map { event in
      let ago = Readable.wholeDuration(seconds: (event.secondsAgo + ageSeconds).rounded(.down))
      let times = event.times > 1 ? " (\(event.times) times)" : ""
      let style: Terminal.Style? =
        event.severity == "error" ? .red : event.severity == "warning" ? .yellow : nil
      return ScreenLine(
        DisplayWidth.pad(ago, to: 7, right: true) + "  \(event.text)\(times)", style)
    }
    return Section(lines: [ScreenLine("Last events", .bold)] + lines) { "and \($0) before" }
  }
}

extension ClusterStatus.NodeStatus {
  /// Whether nobody has to look at it.
  fileprivate var isWell: Bool { state == "serving" && trouble.isEmpty }
}
