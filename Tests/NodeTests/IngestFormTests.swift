import Demand
import Settings
import Tables
import TestSupport
import Testing

@testable import ClientNode

@Suite("What inputs look like, and what is said of them")
struct IngestFormTests {
  private static let header = "sku,location,date,units,in_stock\n"

  private func report(_ text: String, returns: ReturnsRule) throws -> (IngestReport, [String]) {
    let cluster = try FakeCluster(workers: 1)
    var input = IngestInput(path: try cluster.file("sales.csv", text), table: .sales)
    input.returns = returns
    let report = try ClientIngestTests.ingest(cluster, input)
    return (report, try cluster.workers.flatMap { try $0.rows() }.sorted())
  }

  @Test("returns are refused, netted or left out, and counted")
  func returns() throws {
    let text = Self.header + "A,N,2026-11-20,5,\nA,N,2026-11-20,-2,\nB,N,2026-11-20,-1,0\n"
    let (refused, some) = try report(text, returns: .refuse)
    #expect(refused.reasons == [.negativeUnits: 2])
    #expect(refused.notes.returns == 0)
    #expect(some.count == 1)
    let (netted, all) = try report(text, returns: .net)
    #expect(netted.notes.returns == 2 && netted.rejected == 0 && netted.rows == 3)
    #expect(netted.notes.outOfStock == 1 && netted.ignoredRows == 0)
    #expect(all.count == 3)
    let (ignored, left) = try report(text, returns: .ignore)
    #expect(ignored.notes.returns == 2 && ignored.rejected == 0 && ignored.rows == 3)
    #expect(ignored.ignoredRows == 2)
    #expect(left == some)
  }

  @Test("the same file with another rule for returns is another input, refused ones are as ever")
  func identity() throws {
    let folder = try TemporaryFolder()
    try FakeCluster.write(Self.header, to: folder.file("sales.csv"))
    var input = IngestInput(path: folder.file("sales.csv"), table: .sales)
    var sources: Set<SourceID> = []
    for rule in ReturnsRule.allCases {
      input.returns = rule
      sources.insert(try input.source())
    }
    #expect(sources.count == 3)
  }

  @Test("rows that add to an earlier one of the same key are counted, returns are not")
  func repeats() throws {
    let text =
      Self.header + "A,N,2026-11-20,5,\nB,N,2026-11-20,1,\nA,N,2026-11-20,2,\nA,N,2026-11-20,-1,\n"
      + "A,M,2026-11-20,2,\nA,N,2026-11-20,0,\nA,N,2026-11-21,2,\n"
    let (report, _) = try report(text, returns: .net)
    #expect(report.notes.repeats == 2)
    #expect(report.notes.repeatsAreAll)
  }

  @Test("thousands of series are told apart, and a row that goes back in time is not counted")
  func manySeries() {
    var seen = SeenSeries()
    var random = SplitMix64(seed: 9)
    let locations = ["north", "south"].map { Array($0.utf8) }
    func add(_ sku: Int, _ place: Int, _ day: Int32) {
      unsafe locations[place].withUnsafeBufferPointer {
        unsafe seen.add(digest: UInt64(sku) &* 0x9E37_79B9_7F4A_7C15, location: $0, day: day)
      }
    }
    for day in Int32(0)..<4 {
      for key in (0..<20_000).shuffled(using: &random) { add(key / 2, key % 2, day) }
    }
    #expect(seen.repeats == 0 && seen.isComplete)
    for key in 0..<7 { add(key, 1, 3) }
    #expect(seen.repeats == 7 && seen.isComplete)
    add(0, 0, 2)
    #expect(seen.repeats == 7 && !seen.isComplete)
  }

  @Test("NDJSON and text with semicolons are the same rows, and the report says what they were")
  func formats() throws {
    let cluster = try FakeCluster(workers: 1)
    let lines = #"{"sku":"A","location":"N","date":"2026-11-20","units":5}"# + "\n"
    let json = IngestInput(path: try cluster.file("sales.ndjson", lines), table: .sales)
    #expect(try ClientIngestTests.ingest(cluster, json).format == .json)
    let text = "sku;location;date;units\nB;N;2026-11-20;5\n"
    let semicolons = IngestInput(path: try cluster.file("more.csv", text), table: .sales)
    #expect(
      try ClientIngestTests.ingest(cluster, semicolons).format == .delimited(.semicolon))
    #expect(try cluster.workers.flatMap { try $0.rows() }.count == 2)
  }

  @Test("a folder has a table once: as CSV or as NDJSON")
  func folder() throws {
    let folder = try TemporaryFolder()
    #expect(try InputTable.items.path(in: folder.path) == nil)
    try FakeCluster.write("{\"sku\":\"A\"}\n", to: folder.file("items.jsonl"))
    #expect(try InputTable.items.path(in: folder.path) == folder.file("items.jsonl"))
    try FakeCluster.write("sku\nA\n", to: folder.file("items.csv"))
    let error = #expect(throws: ClientError.self) { try InputTable.items.path(in: folder.path) }
    let words = error.map { "\($0)" } ?? ""
    #expect(words.contains("items.csv and ") && words.contains("items.jsonl are both there"))
  }
}
