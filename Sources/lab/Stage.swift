import Glibc
import Threading

/// All that a run takes place on: what the threads of a run share.
struct Stage: Sendable {
  let scenario: Scenario
  let market: Market
  let network: Network
  let hosts: [Host]
  let nodes: Nodes
  let verbs: Verbs
  let observations: Observations
  let journal: Journal
  let stopping: Stopping
  /// The folder of the cluster's backups, on a disk that nothing befalls.
  let backups: String
  /// Who leads the etcd of several coordinators, where there are some.
  let etcd: EtcdLeader?

  /// How long the cluster may take to serve everything again, once nothing is wrong any more.
  static let recoveryMilliseconds = 60_000
  /// How long a step may take, with all that goes wrong in it.
  static let stepMilliseconds = 180_000

  /// Waits until everything has been served for a while since now.
  func awaitCalm(after what: String) throws {
    // What was just done may not have been felt yet.
    try stopping.sleep(milliseconds: Int(Observations.calmMilliseconds))
    let isCalm = try stopping.wait(milliseconds: Self.recoveryMilliseconds) {
      observations.isCalm || hasFoundDamage
    }
    guard !isCalm else { return }
    let status = observations.status
    journal.violate(
      "not everything was served \(Self.recoveryMilliseconds / 1_000) s after \(what): "
        + "\(status.map { "\($0.servedShards) of \($0.shards) shards" } ?? "no status came"), "
        + (status?.reasons.joined(separator: "; ") ?? ""))
  }

  /// Does a part of the lab's own work; that it fails is not the cluster's fault, but makes the run
  /// worthless.
  func noteFailure(_ body: () throws -> Void) {
    do {
      try body()
    } catch LabError.stopped {
      // Whoever stopped the lab is told elsewhere.
    } catch {
      journal.violate("the lab itself failed to hurt the cluster: \(error)")
    }
  }

  /// Whether damage that nobody is to repair was found: then some shards stay away.
  var hasFoundDamage: Bool { scenario.damage == .found && !journal.finds.isEmpty }

  /// Starts nodes again that ended though nobody ended them.
  func mend() {
    for (name, exit) in nodes.takeUnwantedEnds() {
      let words = TextFile.tail(nodes.log(of: name), lines: 1).first ?? ""
      if scenario.damage == .found, journal.isDamaged(name) {
        journal.find("\(name) does not start: \(words)")
      } else {
        journal.violate("\(name) ended by itself (\(exit)): \(words)")
        try? nodes.start(name)
      }
    }
  }
}
