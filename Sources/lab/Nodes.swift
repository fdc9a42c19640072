import Glibc
import Settings
import Synchronization
import Threading

/// The processes of a cluster on its hosts, started, hurt and started again.
final class Nodes: Sendable {
  /// The coordinator's name.
  static let coordinator = "coordinator"
  /// The workers, each on a host of its own; the last one joins late, on the clients' host.
  static let workers = (1..<Network.hostCount).map { "worker-\($0)" }
  /// The one that joins late.
  static var spare: String { "worker-\(Network.hostCount - 1)" }
  /// The port of every node that has a host for itself.
  static let port = 7_700
  /// How long a process may take to end in order.
  static let endMilliseconds = 20_000

  private struct Node {
    var process: ChildProcess?
    /// Whether it should run: else its end is as it should be.
    var isWanted = false
  }

  /// Which nodes there are.
  let layout: Layout
  /// What each of them is started with.
  let installation: Installation
  let network: Network
  let hosts: [Host]
  let settings: [String]
  let perWorker: @Sendable (String) -> [String]
  private let logs: String
  private let nodes: Mutex<[String: Node]>

  init(
    _ layout: Layout = Layout(), _ installation: Installation, network: Network, hosts: [Host],
    logs: String, settings: [String], perWorker: @escaping @Sendable (String) -> [String]
  ) {
    self.layout = layout
    self.installation = installation
    self.network = network
    self.hosts = hosts
    self.logs = logs
    self.settings = settings
    self.perWorker = perWorker
    nodes = Mutex([:])
  }

  /// The number of the host that a node is on, in a cluster with one coordinator.
  static func host(of name: String) -> Int {
    (workers.firstIndex(of: name) ?? -1) + 2
  }

  /// The disk of a node.
  func disk(of name: String) -> Host { hosts[layout.host(of: name) - 1] }

  /// What a node says while it runs.
  func log(of name: String) -> String { "\(logs)/\(name).log" }

  /// The workers that should run now, in order.
  var wantedWorkers: [String] {
    nodes.withLock { nodes in layout.workers.filter { nodes[$0]?.isWanted ?? false } }
  }

  /// Starts a node; one that runs already is left as it is. One that is not wanted is to end by
  /// itself.
  func start(_ name: String, isWanted: Bool = true) throws {
    var command = try command(for: name)
    command.standardOutput = .file(log(of: name))
    command.standardError = .file(log(of: name))
    // A terminal's Control-C is for the lab, which ends its nodes itself.
    command.ownProcessGroup = true
    let started = command
    try nodes.withLock { nodes throws(ChildProcessError) in
      guard nodes[name]?.process?.isRunning != true else { return }
      nodes[name] = Node(process: try ChildProcess(started), isWanted: isWanted)
    }
  }

  /// Kills all nodes of a host at once; gives those that ran.
  func killAll(on host: Int) -> [String] {
    let names = layout.nodes(on: host).filter { process($0)?.isRunning ?? false }
    for name in names { expectEnd(of: name) }
    for name in names { process(name)?.kill(SIGKILL) }
    for name in names { process(name)?.wait() }
    return names
  }

  /// Kills a node.
  func kill(_ name: String) {
    expectEnd(of: name)
    process(name)?.kill(SIGKILL)
    process(name)?.wait()
  }

  /// Sends a node a signal that does not end it.
  func signal(_ name: String, _ signal: Int32) { process(name)?.kill(signal) }

  /// Asks a node to end and waits for it; nothing when it does not.
  func end(
    _ name: String, with signal: Int32, milliseconds: Int = endMilliseconds
  ) -> ChildProcess.Exit? {
    expectEnd(of: name)
    guard let process = process(name) else { return nil }
    process.kill(signal)
    return process.wait(timeoutMilliseconds: milliseconds)
  }

  /// How a node ended that is to end by itself; nothing when it does not.
  func awaitEnd(of name: String, milliseconds: Int) -> ChildProcess.Exit? {
    process(name)?.wait(timeoutMilliseconds: milliseconds)
  }

  /// Nodes that ended though nobody ended them, with how; each is told once and is not wanted any
  /// more.
  func takeUnwantedEnds() -> [(name: String, exit: ChildProcess.Exit)] {
    nodes.withLock { nodes in
      var ends: [(name: String, exit: ChildProcess.Exit)] = []
      for name in nodes.keys.sorted() {
        guard let node = nodes[name], node.isWanted,
          let exit = node.process?.wait(timeoutMilliseconds: 0)
        else { continue }
        nodes[name]?.isWanted = false
        ends.append((name, exit))
      }
      return ends
    }
  }

  /// Ends everything, workers first and what keeps the records last; gives those that did not end
  /// well.
  func endAll() -> [String] {
    var bad: [String] = []
    let all = nodes.withLock { nodes in
      nodes.keys.filter { nodes[$0]?.process?.isRunning ?? false }.sorted()
    }
    let running = all.filter { !layout.isMember($0) }
    defer {
      for name in all where layout.isMember(name) { kill(name) }
    }
    for name in running.reversed() { signal(name, SIGCONT) }
    for name in running.reversed() where end(name, with: SIGINT) != .code(0) {
      bad.append(name)
      kill(name)
    }
    return bad
  }

  private func expectEnd(of name: String) {
    nodes.withLock { $0[name]?.isWanted = false }
  }

  private func process(_ name: String) -> ChildProcess? {
    nodes.withLock { $0[name]?.process }
  }
}
