import Glibc
import TestSupport
import Threading

/// Faults of several coordinators, and of what they share.
extension FaultWork {
  /// How long it may take until a leader is found that is to be hurt.
  private static let searchMilliseconds = 20_000
  /// How long after the begin of an outage of etcd the status must say it.
  private static let toldMilliseconds = 8_000

  /// Whom a fault is to befall, and what it is then.
  struct Target {
    var kind: FaultKind
    var words: String
    var names: [String] = []
    var host = 0
  }

  /// Carries such a fault out, and judges what became of it.
  func hurt(_ target: Target?, _ fault: PlannedFault, during step: Step) throws {
    guard let target else {
      return stage.journal.violate(
        "\(fault.wish.kind.rawValue): no leader was found within "
          + "\(Self.searchMilliseconds / 1_000) s")
    }
    let start = clock.now
    let placement = stage.observations.status?.placementVersion
    try happen(target.kind, during: step) {
      try carryOut(target, fault)
      return target.words
    }
    try awaitWell(after: target.words)
    judge(target, fault, since: start, placement)
  }

  /// Whom a fault is to befall; nothing where nobody leads for long.
  func find(_ fault: PlannedFault) throws -> Target? {
    var target: Target?
    let isFound = try stage.stopping.wait(milliseconds: Self.searchMilliseconds) {
      target = try? self.target(of: fault)
      return target != nil
    }
    return isFound ? target : nil
  }

  private func target(of fault: PlannedFault) throws -> Target? {
    let layout = stage.nodes.layout
    let leader = stage.observations.status?.leader
    guard let etcd = stage.etcd, let leader else { return nil }
    let host = layout.host(of: leader)
    switch fault.wish.kind {
    case .leaderKill, .leaderStop:
      return Target(kind: fault.wish.kind, words: leader, names: [leader])
    case .etcdKill, .etcdStop:
      guard let leads = try etcd.host() else { return nil }
      let member = layout.members[leads - 1]
      return Target(kind: fault.wish.kind, words: member, names: [member])
    case .host:
      // Where the leader of etcd happens to be on it, it is the harder fault.
      let kind: FaultKind = try etcd.host() == host ? .hostWithEtcd : .host
      return Target(kind: kind, words: "\(Recipe.name(host)) with \(leader)", host: host)
    case .hostWithEtcd:
      guard try etcd.move(to: host) else { return nil }
      return Target(
        kind: .hostWithEtcd, words: "\(Recipe.name(host)) with \(leader)", host: host)
    case .quorum:
      var random = SplitMix64(seed: fault.chance)
      let names = layout.members.shuffled(using: &random).prefix(layout.members.count / 2 + 1)
      return Target(
        kind: .quorum, words: names.sorted().joined(separator: " and "), names: Array(names))
    default: return nil
    }
  }

  private func carryOut(_ target: Target, _ fault: PlannedFault) throws {
    let nodes = stage.nodes
    switch target.kind {
    case .leaderKill, .etcdKill:
      for name in target.names { nodes.kill(name) }
      try hold(fault)
      for name in target.names { try nodes.start(name) }
    case .leaderStop, .etcdStop, .quorum:
      for name in target.names { nodes.signal(name, SIGSTOP) }
      try hold(fault)
      for name in target.names { nodes.signal(name, SIGCONT) }
    case .host, .hostWithEtcd:
      // The cable first: nobody is told by the kernel that its peer is gone.
      try stage.network.plug(target.host, isIn: false)
      let names = nodes.killAll(on: target.host)
      try hold(fault)
      try stage.network.plug(target.host, isIn: true)
      for name in names { try nodes.start(name) }
    default: break
    }
  }

  /// Waits until the cluster says that it is well: the next fault must not find it without a
  /// standby, a member of etcd or a copy, which is more than is promised.
  private func awaitWell(after what: String) throws {
    let isWell = try stage.stopping.wait(milliseconds: Stage.recoveryMilliseconds) {
      stage.observations.status?.colour == "green" && stage.observations.isCalm
    }
    guard !isWell else { return }
    let reasons = stage.observations.status?.reasons.joined(separator: "; ")
    stage.journal.violate(
      "not green \(Stage.recoveryMilliseconds / 1_000) s after \(what): \(reasons ?? "no status")")
  }

  /// Whether what must become of such a fault did.
  private func judge(
    _ target: Target, _ fault: PlannedFault, since start: Moment, _ placement: UInt64?
  ) {
    let samples = stage.observations.samples
    let lifted = start + Int64(fault.holdMilliseconds)
    switch target.kind {
    case .leaderKill, .host, .hostWithEtcd:
      guard Takeover(from: start, before: clock.now, samples) == nil else { return }
      stage.journal.violate("nobody took over from \(target.words)")
    case .quorum where fault.holdMilliseconds > Self.toldMilliseconds:
      let during = samples.filter { $0.at > start && $0.at < lifted }
      let told = during.filter { $0.isUnsure }
      if told.isEmpty {
        stage.journal.violate("the status did not say that \(target.words) were away")
      }
      if let wrong = told.first(where: { $0.colour != "yellow" }) {
        stage.journal.violate(
          "without a quorum the status is \(wrong.colour), wanted yellow: \(wrong.reasons)")
      }
      if told.contains(where: { $0.placementVersion != placement }) {
        stage.journal.violate("shards were placed anew without a quorum of etcd")
      }
    default: break
    }
  }
}
