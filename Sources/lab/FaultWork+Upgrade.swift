import Glibc
import TestSupport
import Threading

/// Nodes that get another program while the cluster is at work, as `ops/runbooks/upgrade.md` says.
extension FaultWork {
  /// Upgrades the node whose turn it is; gives its name, or nothing where all are upgraded.
  func upgrade() throws -> String? {
    let nodes = stage.nodes
    guard let name = nodes.installation.older(among: nodes.wantedWorkers).first else { return nil }
    try replaceProgram(of: name, isOlder: false)
    return name
  }

  /// Gives an upgraded node the program before again, any one of them; gives its name.
  func downgrade(_ random: inout SplitMix64) throws -> String? {
    let nodes = stage.nodes
    let upgraded = nodes.installation.upgraded(among: nodes.wantedWorkers)
    guard let name = upgraded.randomElement(using: &random) else { return nil }
    try replaceProgram(of: name, isOlder: true)
    return name
  }

  /// Whoever upgrades a cluster goes on with the next node when the status names nothing else than
  /// the upgrade.
  func awaitHealth(after what: String) throws {
    let isWell = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      guard let status = stage.observations.status else { return false }
      return status.needsNothingButUpgrade && status.moves == 0 && stage.observations.isCalm
    }
    guard !isWell else { return }
    let reasons = stage.observations.status?.reasons.joined(separator: "; ") ?? "no status"
    stage.journal.violate(
      "not well \(Stage.recoveryMilliseconds / 1_000) s after \(what): \(reasons)")
  }

  /// Where others have copies a node is only stopped, as its unit is when the system restarts it;
  /// where nobody has, a worker hands its shards over first.
  private func replaceProgram(of name: String, isOlder: Bool) throws {
    let nodes = stage.nodes
    let handsOver = stage.scenario.replication == 1 && name != Nodes.coordinator
    let exit = nodes.end(
      name, with: handsOver ? SIGTERM : SIGINT,
      milliseconds: handsOver ? Stage.stepMilliseconds : Nodes.endMilliseconds)
    if exit != .code(0) {
      stage.journal.violate("\(name) did not stop in order for another program")
      nodes.kill(name)
    }
    nodes.installation.install(name, isOlder: isOlder)
    try nodes.start(name)
  }
}
