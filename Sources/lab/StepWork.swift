import FoundationEssentials
import Glibc
import Threading

/// Does the steps of a run, as somebody would who has work to do with the cluster: what fails is
/// done again until it is done.
struct StepWork {
  /// Models that are fitted quickly.
  private static let models = "snaive,ets,croston,tsb"
  /// Until a command is given again.
  private static let restMilliseconds = 300

  let stage: Stage
  private let clock = MonotonicClock()
  /// The newest run that the cluster knows.
  private var newestRun = 0
  private var drained: String?

  init(_ stage: Stage) { self.stage = stage }

  /// Does a step.
  mutating func carryOut(_ step: Step) throws {
    switch step {
    case .tables: try insist(["ingest", stage.market.tables], step)
    case .ingest: for file in stage.market.sales { try insist(["ingest", file], step) }
    case .news: for file in stage.market.news { try insist(["ingest", file], step) }
    case .train: try finishRun(["train", "--models", Self.models], step)
    case .update: try finishRun(["train", "--update", "--models", Self.models], step)
    case .forecast: try finishRun(["forecast"], step)
    case .allocate: try finishRun(["allocate"], step)
    case .join:
      let spare = stage.nodes.layout.spare
      try stage.nodes.start(spare)
      try awaitMoves(to: spare, step)
    case .drain: try drain()
    case .back:
      guard let name = drained else { return }
      try stage.nodes.start(name)
      try awaitMoves(to: name, step)
    case .rest: try stage.stopping.sleep(milliseconds: 1_000)
    case .backup: try insist(["backup", stage.backups, "--keep", "2"], step)
    case .destroy: try destroy()
    case .finalise: try finalise()
    case .outdated: try tryOutdated()
    }
  }

  /// Gives a command again until it succeeds. What it says twice counts once: that is promised.
  func insist(_ words: [String], in folder: String? = nil, _ step: Step) throws {
    let end = clock.now + Int64(Stage.stepMilliseconds)
    while true {
      let outcome = try stage.verbs.run(words, in: folder)
      if outcome.exit == .code(0) { return }
      guard try goOn(until: end, words, outcome, step) else { return }
    }
  }

  /// Starts a run and follows it to its end, whatever becomes of the command that started it.
  private mutating func finishRun(_ words: [String], _ step: Step) throws {
    let end = clock.now + Int64(Stage.stepMilliseconds)
    var command = words
    while true {
      let outcome = try stage.verbs.run(command)
      let isDone = outcome.exit == .code(0)
      let runs = try listRuns(until: end)
      if let run = runs.first(where: { $0.run > newestRun }), !isDone {
        guard run.phase != "failed" else {
          stage.journal.violate("run \(run.run) (\(step.rawValue)) failed: \(run.trouble)")
          return
        }
        command = ["runs", "watch", "\(run.run)"]
      }
      if isDone {
        newestRun = runs.map(\.run).max() ?? newestRun
        return
      }
      guard try goOn(until: end, command, outcome, step) else { return }
    }
  }

  private struct Listing: Decodable {
    struct Run: Decodable {
      var run: Int
      var phase: String
      var trouble: String
    }
    var runs: [Run]
  }

  /// The runs that the cluster knows, newest first.
  private func listRuns(until end: Moment) throws -> [Listing.Run] {
    while clock.now < end {
      let outcome = try stage.verbs.run(["runs", "--json"])
      if outcome.exit == .code(0),
        let listing = try? JSONDecoder().decode(Listing.self, from: Data(outcome.output.utf8))
      {
        return listing.runs
      }
      try stage.stopping.sleep(milliseconds: Self.restMilliseconds)
    }
    return []
  }

  /// Rests after a command that did not succeed; false when it is not given again.
  private func goOn(
    until end: Moment, _ words: [String], _ outcome: Verbs.Outcome, _ step: Step
  ) throws -> Bool {
    guard clock.now < end, !stage.hasFoundDamage else {
      if !stage.hasFoundDamage {
        stage.journal.violate(
          "\(step.rawValue) is not done after \(Stage.stepMilliseconds / 1_000) s: `granary "
            + "\(words.joined(separator: " "))`: \(outcome.lastWords)")
      }
      return false
    }
    stage.journal.repeated()
    try stage.stopping.sleep(milliseconds: Self.restMilliseconds)
    return true
  }

  /// Has a worker hand its shards over and end.
  private mutating func drain() throws {
    guard let name = stage.nodes.wantedWorkers.first else { return }
    drained = name
    let exit = stage.nodes.end(name, with: SIGTERM, milliseconds: Stage.stepMilliseconds)
    guard exit != .code(0) else { return }
    stage.journal.violate(
      "\(name) was told to leave and \(exit.map { "ended badly: \($0)" } ?? "did not end")")
    stage.nodes.kill(name)
  }

  /// Waits until a worker that has come serves its part and nothing moves any more.
  private func awaitMoves(to name: String, _ step: Step) throws {
    let isDone = try stage.stopping.wait(milliseconds: Stage.stepMilliseconds) {
      guard let status = stage.observations.status, let node = status.node(name) else {
        return false
      }
      return node.state == "serving" && node.shards > 0 && status.moves == 0 && status.servesAll
    }
    if !isDone {
      stage.journal.violate(
        "\(step.rawValue): \(name) has no shards after \(Stage.stepMilliseconds / 1_000) s")
    }
  }
}
