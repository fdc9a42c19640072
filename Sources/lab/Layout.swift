/// Which nodes a cluster of the lab has, and on which host each is.
///
/// With one coordinator it has the first host for itself. With three, the first three hosts are
/// those of `cluster/three-hosts`: each has a coordinator, a member of their etcd and a worker.
/// Further hosts have a worker alone; that of the last one, beside the clients, joins late.
struct Layout: Equatable, Sendable {
  /// How many coordinators there can be.
  static let counts = [1, several]
  static let several = 3

  let coordinators: [String]
  /// The members of the etcd that several coordinators share.
  let members: [String]
  let workers: [String]

  init(coordinators count: Int = 1) {
    guard count > 1 else {
      coordinators = [Nodes.coordinator]
      members = []
      workers = Nodes.workers
      return
    }
    coordinators = (1...count).map { "coordinator-\($0)" }
    members = (1...count).map { "etcd-\($0)" }
    workers = (1...Network.hostCount).map { "worker-\($0)" }
  }

  /// Whether there are several coordinators.
  var sharesRecords: Bool { !members.isEmpty }

  /// The worker that joins late.
  var spare: String { workers.last ?? Nodes.spare }

  /// The workers that there are from the start.
  var firstWorkers: [String] { workers.dropLast() }

  /// The number of the host that a node is on.
  func host(of name: String) -> Int {
    guard sharesRecords else { return Nodes.host(of: name) }
    return
      (coordinators.firstIndex(of: name) ?? members.firstIndex(of: name)
      ?? workers.firstIndex(of: name) ?? 0) + 1
  }

  /// The nodes of a host, in the order in which they are started.
  func nodes(on host: Int) -> [String] {
    (members + coordinators + workers).filter { self.host(of: $0) == host }
  }

  /// Whether a node is a member of etcd, which is no program of ours.
  func isMember(_ name: String) -> Bool { members.contains(name) }
}
