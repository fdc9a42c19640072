import FoundationEssentials
import Settings

/// What becomes of a cluster of which nothing is left but a backup.
extension StepWork {
  /// Kills every node and takes its data, restores what was backed up last as a cluster of all
  /// workers, each on its host, and waits until all is served.
  func destroy() throws {
    let nodes = stage.nodes
    let names = [Nodes.coordinator] + Nodes.workers
    for name in names { nodes.kill(name) }
    for name in names {
      let data = nodes.disk(of: name).folder.data(of: name)
      if FileManager.default.fileExists(atPath: data) {
        try FileManager.default.removeItem(atPath: data)
      }
    }
    let hosts = Nodes.workers.map { "host-\(Nodes.host(of: $0))" }
    for name in names {
      let words = [
        "restore", stage.backups, "--nodes", Nodes.workers.joined(separator: ","),
        "--hosts", hosts.joined(separator: ","), "--only", name, "--verify",
        "--set", "coordinator.replication=\(stage.scenario.replication)",
      ]
      try insist(words, in: nodes.disk(of: name).folder.path, .destroy)
    }
    for name in names { try nodes.start(name) }
    let isServed = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      guard let status = stage.observations.status else { return false }
      return status.servesAll && Nodes.workers.allSatisfy { status.node($0)?.state == "serving" }
    }
    if !isServed {
      stage.journal.violate(
        "what was restored is not served after \(Stage.recoveryMilliseconds / 1_000) s")
    }
  }
}
