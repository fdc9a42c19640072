import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

/// A marketplace under shared limits on a cluster of processes, as tests of plans want it.
enum ClusterPlans {
  /// What a plan is exported as.
  static let tables = [
    "purchase_orders", "transfers", "policies", "exceptions", "prices", "run",
  ]
  static let shards = 8

  /// The sample of all tests: its limits are tight.
  static func sample(in folder: TemporaryFolder, skus: Int = 120) throws -> String {
    let path = folder.file("sample")
    let made = try Binary.run([
      "sample", "--output", path, "--skus", "\(skus)", "--warehouses", "3", "--days", "120",
    ])
    guard made.exit == .code(0) else { throw ClusterFailure(description: made.errors) }
    return path
  }

  /// A cluster that holds a sample and its forecasts; the sample's folder comes with it.
  static func cluster(
    workers: Int, skus: Int = 120
  ) async throws -> (cluster: TestCluster, sample: String) {
    let cluster = try await TestCluster(
      workers: workers, shards: shards)
    let sample = try sample(in: cluster.folder, skus: skus)
    try cluster.run("ingest", sample)
    let models = TestCluster.models.isEmpty ? ["--models", "ets"] : TestCluster.models
    try cluster.run(["train"] + models)
    try cluster.run("forecast")
    return (cluster, sample)
  }

  /// All tables of a plan as text.
  static func tables(
    of cluster: TestCluster, plan: String = "current"
  ) throws -> [String: String] {
    var found: [String: String] = [:]
    for table in tables { found[table] = try cluster.export(table, ["--plan", plan]) }
    return found
  }

  /// The rows of a table, each by the names of its columns. No field of these tables has a line
  /// break.
  static func rows(_ text: String?) -> [[String: String]] {
    let lines = (text ?? "").split(separator: "\n").map(fields)
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0), uniquingKeysWith: { $1 }) }
  }

  private static func fields(_ line: some StringProtocol) -> [String] {
    var fields = [""]
    var isQuoted = false
    for letter in line {
      switch letter {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: fields.append("")
      default: fields[fields.count - 1].append(letter)
      }
    }
    return fields
  }

  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  /// Lets a node stand still, or go on.
  static func signal(_ name: String, _ signal: Int32, in cluster: TestCluster) throws {
    guard Glibc.kill(try cluster.processID(of: name), signal) == 0 else {
      throw cluster.failure("\(name) cannot be signalled")
    }
  }

  /// Starts allocations until one is caught while it is priced, after so many rounds, and gives its
  /// run: `frozen` stands still from then on and owes its answers.
  static func pricing(
    _ cluster: TestCluster, without frozen: String, rounds: UInt64, _ words: [String]
  ) async throws -> UInt64 {
    for _ in 0..<10 {
      try signal(frozen, SIGSTOP, in: cluster)
      let run = (try cluster.status().runs.map(\.run).max() ?? 0) + 1
      try cluster.run(["allocate", "--no-wait"] + words)
      var last: ClusterStatus.RunSummary?
      let isThere = await eventually(within: TestCluster.patience) {
        last = (try? cluster.status())?.runs.first { $0.run == run }
        guard let last, last.phase != "done" else { return last != nil }
        if last.phase == "pricing", last.rounds >= rounds { return true }
        // A short spell, of a few rounds at most.
        try? signal(frozen, SIGCONT, in: cluster)
        usleep(200)
        try? signal(frozen, SIGSTOP, in: cluster)
        return false
      }
      guard isThere else { throw cluster.failure("run \(run) is not priced") }
      if last?.phase == "pricing" { return run }
      try signal(frozen, SIGCONT, in: cluster)
    }
    throw cluster.failure("no run was caught while it was priced")
  }

  static func finished(_ run: UInt64, on cluster: TestCluster) async throws {
    try await cluster.eventually("run \(run) is done") { status in
      status.runs.contains { $0.run == run && $0.phase == "done" }
    }
  }
}
