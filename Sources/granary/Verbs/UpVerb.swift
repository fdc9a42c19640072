import CommandLineArguments
import Glibc
import Messaging
import Settings
import Storage
import Threading

/// `granary up`: a whole cluster on this machine, which ends with this process.
struct UpVerb: Command {
  static let name = "up"
  static let abstract = "Run a whole cluster on this machine: a coordinator and some workers."
  static let discussion = """
    Makes the keys that are missing, starts a coordinator and workers, and prints a line that \
    starts with "ready:" when the cluster serves. Everything is in the cluster's folder: keys, \
    data, and a log for each process. A process that dies is started again; it goes on with what \
    it had acknowledged. `granary scale N` starts more workers or ends some, and the next \
    `granary up` has as many. SIGINT (Control-C) and SIGTERM stop everything and keep the data for \
    the next time.
    """
  static let examples = [
    Example("granary up", "Three workers in .granary."),
    Example(
      "granary up --cluster cluster --workers 8 --set cluster.shards=64",
      "Eight workers; the number of shards is fixed when the cluster is made."),
  ]

  /// How many workers a new cluster has.
  private static let usualWorkers = 3

  @Option("DIR", help: "The cluster's folder.") var cluster: Path?
  @Option(
    "N", .within(1...ScaleRequest.mostWorkers),
    help: "Workers; as many as the last time unless given, and 3 at first.") var workers: Int?
  var settings = SettingsOptions()

  func run() throws -> ExitCode {
    let folder = ClusterFolder(named: cluster)
    let earlier = UpState(in: folder)
    let workers = workers ?? earlier?.wanted ?? Self.usualWorkers
    let resolved = try settings.resolve(
      commandDefaults: [
        "cluster.shards": "16", "cluster.minimumWorkers": workers.argumentText,
      ], of: "granary up")
    guard resolved.cluster.minimumWorkers <= workers else {
      throw ArgumentError.contradiction(
        "cluster.minimumWorkers \(resolved.cluster.minimumWorkers) "
          + "(\(resolved.origin(of: "cluster.minimumWorkers"))) is more than --workers \(workers): "
          + "nothing would ever be served; raise --workers or lower it")
    }
    // What the last time left with data is started, and leaves in order if it is one too many.
    let roster = WorkerRoster(wanted: workers, known: earlier?.workers.map(\.name) ?? [])
    try Folder.make(folder.path, mode: 0o700)
    let lock = try Self.lock(folder)
    let made = try KeysVerb.provision(folder, workers: roster.entries.map(\.name))
    if !made.isEmpty {
      let nodes = made.map(\.node).joined(separator: ", ")
      try Terminal.standardError.write("made keys in \(folder.keys): \(nodes)\n")
    }
    let words = childWords(folder, resolved)
    var cluster = try LocalCluster(
      folder: folder,
      coordinator: Self.process("coordinator", ["coordinator"] + words, folder), roster: roster
    ) { name in
      try KeysVerb.provision(folder, workers: [name])
      return Self.process(name, ["worker", "--name", name] + words, folder)
    }
    defer { withExtendedLifetime(lock) {} }
    return try cluster.run()
  }

  /// What all processes are told: the settings as they were given, and what `up` decides.
  private func childWords(_ folder: ClusterFolder, _ resolved: ResolvedSettings) -> [String] {
    let decided = [
      ("cluster.shards", resolved.cluster.shards),
      ("cluster.minimumWorkers", resolved.cluster.minimumWorkers),
    ]
    var words = ["--cluster", folder.path]
    if let config = settings.config { words += ["--config", config.description] }
    for assignment in settings.set where !decided.contains(where: { $0.0 == assignment.name }) {
      words += ["--set", assignment.description]
    }
    for (name, value) in decided { words += ["--set", "\(name)=\(value)"] }
    return words
  }

  private static func process(
    _ name: String, _ words: [String], _ folder: ClusterFolder
  ) -> ClusterProcess {
    var command = ChildProcess.Command(
      executable: ChildProcess.runningExecutable, name: "granary",
      arguments: [ParentOption.word(getpid())] + words)
    command.standardOutput = .file(folder.log(of: name))
    command.standardError = .file(folder.log(of: name))
    // Control-C is for `up` alone, which stops the others in order.
    command.ownProcessGroup = true
    return ClusterProcess(name: name, command: command, log: folder.log(of: name))
  }

  /// One `up` at a time: the lock ends with the process, however that ends.
  static func lock(_ folder: ClusterFolder) throws -> FileLock {
    do {
      return try FileLock("\(folder.path)/up.lock")
    } catch {
      guard case .heldByProcess(let process) = error.kind else { throw error }
      throw GranaryError.clusterIsUp(folder: folder.path, process: process)
    }
  }
}
