import CommandLineArguments
import Coordination
import Demand
import FoundationEssentials
import TestSupport
import Testing
import Threading

@testable import ClientNode
@testable import granary

@Suite("The verbs of a client")
struct ClientVerbTests {
  /// Runs the program; its output, its errors and its exit status.
  private func run(
    _ words: [String], in folder: TemporaryFolder
  ) throws -> (output: String, errors: String, exit: ChildProcess.Exit) {
    let program = try #require(RealCluster.program)
    var command = ChildProcess.Command(executable: program, name: "granary", arguments: words)
    command.environment = ChildProcess.currentEnvironment.filter { !$0.key.hasPrefix("GRANARY_") }
    let name = UUID().uuidString
    let (output, errors) = (folder.file("\(name).out"), folder.file("\(name).err"))
    command.standardOutput = .file(output)
    command.standardError = .file(errors)
    let exit = try ChildProcess(command).wait()
    return (try FakeCluster.read(output), try FakeCluster.read(errors), exit)
  }

  @Test("A folder is taken in so that what refers to something comes after it")
  func folderOrder() throws {
    let folder = try TemporaryFolder()
    for name in ["sales", "items", "policy", "distribution", "warehouses", "suppliers", "other"] {
      try FakeCluster.write("", to: folder.file("\(name).csv"))
    }
    let verb = try IngestVerb.parse([folder.path], program: "granary")
    #expect(
      try verb.inputs().map(\.table) == [
        .warehouses, .policy, .items, .suppliers, .distribution, .sales,
      ])
  }

  @Test(
    "The table of a file is guessed from its name",
    arguments: [
      ("inventory-2026.csv", InputTable.inventory), ("a/Items.csv", .items), ("orders.csv", .sales),
    ])
  func guess(path: String, table: InputTable) { #expect(InputTable(guessedFrom: path) == table) }

  @Test("A quantile that forecasts do not carry is refused with those that they do")
  func quantiles() {
    let error = #expect(throws: ArgumentError.self) { _ = try ForecastRows(quantiles: [0.42]) }
    #expect(error?.description.contains("0.9") == true)
  }

  @Test(
    "Without a cluster a verb says so and ends with 4",
    arguments: [
      ["status"], ["shards"], ["train"], ["get", "A"], ["explain", "sku", "A"],
      ["export", "sales", "--output", "-"],
    ])
  func noCluster(words: [String]) throws {
    let folder = try TemporaryFolder()
    let result = try run(words + ["--cluster", folder.path], in: folder)
    #expect(result.exit == .code(ExitCode.unreachable.rawValue))
    #expect(result.errors.contains("granary up"))
    #expect(result.output.isEmpty)
  }

  @Test("Status begins with the colour and why")
  func statusText() throws {
    let json = """
      {"cluster": "1", "colour": "red", "moves": 0, "nodes": [], "placementVersion": 1,
       "reasons": ["worker b is lost", "look"], "refusedFrames": {"no key": 2}, "runs": [],
       "servedShards": 4, "shards": 8, "uptimeSeconds": 5, "events": []}
      """
    let status = try JSONDecoder().decode(ClusterStatus.self, from: Data(json.utf8))
    let lines = StatusText(status).text.split(separator: "\n")
    #expect(lines.first == "RED  worker b is lost; look")
    #expect(lines.contains("refused: 2 no key"))
  }

  @Test("Rows go in by ingest and come out by export, status, shards and explain")
  func roundTrip() throws {
    let cluster = try RealCluster()
    _ = try cluster.client().refreshMap()
    let folder = cluster.folder
    let sales = """
      sku,location,date,units,price,promotion,in_stock
      A,BCN,2026-01-01,3,1.5,1,1
      A,BCN,2026-01-02,-2,,0,1
      A,BCN,2026-01-04,0,,0,0

      """
    try FakeCluster.write(sales, to: folder.file("sales.csv"))
    let access = ["--cluster", folder.path]
    let ingest = try run(
      ["ingest", folder.file("sales.csv"), "--returns", "net", "--json"] + access, in: folder)
    #expect(ingest.exit == .code(0), "\(ingest.errors)")
    #expect(ingest.output.contains("\"rows\":3,"))
    #expect(ingest.output.contains("\"returns\":1,\"returnsRule\":\"net\",\"outOfStock\":1,"))
    #expect(try run(["export", "sales", "--output", "-"] + access, in: folder).output == sales)
    let status = try run(["status", "--json"] + access, in: folder)
    let decoded = try JSONDecoder().decode(ClusterStatus.self, from: Data(status.output.utf8))
    #expect(decoded.nodes.map(\.name) == [RealCluster.worker])
    #expect(try run(["shards"] + access, in: folder).output.contains("served"))
    let explanation = try run(["explain", "sku", "A"] + access, in: folder)
    #expect(explanation.output.hasPrefix("A is in shard "), "\(explanation.errors)")
    let get = try run(["get", "A"] + access, in: folder)
    #expect(get.exit == .code(ExitCode.failure.rawValue))
    #expect(get.errors.contains("no forecast of \"A\""))
  }

  @Test("A strict file with a bad row ends with 3, and nothing is there")
  func strict() throws {
    let cluster = try RealCluster()
    _ = try cluster.client().refreshMap()
    let folder = cluster.folder
    try FakeCluster.write(
      "sku,location,date,units\nA,BCN,2026-01-01,3\nA,BCN,oops,3\n", to: folder.file("sales.csv"))
    let access = ["--cluster", folder.path]
    let ingest = try run(["ingest", folder.file("sales.csv"), "--strict"] + access, in: folder)
    #expect(ingest.exit == .code(ExitCode.dataRefused.rawValue))
    #expect(ingest.errors.contains("sales.csv:3:"))
    let export = try run(["export", "sales", "--output", "-"] + access, in: folder)
    #expect(export.output == "sku,location,date,units,price,promotion,in_stock\n")
  }
}
