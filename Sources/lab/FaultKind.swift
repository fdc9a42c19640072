/// What goes wrong in a run.
enum FaultKind: String, CaseIterable, Decodable, Sendable {
  /// A worker is killed, and started again after a while, as systemd would.
  case kill
  /// A worker is stopped in the middle of whatever it does, and goes on after a while.
  case stop
  /// A worker's host is cut off from all others, both ways.
  case cut
  /// What a worker's host says reaches nobody; it still hears.
  case mute
  /// Nothing reaches a worker's host; the others still hear it.
  case deaf
  /// Two workers' hosts are cut off from each other, and from nobody else.
  case part
  /// A worker's host has a slow link.
  case slow
  /// A worker's disk is full.
  case full
  /// A bit of a worker's files is another one.
  case flip
  /// All workers are stopped in order and started again, one after another; each counts.
  case roll
  /// The node whose turn it is gets the present program for the one before.
  case upgrade
  /// An upgraded node gets the program before again.
  case downgrade
  /// The coordinator is killed, and started again after a while.
  case coordinatorKill = "coordinator-kill"
  /// The coordinator is stopped for a while.
  case coordinatorStop = "coordinator-stop"
  /// The command that talks to the cluster is killed, and given again.
  case clientKill = "client-kill"
  /// Of several coordinators the one that leads is killed, or stopped for a while.
  case leaderKill = "leader-kill"
  case leaderStop = "leader-stop"
  /// The same of the member that leads their etcd.
  case etcdKill = "etcd-kill"
  case etcdStop = "etcd-stop"
  /// The host of the coordinator that leads loses its power: no process and no cable, for a while.
  case host
  /// The same, with the member that leads etcd on it.
  case hostWithEtcd = "host-etcd"
  /// Two of the three members of etcd are stopped: it has no quorum.
  case quorum

  /// Whether it befalls several coordinators, or what they share.
  var isOfTheLeaders: Bool {
    switch self {
    case .leaderKill, .leaderStop, .etcdKill, .etcdStop, .host, .hostWithEtcd, .quorum: true
    default: false
    }
  }

  /// Whether it befalls the coordinator where there is one.
  var isOfTheCoordinator: Bool { self == .coordinatorKill || self == .coordinatorStop }

  /// Whether it is something that is wrong with a host's cable.
  var isOfTheNetwork: Bool {
    switch self {
    case .cut, .mute, .deaf, .part, .slow: true
    default: false
    }
  }

  /// Whether it is a part of an upgrade, which has an end.
  var isOfAnUpgrade: Bool { self == .upgrade || self == .downgrade }

  /// The workers that it can happen to. Without their own cable clients reach nobody, whatever the
  /// cluster does: what they felt then would be no word on it.
  func victims(among workers: [String], in layout: Layout = Layout()) -> [String] {
    isOfTheNetwork ? workers.filter { layout.host(of: $0) != Network.hostCount } : workers
  }
}
