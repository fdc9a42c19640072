import FoundationEssentials
import TestSupport
import Testing
import Threading

@Suite("granary allocate --input")
struct AllocateVerbTests {
  /// A folder with forecasts, stock and items of two SKUs, of which one row is bad.
  private func tables() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var forecasts = "sku,location,date,mean\n"
    for sku in ["A", "B"] {
      for day in 21...30 { forecasts += "\(sku),north,2026-11-\(day),4\n" }
    }
    try write(forecasts, folder.file("forecasts.csv"))
    try write("sku,unit_cost,price\nA,4,9\nB,2,5\n", folder.file("items.csv"))
    try write(
      "sku,location,on_hand\nA,north,3\nB,north,900\nC,north,-4\n", folder.file("inventory.csv"))
    return folder
  }

  private func allocate(_ words: String...) throws -> Binary.Result {
    try Binary.run(["allocate"] + words)
  }

  @Test("plans a folder into a folder that it makes, and reports")
  func plan() throws {
    let folder = try tables()
    let output = folder.file("plan/today")
    let result = try allocate("--input", "\(folder.path)/", "--output", "\(output)/")
    #expect(result.exit == .code(0), "\(result.errors)")
    #expect(result.output.contains("Plan as of 2026-11-20: 2 SKUs"))
    #expect(result.output.contains("The forecasts have no totals"))
    #expect(result.output.contains("\(output)/inventory.csv.rejects.csv"))
    let orders = rows(try text("\(output)/purchase_orders.csv"))
    let sku = try #require(orders[0].firstIndex(of: "sku"))
    #expect(orders.dropFirst().map { $0[sku] } == ["A"])
    #expect(rows(try text("\(output)/policies.csv")).count == 3)
    #expect(try text("\(output)/inventory.csv.rejects.csv").contains("4,bad-number"))
    #expect(try text("\(output)/manifest.json").contains("\"purchase_orders.csv\",\"rows\":1"))
  }

  @Test("writes one object a line with --json, and the report as one")
  func json() throws {
    let folder = try tables()
    let result = try allocate(
      "--input", folder.path, "--output", folder.file("plan"), "--json", "--threads", "1")
    #expect(result.exit == .code(0), "\(result.errors)")
    struct Report: Decodable {
      struct File: Decodable { var table: String, rows: Int }
      var asOf: String, skus: Int, files: [File]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    #expect((report.asOf, report.skus) == ("2026-11-20", 2))
    for file in report.files {
      let lines = try text(folder.file("plan/\(file.table).ndjson")).split(separator: "\n")
      #expect(lines.count == file.rows)
      #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }
  }

  @Test("plans what if")
  func scenario() throws {
    let folder = try tables()
    try write("{ name: \"peak\", demand: [{ sku: \"B\", factor: 90 }] }", folder.file("s.json5"))
    let result = try allocate(
      "--input", folder.path, "--output", folder.file("plan"), "--scenario", folder.file("s.json5"))
    #expect(result.exit == .code(0), "\(result.errors)")
    #expect(result.output.contains("if \"peak\""))
    #expect(rows(try text(folder.file("plan/purchase_orders.csv"))).count == 3)
  }

  @Test("says what is wrong with its words and its folder")
  func refusals() throws {
    let folder = try tables()
    #expect(try Binary.refusal("allocate", "--input", folder.path).contains("needs --output"))
    #expect(
      try Binary.refusal("allocate", "--output", folder.path).contains("goes with --input DIR"))
    #expect(
      try Binary.refusal(
        "allocate", "--input", folder.path, "--output", folder.path, "--as-of", "2026-11-20"
      ).contains("--as-of is for the cluster"))
    let missing = folder.file("none")
    #expect(
      try Binary.refusal("allocate", "--input", missing, "--output", folder.path)
        .contains("\(missing)/forecasts.csv: cannot be read"))
    try write("sku,location,date,mean\nA,north,2026-11-21,x\n", folder.file("forecasts.csv"))
    #expect(
      try Binary.refusal("allocate", "--input", folder.path, "--output", folder.path, code: 3)
        .contains("forecasts.csv:2: mean \"x\" is no number"))
  }
}
