import Coordination
import FoundationEssentials
import Glibc
import Messaging
import Settings
import TestSupport
import Testing
import Threading

@testable import granary

/// What went wrong, with what helps to understand it: the last words of every process.
struct ClusterFailure: Error, CustomStringConvertible {
  var description: String
}

/// A cluster of real processes on loopback, in a folder of its own, which ends with this object.
final class TestCluster {
  /// Who starts the nodes.
  enum Style {
    /// The test, so that it can end and start each as it likes.
    case apart
    /// `granary up`, which starts again what dies.
    case up
  }

  /// Quick signs of life, so that nothing waits for a heartbeat.
  static let settings = [
    "coordinator.heartbeatSeconds=0.1", "coordinator.lostAfterSeconds=2", "worker.trainers=2",
  ]
  /// These, but where others say otherwise.
  private static func settings(with others: [String]) -> [String] {
    func name(_ setting: String) -> Substring { setting.prefix { $0 != "=" } }
    let known = Set(others.map(name))
    return settings.filter { !known.contains(name($0)) } + others
  }

  /// Far more than anything here takes.
  static let patience = Duration.seconds(60)
  /// Cheap models, where the build makes the dear ones slower by two orders of magnitude.
  static var models: [String] {
    #if DEBUG
      ["--models", "snaive,croston,tsb"]
    #else
      []
    #endif
  }

  let folder: TemporaryFolder
  let cluster: ClusterFolder
  private let style: Style
  private let words: [String]
  /// Whether each worker says that it is a machine of its own.
  private let areHosts: Bool
  /// The disk of workers that the test starts, if it is not the machine's.
  private let small: SmallDisk?
  private(set) var processes: [String: ChildProcess] = [:]
  private var starts = 0

  /// A cluster that serves all of its shards, each as often as it says. `environments` are those of
  /// single workers.
  init(
    workers: Int, _ style: Style = .apart, shards: Int = 8, replication: Int = 1,
    coordinators: Int = 1, settings: [String] = [], environment: [String: String] = [:],
    environments: [String: [String: String]] = [:], small: SmallDisk? = nil
  ) async throws {
    self.small = small
    areHosts = replication > 1 && style == .apart
    folder = try TemporaryFolder()
    cluster = ClusterFolder(path: folder.file("cluster"))
    self.style = style
    words =
      ["--cluster", cluster.path]
      + (["cluster.shards=\(shards)", "cluster.minimumWorkers=\(workers)"]
      + (replication > 1 ? ["coordinator.replication=\(replication)"] : [])
      + Self.settings(with: settings)).flatMap { ["--set", $0] }
    let names = (1...workers).map { "worker-\($0)" }
    switch style {
    case .up:
      try start("up", ["up", "--workers", "\(workers)"], environment: environment)
    case .apart:
      try Folder.make(cluster.path, mode: 0o700)
      try KeysVerb.provision(cluster, workers: names)
      try startCoordinator()
      for number in 2..<(coordinators + 1) { try startCoordinator("coordinator-\(number)") }
      for name in names {
        try startWorker(name, environment: environments[name] ?? environment)
      }
    }
    try await eventually("serves all shards") {
      $0.servedShards == shards && $0.nodes.count == workers
        && $0.nodes.allSatisfy { $0.state == "serving" }
    }
    if replication > 1 { try await eventually("has all copies", Self.hasAllCopies) }
  }

  /// Whether every shard has the copies that are wanted, in step, and nothing is under way.
  static func hasAllCopies(_ status: ClusterStatus) -> Bool {
    status.servedShards == status.shards && status.moves == 0 && status.colour == .green
  }

  // MARK: Processes

  /// Starts a coordinator.
  func startCoordinator(_ name: String = "coordinator") throws {
    let identity = try #require(Identity(role: .coordinator, node: name))
    _ = try KeyRing(folder: cluster).addMissing([identity])
    try start(name, ["coordinator", "--name", name])
  }

  /// Starts a worker, for which there is a key or one is made.
  func startWorker(
    _ name: String, _ more: [String] = [], environment: [String: String] = [:]
  ) throws {
    try KeysVerb.provision(cluster, workers: [name])
    let host = areHosts ? ["--set", "worker.host=host-of-\(name)"] : []
    try start(name, ["worker", "--name", name] + host + more, environment: environment)
  }

  private func start(
    _ name: String, _ verb: [String], environment: [String: String] = [:]
  ) throws {
    var command = Binary.command(
      [ParentOption.word(getpid())] + verb + words, environment: environment)
    command.standardOutput = .file(folder.file("\(name).log"))
    command.standardError = .file(folder.file("\(name).log"))
    if let small, verb.first == "worker" {
      command = small.command(command, at: cluster.data(of: name))
    }
    processes[name] = try Nursery.start(command)
  }

  /// The number of a node's process; under `up` a restart changes it.
  func processID(of name: String) throws -> Int32 {
    if let process = processes[name] { return process.processID }
    guard let up = processes["up"]?.processID else { throw failure("there is no \(name)") }
    let children = try contents("/proc/\(up)/task/\(up)/children").split(separator: " ")
    let found = children.compactMap { Int32($0) }.first { child in
      ((try? contents("/proc/\(child)/cmdline")) ?? "").split(separator: "\0").contains {
        $0 == name
      }
    }
    guard let found else { throw failure("\(name) does not run") }
    return found
  }

  /// Ends a node at once, as a power cut would.
  func killNow(_ name: String) throws {
    guard Glibc.kill(try processID(of: name), SIGKILL) == 0 else {
      throw failure("\(name) cannot be killed")
    }
    processes[name]?.wait()
  }

