import Coordination
import FoundationEssentials
import Glibc
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Sales on their way in, whatever happens to the worker.
  @Suite("Taking sales in")
  struct FaultIngestTests {
    @Test("applies every row once though the worker is killed in the middle")
    func killedWorker() async throws {
      let cluster = try await TestCluster(workers: 1, .up)
      let seed: UInt64 = 20_261_120
      let sales = Sales.made(rows: 24_000, seed: seed)
      let half = sales.rows.count / 2

      let feed = try Feed()
      let ingest = try cluster.begin(
        ["ingest", "-", "--source", "day-1"] + Feed.fewInFlight, feed: feed)
      try feed.write(Sales.header + sales.rows[..<half].joined())
      try await cluster.eventually("some batches are in") {
        $0.nodes.contains { $0.batchesApplied > 0 }
      }
      let before = try cluster.processID(of: "worker-1")
      try cluster.killNow("worker-1")
      try feed.write(sales.rows[half...].joined())
      feed.end()
      try await cluster.finish(ingest)

      #expect(try cluster.processID(of: "worker-1") != before)
      let stored = try cluster.export("sales")
      #expect(
        sales.differences(fromExport: stored) == [], "seed \(seed)\(cluster.story)")

      // Sent again as a whole it changes nothing; under another name it would count once more.
      let report = try cluster.run(
        ["ingest", "-", "--source", "day-1", "--json"] + Feed.fewInFlight, input: sales.text)
      let counts = try JSONDecoder().decode(Report.self, from: Data(report.utf8))
      #expect(counts.rows == sales.rows.count)
      #expect(counts.batches > 0 && counts.knownBatches == counts.batches, "\(report)")
      #expect(try cluster.export("sales") == stored)

      // The first row of a key sets it, a later one adds, and other keys stay.
      let key = try #require(sales.sums.keys.sorted { "\($0)" < "\($1)" }.first)
      let day = "\(key.sku),\(key.location),\(key.date)"
      try cluster.run(
        "ingest", "-", "--source", "correction", "--replace",
        input: "\(Sales.header)\(day),1000\n\(day),1\n")
      let corrected = Sales.sums(ofExport: try cluster.export("sales"))
      #expect(corrected == sales.sums.merging([key: 1_001]) { _, new in new })
    }

    @Test("puts bad rows aside with line and reason, and applies nothing of them when strict")
    func badRows() async throws {
      let cluster = try await TestCluster(workers: 1)
      try write("id\nnorth\nsouth\n", to: cluster.folder.file("warehouses.csv"))
      try cluster.run("ingest", cluster.folder.file("warehouses.csv"))
      let file = cluster.folder.file("sales.csv")
      let bad = """
        sku,location,date,units
        A,north,2026-01-01,2
        A,north,2026-13-01,2
        A,north,2026-01-02,-3
        A,west,2026-01-02,3
        A,south,2026-01-02,4

        """
      try write(bad, to: file)

      let strict = try cluster.attempt(["ingest", file, "--strict"])
      #expect(strict.exit == .code(3))
      #expect(strict.errors.contains("sales.csv:3: "), "\(strict.errors)")
      #expect(strict.errors.contains("nothing was applied"), "\(strict.errors)")
      #expect(Sales.sums(ofExport: try cluster.export("sales")).isEmpty)

      let report = try cluster.run("ingest", file, "--json")
      let counts = try JSONDecoder().decode(Report.self, from: Data(report.utf8))
      #expect(counts.rows == 5 && counts.rejected == 3, "\(report)")
      let rejects = try contents("\(file).rejects.csv").split(separator: "\n").map(String.init)
      #expect(rejects.first == "line,reason,text")
      #expect(
        rejects.dropFirst().map { $0.split(separator: ",").prefix(1).joined() } == ["3", "4", "5"],
        "\(rejects)")
      #expect(
        Sales.sums(ofExport: try cluster.export("sales")) == [
          Sales.Key(sku: "A", location: "north", date: "2026-01-01"): 2,
          Sales.Key(sku: "A", location: "south", date: "2026-01-02"): 4,
        ])
    }

    /// What `granary ingest --json` reports.
    private struct Report: Codable {
      var rows: Int, rejected: Int, batches: Int, knownBatches: Int
    }

    private func write(_ text: String, to path: String) throws {
      try Data(text.utf8).write(to: URL(filePath: path))
    }
  }
}
