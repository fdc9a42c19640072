import Backup
import CommandLineArguments
import CoordinatorNode
import Coordination
import Settings
import Storage
import Threading
import WireProtocol
import WorkerNode

/// Writes the data of a cluster, or of one node of it, of a backup.
struct ClusterRestore {
  static let coordinator = "coordinator"

  let backup: BackupFolder
  let cut: BackupCut
  let cluster: RestoredCluster
  let folder: ClusterFolder
  /// Where the coordinator's records go.
  let records: CoordinatorRecords
  let isVerified: Bool

  /// What was made.
  struct Made {
    /// The nodes that were made, and those that were there of an earlier attempt.
    var nodes: [String] = [], earlier: [String] = []
    /// The number of the cluster, and its copies of shards.
    var clusterID: UInt64
    var copies = 0, bytes = 0
    var isVerified: Bool
    var milliseconds: Int64 = 0
  }

  /// Makes all nodes, or one. `progress` is told the bytes of a node's rows.
  func make(
    only: String?, progress: (_ node: String, _ bytes: Int, _ of: Int) throws -> Void
  ) throws -> Made {
    let clock = MonotonicClock()
    let start = clock.now
    let workers = Set(cluster.placement.assignments.flatMap(\.copies)).sorted()
    var names = [Self.coordinator] + workers.map(\.text)
    if let only {
      guard names.contains(only) else {
        throw ArgumentError.contradiction(
          "--only \(only): the nodes are \(names.joined(separator: ", "))")
      }
      names = [only]
    }
    var made = Made(clusterID: cluster.clusterID, isVerified: isVerified)
    // Before anything is written: what is in the way of one is in the way of all.
    let isThere = try names.map { try isDone($0) }
    for (name, isDone) in zip(names, isThere) {
      guard !isDone else {
        made.earlier.append(name)
        continue
      }
      if name == Self.coordinator {
        try writeCoordinator()
      } else {
        try restore(name, &made, progress)
      }
      made.nodes.append(name)
    }
    made.milliseconds = clock.now - start
    return made
  }

  /// Whether a node's data is there of an earlier attempt; other data is not touched.
  private func isDone(_ name: String) throws -> Bool {
    if name == Self.coordinator, case .shared(let seat, let open) = records {
      return try coordinator.isDone(sharedBy: seat, open: open)
    }
    let path = folder.data(of: name)
    guard Storage.Folder.exists(path) else { return false }
    let isDone =
      name == Self.coordinator ? coordinator.isDone(at: path) : worker.isDone(at: path)
    guard isDone else { throw GranaryError.dataInTheWay(path) }
    return true
  }

  private func writeCoordinator() throws {
    switch records {
    case .own:
      try coordinator.write(to: folder.data(of: Self.coordinator), isVerified: isVerified)
    case .shared(let seat, let open):
      try coordinator.write(sharedBy: seat, open: open, isVerified: isVerified)
    }
  }

  private var coordinator: CoordinatorRestore {
    CoordinatorRestore(of: cut, in: backup, as: cluster)
  }

  private var worker: WorkerRestore {
    WorkerRestore(
      of: backup, clusterID: cluster.clusterID, shardCount: cut.shards.count,
      epoch: RestoredCluster.epoch)
  }

  private func restore(
    _ name: String, _ made: inout Made,
    _ progress: (_ node: String, _ bytes: Int, _ of: Int) throws -> Void
  ) throws {
    guard let node = NodeName(name) else { throw GranaryError.badNodeName(name) }
    let shards = cluster.shards(of: node).map { cut.shards[$0] }
    let all = shards.reduce(0) { $0 + $1.bytes }
    var done = 0
    try worker.write(shards, to: folder.data(of: name), isVerified: isVerified) { bytes in
      done += bytes
      try progress(name, done, all)
    }
    made.copies += shards.count
    made.bytes += all
  }
}

extension ClusterRestore.Made {
  func text(of cut: BackupCut, _ folder: ClusterFolder, isWhole: Bool) -> String {
    let seconds = Double(milliseconds) / 1_000
    var text = ""
    if !nodes.isEmpty {
      text += "\(nodes.joined(separator: ", ")): "
      let rows = "\(Readable.grouped(copies, "shard", "shards")), \(Readable.bytes(bytes))"
      text += "\(nodes == [ClusterRestore.coordinator] ? "its records" : rows) as of "
      text += "\(CutName.time(cut.seconds)) in \(Readable.duration(seconds: seconds))"
      text += isVerified ? ", read back and compared row by row\n" : "\n"
    }
    if !earlier.isEmpty {
      text += "There already, and not touched: \(earlier.joined(separator: ", "))\n"
    }
    for run in cut.runs {
      text += "Run \(run.run) (\(run.kind)) was at work when the backup was made: start it again.\n"
    }
    text +=
      isWhole
      ? "Start it: granary up --cluster \(folder.path)\n"
      : "Start it when every node has its part; the coordinator's is `--only coordinator`.\n"
    return text
  }

  func json(of cut: BackupCut) -> String {
    var json = JSONText()
    json.object { json in
      json.array("nodes") { json in for node in nodes { json.element(node) } }
      json.array("earlier") { json in for node in earlier { json.element(node) } }
      json.member("cluster", String(clusterID, radix: 16))
      json.member("time", CutName.time(cut.seconds))
      json.member("copies", copies)
      json.member("bytes", bytes)
      json.member("isVerified", isVerified)
      json.member("seconds", Double(milliseconds) / 1_000)
    }
    json.newline()
    return json.drain()
  }
}
