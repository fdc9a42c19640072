import CommandLineArguments
import Coordination
import Demand
import FoundationEssentials
import Glibc
import Messaging
import Packing
import Settings
import TestSupport
import Testing
import Threading
import WireProtocol

@testable import ClientNode

/// A cluster of real processes: a coordinator and one worker.
final class RealCluster {
  static let worker = "worker-1"

  let folder: TemporaryFolder
  private var processes: [String: ChildProcess] = [:]

  init(shards: Int = 8) throws {
    folder = try TemporaryFolder()
    let cluster = ClusterFolder(path: folder.path)
    try FileManager.default.createDirectory(
      atPath: cluster.keys, withIntermediateDirectories: true)
    var list = ""
    for (role, name) in [
      (Messaging.Role.coordinator, "coordinator"), (.worker, Self.worker), (.client, "client"),
      (.operator, "operator"),
    ] {
      let keys = try CurveKeyPair.generate()
      try KeyFile.writeSecret(keys, to: cluster.secretKey(of: name))
      try KeyFile.writePublic(keys.publicKey, to: cluster.publicKey(of: name))
      guard let identity = Identity(role: role, node: name) else {
        throw TestFailure("\(name) is no name")
      }
      list += AllowList.line(keys.publicKey, identity) + "\n"
    }
    try FakeCluster.write(list, to: cluster.allowList)
    try start("coordinator", ["coordinator", "--set", "cluster.shards=\(shards)"])
    try startWorker()
  }

  func startWorker() throws { try start(Self.worker, ["worker", "--name", Self.worker]) }

  private func start(_ name: String, _ words: [String]) throws {
    let program = try #require(Self.program, "the build puts granary beside the tests")
    var command = ChildProcess.Command(
      executable: program, name: "granary", arguments: words + ["--cluster", folder.path])
    command.environment = ChildProcess.currentEnvironment.filter { !$0.key.hasPrefix("GRANARY_") }
    command.standardError = .file(ClusterFolder(path: folder.path).log(of: name))
    processes[name] = try ChildProcess(command)
  }

  /// Ends a process as a loss of power would.
  func kill(_ name: String) {
    guard let process = processes.removeValue(forKey: name) else { return }
    _ = process.kill(SIGKILL)
    _ = process.wait()
  }

  /// A client, as soon as the coordinator has said where it is.
  func client(for role: Messaging.Role = .client) throws -> ClusterClient {
    let clock = MonotonicClock()
    let deadline = clock.now + 20_000
    while clock.now < deadline {
      if let access = try? ClusterAccess(folder: folder.path, for: role, environment: [:]) {
        return try ClusterClient(access)
      }
      usleep(5_000)
    }
    throw TestFailure("the coordinator has not started within 20 s")
  }

  static let program: String? = {
    let starts =
      [CommandLine.arguments.first ?? "", ChildProcess.runningExecutable]
      + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    return starts.lazy.flatMap { start -> [String] in
      var folder = URL(filePath: start).resolvingSymlinksInPath()
      return (0..<4).map { _ in
        folder.deleteLastPathComponent()
        return folder.appendingPathComponent("granary").path
      }
    }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()
}

@Suite("A client and real nodes", .serialized)
struct ClientClusterTests {
  private static let settings = ClientIngestTests.settings(credits: 8, batchKiB: 4)

  /// What the cluster holds, by series and day.
  private func stored(_ client: ClusterClient) throws -> [String: Double] {
    var sums: [String: Double] = [:]
    _ = try Exporter(client).stream(.series) { (row) throws(ClientError) in
      let place = "\(row.sku),\(row.location.map(\.description) ?? "")"
      guard let series = try? DemandSeries(packed: row.value) else {
        throw .unexpected(node: "the worker", what: "no series")
      }
      for (day, units) in series.units.enumerated() where units > 0 {
        sums["\(place),\(series.start + day)"] = units
      }
    }
    return sums
  }

  private func expected(_ sales: String) -> [String: Double] {
    var sums: [String: Double] = [:]
    for line in sales.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      guard let units = Double(fields[3]), units > 0 else { continue }
      sums[fields[0...2].joined(separator: ","), default: 0] += units
    }
    return sums
  }

  @Test("What was ingested is there, and ingesting it again changes nothing")
  func ingest() throws {
    let cluster = try RealCluster()
    let client = try cluster.client()
    let sales = ClientIngestTests.sales(rows: 4_000)
    try FakeCluster.write(sales, to: cluster.folder.file("sales.csv"))
    let input = IngestInput(path: cluster.folder.file("sales.csv"), table: .sales)
    var reports: [IngestReport] = []
    let ingestor = Ingestor(client, settings: Self.settings)
    try ingestor.ingest([input, input]) { reports.append($0) }
    #expect(reports.map(\.wasKnown) == [false, true])
    #expect(try stored(client) == expected(sales))
  }

  @Test("A worker that is killed in the middle of an ingest and started again has every row once")
  func killedWorker() throws {
    let cluster = try RealCluster()
    let client = try cluster.client()
    let sales = ClientIngestTests.sales(rows: 120_000, skus: 200)
    try FakeCluster.write(sales, to: cluster.folder.file("sales.csv"))
    var looks = 0
    let ingestor = Ingestor(
      client, settings: Self.settings,
      stop: { () throws(ClientError) in
        // Looks at the sockets count the way: after some of them a part of the batches is
        // committed, a part is on its way, and a part is not cut yet.
        looks += 1
        guard looks == 40 else { return }
        cluster.kill(RealCluster.worker)
        do { try cluster.startWorker() } catch { throw .inputRefused("\(error)") }
      })
    try ingestor.ingest([
      IngestInput(path: cluster.folder.file("sales.csv"), table: .sales)
    ]) { #expect($0.rows == 120_000) }
    #expect(looks > 40)
    #expect(try stored(client) == expected(sales))
  }

  @Test("A key that is not on the list is refused with the line to add")
  func wrongKey() throws {
    let cluster = try RealCluster()
    _ = try cluster.client().refreshMap()
    let secret = ClusterFolder(path: cluster.folder.path).secretKey(of: "client")
    try FileManager.default.removeItem(atPath: secret)
    try KeyFile.writeSecret(try CurveKeyPair.generate(), to: secret)
    let stranger = try cluster.client()
    let error = #expect(throws: ClientError.self) { _ = try stranger.refreshMap() }
    #expect(error?.exitCode == .unauthorised)
    #expect(error?.description.contains(stranger.access.allowLine) == true)
  }

  @Test("A SKU that nobody knows cannot be explained, and one that has sales can")
  func explanation() throws {
    let cluster = try RealCluster()
    let client = try cluster.client()
    try FakeCluster.write(
      "sku,location,date,units\nA,BCN,2026-01-01,3\n", to: cluster.folder.file("sales.csv"))
    try Ingestor(client, settings: Self.settings).ingest([
      IngestInput(path: cluster.folder.file("sales.csv"), table: .sales)
    ]) { _ in }
    #expect(try client.explanation(of: try SKU("A")).contains("\"BCN\""))
    let error = #expect(throws: ClientError.self) {
      _ = try client.explanation(of: try SKU("B"))
    }
    #expect(error?.description.contains("\"B\"") == true)
    #expect(try client.status().colour == .green)
  }
}
