import Glibc
import Threading

/// The end of an upgrade.
extension StepWork {
  /// How long a program that is refused may take to end.
  private static let refusalMilliseconds = 30_000
  /// The complaint may be followed by a word of farewell.
  private static let lastLines = 2

  /// Does the work of a step again and again while nodes are upgraded in it: what was taken in is
  /// taken in no second time, and runs come to the same. A catalogue as small as the lab's would
  /// leave an upgraded cluster idle otherwise. After the upgrade's end nothing is done twice: the
  /// last plan says which of its proposals are new.
  mutating func goOn(with step: Step, while isGoingOn: () -> Bool) throws {
    while isGoingOn(), stage.nodes.installation.isUpgrading {
      switch step {
      case .ingest, .news, .train, .forecast, .allocate: try carryOut(step)
      // Models that were just updated are not updated again.
      case .update: try carryOut(.forecast)
      default: return
      }
    }
  }

  /// Says that there is no way back, and waits until the status says so too.
  func finalise() throws {
    let present = stage.nodes.installation.present
    try insist(["finalise"], .finalise)
    stage.nodes.installation.finalise()
    let isOver = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      guard let status = stage.observations.status else { return false }
      return status.finalisedProtocol == present.newestProtocol
        && !(status.topics ?? []).contains("upgrade")
    }
    if !isOver {
      stage.journal.violate(
        "the upgrade was finalised, and \(Stage.recoveryMilliseconds / 1_000) s later the status "
          + "does not say so")
    }
  }

  /// Starts a worker, then the coordinator, with the program before: each must end and say why.
  /// Where that speaks the same protocol nobody minds, and nothing is done.
  func tryOutdated() throws {
    let installation = stage.nodes.installation
    let newest = installation.present.newestProtocol
    guard let before = installation.before, before.newestProtocol < newest,
      let worker = stage.nodes.wantedWorkers.first
    else { return }
    try refuse(worker, wanting: "finalised at protocol \(newest)")
    try refuse(Nodes.coordinator, wanting: "cannot be read")
  }

  /// Starts a node with the program before, which must end saying these words, and then with the
  /// present one again.
  private func refuse(_ name: String, wanting words: String) throws {
    let nodes = stage.nodes
    if nodes.end(name, with: SIGINT) != .code(0) {
      stage.journal.violate("\(name) did not stop in order for the program before")
      nodes.kill(name)
    }
    nodes.installation.install(name, isOlder: true)
    try nodes.start(name, isWanted: false)
    let exit = nodes.awaitEnd(of: name, milliseconds: Self.refusalMilliseconds)
    let last = TextFile.tail(nodes.log(of: name), lines: Self.lastLines).joined(separator: "; ")
    switch exit {
    case nil:
      stage.journal.violate("\(name) goes on with the program before, after the upgrade's end")
      nodes.kill(name)
    case .code(0), .signal, .unknown:
      stage.journal.violate("\(name) ended without a complaint of its program: \(last)")
    case .code:
      if !last.contains(words) {
        stage.journal.violate("\(name) was not refused for its program, but said: \(last)")
      }
    }
    nodes.installation.install(name, isOlder: false)
    try nodes.start(name)
    try stage.awaitCalm(after: "\(name) was tried with the program before")
  }
}
