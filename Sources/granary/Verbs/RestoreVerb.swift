import Backup
import CommandLineArguments
import CoordinatorNode
import Coordination
import Settings
import Storage
import Threading
import WireProtocol

/// `granary restore`: a cluster made of a backup.
struct RestoreVerb: Command {
  static let name = "restore"
  static let abstract =
    "Make a cluster of a backup, on this machine or a part of it on each of several."
  static let discussion = """
    Writes the data of a coordinator and of workers, as many as are wanted, into a folder in \
    which nothing runs; starting them is all that is left to do: `granary up` where everything is \
    on this machine. It is another cluster than the one that was backed up: workers of that one, \
    should they come back, are refused. A folder of data that is there is never touched; \
    interrupted, the same command goes on. For several hosts, give the same backup and the same \
    options on each of them, and which node to make there: who gets which shards follows from \
    the names. Coordinators that share their records in etcd (`coordinator.store`) have them \
    written there, once, from any of the hosts. Keys are in no backup: `granary up` makes those \
    that are missing, on several hosts `granary keys` does.
    """
  static let examples = [
    Example(
      "granary restore backups --cluster restored --workers 3 --verify",
      "A cluster of three workers on this machine; `granary up --cluster restored` starts it."),
    Example(
      "granary restore backups --cluster part --nodes east,west --hosts rack-1,rack-2 --only east",
      "The part of one of two hosts."),
  ]

  @Argument("DIR", help: "The folder of the backups.") var backups: Path
  @Option("NAME", help: "Which backup; the newest unless given. `granary backup DIR --list`.")
  var cut: String?
  @Option("DIR", help: "The cluster's folder; else $GRANARY_CLUSTER_FOLDER, else .granary.")
  var cluster: Path?
  @Option("N", .within(1...ScaleRequest.mostWorkers), help: "Workers, all on this machine.")
  var workers: Int?
  @Option("NAMES", help: "The names of all workers, with commas between them.") var nodes: String?
  @Option("NAMES", help: "The host of each of them, as its `worker.host` says.") var hosts: String?
  @Option("NODE", help: "Make this worker alone, or `coordinator`.") var only: String?
  @Flag(help: "Read back what was written, and compare it row by row.") var verify: Bool
  @Flag(help: "Print JSON.") var json: Bool
  var settings = SettingsOptions()

  func validate() throws {
    guard (workers == nil) != (nodes == nil) else {
      throw ArgumentError.contradiction(
        "who gets the shards? --workers N for a cluster on this machine, or --nodes NAMES")
    }
    guard hosts == nil || nodes != nil else {
      throw ArgumentError.contradiction("--hosts goes with --nodes: one host for each of them")
    }
  }

  func run() throws -> ExitCode {
    let interruption = try Interruption()
    let resolved = try settings.resolve(of: "granary restore")
    let roster = try RestoreRoster(
      workers: workers, nodes: nodes, hosts: hosts, replication: resolved.coordinator.replication)
    let backup = try BackupFolder(existing: backups.description)
    let cut = try backup.cut(cut)
    let folder = ClusterFolder(named: cluster)
    try Folder.make(folder.path, mode: 0o700)
    let lock = only == nil ? try UpVerb.lock(folder) : nil
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress(isForPrograms: json)
    defer { progress.clear() }
    let restore = ClusterRestore(
      backup: backup, cut: cut, cluster: try roster.cluster(of: cut), folder: folder,
      records: try CoordinatorRecords(restoring: only, resolved), isVerified: verify)
    let made = try restore.make(only: only) { node, bytes, all in
      if interruption.isRequested {
        throw GranaryError.restoreInterrupted
      }
      progress.show(
        ProgressReading(
          "restoring \(node)", count: bytes >> 20, of: max(1, all >> 20), BackupText.mebibytes))
    }
    if only == nil {
      let state = UpState(
        process: 0, wanted: roster.nodes.count,
        workers: roster.nodes.map { UpState.Worker(name: $0.name.text, phase: .serving) },
        token: nil, trouble: nil)
      // Where the cluster was started since, its own state counts.
      if UpState(in: folder) == nil { try state.write(in: folder) }
    }
    progress.clear()
    try Terminal.standardOutput.write(
      json ? made.json(of: cut) : made.text(of: cut, folder, isWhole: only == nil))
    return .success
  }
}

/// The workers of a cluster that is to be.
struct RestoreRoster {
  let nodes: [RestoredCluster.Node]
  let replication: Int

  init(workers: Int?, nodes: String?, hosts: String?, replication: Int) throws {
    self.replication = replication
    func list(_ text: String) -> [String] {
      text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let names = nodes.map(list) ?? (1...(workers ?? 1)).map(WorkerRoster.name)
    // Workers of one machine say that they are on one host.
    let places = hosts.map(list) ?? (nodes == nil ? names.map { _ in "" } : names)
    guard places.count == names.count else {
      throw ArgumentError.contradiction(
        "--hosts names \(places.count) hosts and --nodes \(names.count) workers; one host each")
    }
    self.nodes = try zip(names, places).map { name, host in
      RestoredCluster.Node(name: try WorkerName.node(name), host: host)
    }
  }

  func cluster(of cut: BackupCut) throws -> RestoredCluster {
    let cluster = RestoredCluster(
      seed: cut.seed, shardCount: cut.shards.count, nodes: nodes, replication: replication)
    guard let cluster else {
      throw ArgumentError.contradiction(
        "\(nodes.count) workers, each of another name, at most \(Limits.nodes): "
          + nodes.map(\.name.text).joined(separator: ", "))
    }
    return cluster
  }
}
