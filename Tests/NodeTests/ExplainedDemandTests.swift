import Demand
import ShardStore
import TestSupport
import Testing
import WireProtocol

@testable import WorkerNode

@Suite("What is said of the days of a SKU")
struct ExplainedDemandTests {
  private let start = Day(year: 2026, month: 1, day: 1)

  /// A store in which one SKU at one location has these rows.
  private func explanation(_ rows: [SalesRow]) throws -> String {
    let folder = try TemporaryFolder()
    let writer = try ShardWriter(folder: folder.path, shardCount: 1)
    let reader = try ShardReader(folder: folder.path)
    var payload = SalesBatchWriter()
    for row in rows { payload.append(row) }
    let batch = BatchIdentity(
      source: SourceID(name: "rows"), shard: 0, sequence: 1,
      chain: BatchIdentity.chain(after: 0, payload: payload.bytes), isLast: true)
    let outcome = writer.commit(.batch(batch, .salesAdding, payload: payload.bytes))
    #expect(outcome == .batch(.apply, SourceProgress().advanced(by: batch)))
    let node = try #require(NodeName("worker-1"))
    return try Explanation.json(
      of: try SKU("A"), node: node, with: reader, calendar: EventCalendar([]))
  }

  private func row(_ day: Int, _ units: Double, outOfStock: Bool = false) throws -> SalesRow {
    SalesRow(
      sku: try SKU("A"), location: try Location("north"), day: start + day, units: units,
      outOfStock: outOfStock)
  }

  @Test("an empty shelf, a day of returns, an outlier and a gap are counted and put into words")
  func words() throws {
    var rows = try (0..<60).map { try row($0, Double(2 + $0 % 4)) }
    rows[20].outOfStock = true
    rows[30].units = -3
    rows[40].units = 800
    rows.remove(at: 50)
    let text = try explanation(rows)
    #expect(text.contains(#""missingDays":2"#))
    #expect(text.contains(#""idleDays":1,"stockoutDays":1,"returnDays":1,"outlierDays":1"#))
    for words in [
      "1 day without sales: a day without a row is a demand of 0",
      "1 day with an empty shelf: missing",
      "1 day with more returns than sales: a demand of 0",
      "2026-02-10 sold 800, no day within 371 days more than 5: missing",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("of a SKU that sold on every day nothing is said")
  func nothing() throws {
    let text = try explanation(try (0..<9).map { try row($0, 3) })
    #expect(text.contains(#""cleaning":[]"#))
  }
}
