import Demand
import FoundationEssentials
import Tables
import Testing

/// `config/tables.md` and the examples beside it say what the readers take.
@Suite("The documented tables")
struct ExampleTableTests {
  private static let config =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "config").path
  private static let columns = [
    "warehouses": WarehouseReader.columns, "items": ItemReader.columns,
    "suppliers": SupplierReader.columns, "distribution": DistributionReader.columns,
    "inventory": InventoryReader.columns, "policy": PolicyReader.columns,
    "limits": LimitReader.columns, "events": EventReader.columns, "sales": ColumnNames.sales,
  ]

  private func example(_ table: String) throws -> ByteSource {
    try ByteSource(path: "\(Self.config)/examples/\(table).csv")
  }

  @Test("have the columns that their readers take, in the text and in the examples")
  func columns() throws {
    let text = try String(contentsOfFile: "\(Self.config)/tables.md", encoding: .utf8)
    for (table, columns) in Self.columns {
      let chapter = try #require(
        text.split(separator: "\n## ").first { $0.hasPrefix("\(table).csv\n") }, "no \(table).csv")
      let documented = chapter.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        .map { row in row.dropFirst(2).prefix { $0 != " " }.filter { $0 != "*" } }
      #expect(documented == columns, "\(table)")
      let file = try String(
        contentsOfFile: "\(Self.config)/examples/\(table).csv", encoding: .utf8)
      #expect(file.split(separator: "\n").first?.split(separator: ",").map(String.init) == columns)
    }
  }

  @Test("are read without a bad row, and together")
  func read() throws {
    let (list, bad) = try WarehouseReader.read(try example("warehouses"))
    let known = list.warehouses.map(\.location)
    var rejected = bad
    var rows: [String: Int] = ["warehouses": known.count]
    func count(_ table: String) { rows[table, default: 0] += 1 }
    var items = try ItemReader(try example("items"))
    _ = try items.read(item: { _, _ in count("items") }, rejected: { rejected.append($0) })
    var suppliers = try SupplierReader(try example("suppliers"), knownLocations: known)
    _ = try suppliers.read(
      option: { _, _, _ in count("suppliers") }, rejected: { rejected.append($0) })
    var lanes = try DistributionReader(try example("distribution"), knownLocations: known)
    _ = try lanes.read(
      option: { _, _, _ in count("distribution") }, lane: { _ in count("lanes") },
      rejected: { rejected.append($0) })
    var stock = try InventoryReader(try example("inventory"), knownLocations: known)
    _ = try stock.read(
      stock: { _, _, _ in count("inventory") }, rejected: { rejected.append($0) })
    var sales = try SalesReader(try example("sales"), knownLocations: known)
    _ = unsafe try sales.read(row: { _ in count("sales") }, rejected: { rejected.append($0) })
    let policy = try PolicyReader.read(try example("policy"), knownLocations: known)
    let limits = try LimitReader.read(try example("limits"))
    let events = try EventReader.read(try example("events"), knownLocations: known)
    rejected += policy.rejected + limits.rejected + events.rejected
    #expect(rejected.isEmpty, "\(rejected)")
    #expect(policy.rules.count == 8 && limits.limits.cashToday == 18_000)
    #expect(events.events.count == 6)
    #expect(
      rows == [
        "warehouses": 3, "items": 4, "suppliers": 4, "distribution": 1, "lanes": 2, "inventory": 4,
        "sales": 3,
      ])
  }

  @Test("include forecasts, with the totals that plans are made of")
  func forecasts() throws {
    let known = try WarehouseReader.read(try example("warehouses")).warehouses.warehouses
    var reader = try LongForecastReader(
      try example("forecasts"), knownLocations: known.map(\.location))
    var forecasts: [LongForecast] = []
    while let forecast = try reader.next() { forecasts.append(forecast) }
    let hasTotals = reader.hasTotals
    #expect(hasTotals)
    let asOf = reader.asOf
    #expect(asOf == Day(year: 2026, month: 11, day: 20))
    #expect(forecasts.map(\.mean.count) == [4, 4, 4])
    let text = try String(contentsOfFile: "\(Self.config)/tables.md", encoding: .utf8)
    let chapter = try #require(
      text.split(separator: "\n## ").first { $0.hasPrefix("forecasts.csv\n") })
    let levels = Quantiles.levels.map { "\($0)" }.joined(separator: ", ")
    let spans = Quantiles.spans.map { "\($0)" }.joined(separator: ", ")
    #expect(chapter.contains("any of the levels \(levels)"))
    #expect(chapter.contains("on the days \(spans) of"))
    #expect(Forecast.maximumHorizon == 1_024 && chapter.contains("at most 1,024"))
  }
}
