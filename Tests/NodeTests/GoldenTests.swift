import Coordination
import FoundationEssentials
import TestSupport
import Testing

extension ClusterTests {
  /// The whole way of the sample, from sales to orders.
  @Suite("The way from sales to orders")
  struct GoldenTests {
    private static let tables = [
      "forecasts", "purchase_orders", "policies", "exceptions", "quarantine", "models", "sales",
    ]
    private static let skus = 60
    private static let horizon = 112

    @Test("ends in the same bytes for one worker and for three, and when it is gone again")
    func sameBytes() async throws {
      let one = try await TestCluster(workers: 1, .up)
      let sample = one.folder.file("sample")
      try one.run(
        "sample", "--output", sample, "--skus", "\(Self.skus)", "--warehouses", "2", "--days",
        "200", inCluster: false)
      try one.run("ingest", sample)
      let first = try pass(one)
      try expectWhole(first, sent: contents("\(sample)/sales.csv"))

      let again = try pass(one)
      for table in Self.tables {
        // The number of the run differs, and what was new is open by now.
        let isSame = withoutRun(again[table], of: table) == withoutRun(first[table], of: table)
        #expect(isSame, "\(table) differ after a second pass\(one.story)")
      }
      try await one.stop()

      let three = try await TestCluster(workers: 3, .up)
      try three.run("ingest", sample)
      let spread = try pass(three)
      for table in Self.tables {
        #expect(spread[table] == first[table], "\(table) differ on three workers\(three.story)")
      }
      #expect(spread["report"] == first["report"])
    }

    /// A pass over the catalogue: what the tables hold afterwards, and what training reported.
    private func pass(_ cluster: TestCluster) throws -> [String: String] {
      let report = try cluster.run(["train", "--json"] + TestCluster.models)
      try cluster.run("forecast")
      try cluster.run("allocate")
      var results = ["report": try accuracy(report)]
      for table in Self.tables {
        let quantiles = table == "forecasts" ? ["--quantiles", "0.1,0.5,0.9"] : []
        results[table] = try cluster.export(table, quantiles)
      }
      return results
    }

    /// The part of a report that says how good the models are.
    private func accuracy(_ report: String) throws -> String {
      let parts = report.split(separator: "\"backtest\":")
      return try String(#require(parts.count == 2 ? parts[1] : nil, "no backtest in \(report)"))
    }

    /// The lines of a table without what tells a first pass from a second: the field of the run,
    /// and whether an order is new.
    private func withoutRun(_ text: String?, of table: String) -> [String] {
      let position = table == "models" ? 2 : table == "quarantine" ? 1 : nil
      return (text ?? "").split(separator: "\n").map { line in
        guard let position else { return String(line).replacing(",new,", with: ",open,") }
        var fields = line.split(
          separator: ",", maxSplits: position + 1, omittingEmptySubsequences: false)
        fields.remove(at: position)
        return fields.joined(separator: ",")
      }
    }

    /// Every SKU is forecast once for each day, and the sales are those that were sent.
    private func expectWhole(_ results: [String: String], sent: String) throws {
      // A day without a sale is a row where its shelf was empty.
      let sales = Sales.sums(ofExport: sent).filter { $0.value != 0 }
      let stored = Sales.sums(ofExport: results["sales"] ?? "").filter { $0.value != 0 }
      #expect(stored == sales)
      let rows = (results["forecasts"] ?? "").split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let totals = rows.filter { $0[1].isEmpty }
      #expect(totals.count == Self.skus * Self.horizon)
      #expect(Set(totals.map { "\($0[0]),\($0[2])" }).count == Self.skus * Self.horizon)
      #expect(Set(totals.map(\.[0])).count == Self.skus)
      #expect(results["quarantine"] == "sku,run,reason\n")
      #expect(results["purchase_orders"]?.split(separator: "\n").count ?? 0 > 1)
    }
  }
}