  /// Sends a signal to a node and gives how it ended.
  func end(_ name: String, with signal: Int32) async throws -> ChildProcess.Exit {
    guard let process = processes[name] else { throw failure("there is no \(name)") }
    process.kill(signal)
    return try await exit(of: name)
  }

  /// How a node ended, as soon as it does.
  func exit(of name: String) async throws -> ChildProcess.Exit {
    guard let process = processes[name] else { throw failure("there is no \(name)") }
    guard await TestSupport.eventually(within: Self.patience, { !process.isRunning }) else {
      throw failure("\(name) does not end")
    }
    return process.wait()
  }

  /// Ends everything in order.
  func stop() async throws {
    for name in processes.keys.sorted().reversed() {
      let end = try await end(name, with: SIGINT)
      guard end == .code(0) else { throw failure("\(name) ended badly: \(end)") }
    }
    processes = [:]
  }

  // MARK: Verbs

  /// Runs a verb on the cluster, whatever comes of it.
  func attempt(_ verb: [String], input: String? = nil) throws -> Binary.Result {
    try Binary.run(verb + ["--cluster", cluster.path], input: input)
  }

  /// Runs a verb on the cluster and gives what it printed; it must succeed.
  @discardableResult
  func run(_ verb: String..., input: String? = nil, inCluster: Bool = true) throws -> String {
    try run(verb, input: input, inCluster: inCluster)
  }

  /// Runs a verb on the cluster and gives what it printed; it must succeed.
  @discardableResult
  func run(_ verb: [String], input: String? = nil, inCluster: Bool = true) throws -> String {
    let place = inCluster ? ["--cluster", cluster.path] : []
    let result = try Binary.run(verb + place, input: input)
    guard result.exit == .code(0) else {
      throw failure("granary \(verb.joined(separator: " ")): \(result.exit)\n\(result.errors)")
    }
    return result.output
  }

  /// Trains with models that suit the build.
  @discardableResult
  func train() throws -> String { try run(["train"] + Self.models) }

  /// Starts a verb that goes on beside the test; `feed` is its standard input.
  func begin(_ verb: [String], feed: Feed? = nil) throws -> RunningVerb {
    starts += 1
    let (output, errors) = (folder.file("verb-\(starts).out"), folder.file("verb-\(starts).err"))
    var command = Binary.command(verb + ["--cluster", cluster.path])
    if let feed { command.standardInput = .descriptor(feed.reader) }
    command.standardOutput = .file(output)
    command.standardError = .file(errors)
    let process = try Nursery.start(command)
    feed?.wasHandedOver()
    return RunningVerb(process: process, output: output, errors: errors)
  }

  /// Waits for a verb to end, which must succeed, and gives what it printed.
  @discardableResult
  func finish(_ verb: RunningVerb) async throws -> String {
    let hasEnded = await TestSupport.eventually(within: Self.patience) { !verb.process.isRunning }
    guard hasEnded, verb.process.wait() == .code(0) else {
      throw failure("the verb \(hasEnded ? "failed" : "does not end")\n\(tail(verb.errors))")
    }
    return try contents(verb.output)
  }

  /// A whole table as text.
  func export(_ table: String, _ words: [String] = []) throws -> String {
    let path = folder.file("export.csv")
    try run(["export", table, "--output", path] + words)
    return try contents(path)
  }

  /// What `granary status` says.
  func status() throws -> ClusterStatus {
    let text = try run("status", "--json")
    return try JSONDecoder().decode(ClusterStatus.self, from: Data(text.utf8))
  }

  /// Waits until the status is as wished, and gives it.
  @discardableResult
  func eventually(
    _ wish: String, _ condition: (ClusterStatus) -> Bool
  ) async throws -> ClusterStatus {
    var last = "no status came"
    var found: ClusterStatus?
    let isSo = await TestSupport.eventually(within: Self.patience) {
      do {
        let status = try status()
        last = "\(status)"
        guard condition(status) else { return false }
        found = status
        return true
      } catch {
        last = "\(error)"
        return false
      }
    }
    guard isSo, let found else { throw failure("waited in vain: \(wish)\nlast status: \(last)") }
    return found
  }

  // MARK: Understanding

  /// An error with the last words of every process.
  func failure(_ what: String) -> ClusterFailure { ClusterFailure(description: what + story) }

  /// The last words of every process.
  var story: String {
    let own = processes.keys.sorted().map { folder.file("\($0).log") }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: cluster.path)) ?? []
    let logs = own + names.filter { $0.hasSuffix(".log") }.sorted().map { "\(cluster.path)/\($0)" }
    return logs.map { "\n--- \($0)\n\(tail($0))" }.joined()
  }

  /// What a node has said.
  func log(of name: String) -> String { (try? contents(folder.file("\(name).log"))) ?? "" }

  private func tail(_ path: String) -> String {
    let lines = ((try? contents(path)) ?? "").split(separator: "\n")
    return lines.suffix(20).joined(separator: "\n")
  }

  deinit {
    // Asked first: `up` takes its nodes along in order.
    for process in processes.values { process.kill(SIGINT) }
    for process in processes.values where process.wait(timeoutMilliseconds: 5_000) == nil {
      process.kill(SIGKILL)
    }
  }
}

/// A verb that goes on beside the test.
struct RunningVerb {
  var process: ChildProcess
  var output: String
  var errors: String
}

/// What a file holds.
func contents(_ path: String) throws -> String {
  try String(contentsOf: URL(filePath: path), encoding: .utf8)
}
