import Demand
import FoundationEssentials
import Replenishment
import Settings
import Tables
import TestSupport
import Testing

@testable import ClientNode

@Suite("The tables of a folder, for planning without a cluster")
struct LocalTablesTests {
  /// A folder with these tables.
  private func folder(_ tables: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in tables { try FakeCluster.write(text, to: folder.file(name)) }
    return folder
  }

  private func read(_ folder: TemporaryFolder, shards: Int = 3) throws -> LocalTables {
    let settings = try ResolvedSettings(
      environment: [:],
      flags: [SettingOverride("cluster.shards", "\(shards)", from: .flag("--set"))])
    return try LocalTables(
      folder: folder.path, rejectsFolder: folder.path, settings: settings)
  }

  private func failure(_ tables: [String: String]) throws -> String {
    let folder = try folder(tables)
    let error = #expect(throws: ClientError.self) { try read(folder) }
    return error?.description.replacing(folder.path, with: "DIR") ?? ""
  }

  private static let forecasts = """
    sku,location,date,mean
    A,north,2026-11-21,2
    A,north,2026-11-22,3
    B,south,2026-11-21,1
    """

  @Test("Forecasts alone are enough; what else is known goes to their SKUs")
  func tables() throws {
    let folder = try folder([
      "forecasts.csv": Self.forecasts,
      "warehouses.csv": "id,volume_capacity_m3\nnorth,100\nsouth,\n",
      "items.csv": "sku,category,unit_cost\nA,toys,4\nC,books,5\n",
      "suppliers.csv": "supplier,sku,location,cost\nacme,A,,3\nbest,A,north,2\nacme,A,north,1\n",
      "distribution.csv":
        "sku,origin,destination,leadtime_days,cost\n*,north,south,2,1\nA,south,north,3,1\n",
      "inventory.csv": "sku,location,on_hand\nA,south,5\nA,north,7\n",
      "policy.csv": "scope,service_level\nsku=A,0.9\n",
      "limits.csv": "limit,value\ncash,1000\n",
    ])
    let tables = try read(folder)
    #expect(tables.skuCount == 3)
    #expect(tables.asOf == Day(year: 2026, month: 11, day: 20))
    #expect(tables.horizon == 2)
    #expect(tables.reports.map(\.table) == LocalTables.tables)
    #expect(tables.reports.map(\.rows) == [2, 1, 1, 2, 3, 2, 2])
    #expect(tables.document.warehouses.warehouses.map(\.capacityCubicMetres) == [100, nil])
    #expect(tables.document.rules.count == 1)
    #expect(tables.document.limits.cash == 1_000)
    #expect(tables.document.lanes.count == 1)
    let known = try item("A", of: tables)
    #expect(known.item?.category == "toys")
    #expect(known.locations.map(\.location.description) == ["north", "south"])
    #expect(known.locations.map(\.stock?.onHand) == [7, 5])
    #expect(known.locations.map(\.forecast.mean) == [[2, 3], [0, 0]])
    // Of one location: its own from acme, best and the south; everywhere: acme alone.
    #expect(known.locations.map { $0.options.map(\.unitCost) } == [[1, 2, 1], [3]])
  }

  private func item(_ sku: String, of tables: LocalTables) throws -> ItemCase {
    let sku = try SKU(sku)
    let shard = tables.shards[sku.shard(of: tables.shards.count)]
    let cases = (0..<shard.count).map { shard.itemCase($0, horizon: tables.horizon) }
    return try #require(cases.first { $0.sku == sku })
  }

  @Test("SKUs stand in the order of a cluster, whatever the order of the file")
  func order() throws {
    let skus = (1...40).map { "SKU-\($0)" }
    func text(_ skus: [String]) -> String {
      "sku,location,date,mean\n" + skus.map { "\($0),n,2026-11-21,1\n" }.joined()
    }
    func order(_ skus: [String]) throws -> [[String]] {
      try read(try folder(["forecasts.csv": text(skus)])).shards.map { shard in
        (0..<shard.count).map { shard.itemCase($0, horizon: 1).sku.description }
      }
    }
    let found = try order(skus)
    #expect(try order(skus.reversed()) == found)
    for (index, shard) in found.enumerated() {
      let digests = try shard.map { try SKU($0).digest }
      #expect(digests == digests.sorted())
      #expect(digests.allSatisfy { Int($0 % 3) == index })
    }
    #expect(found.joined().count == 40)
  }

  @Test("A row that cannot be right is left out, with the reason in a file")
  func rejects() throws {
    let folder = try folder([
      "forecasts.csv": Self.forecasts,
      "inventory.csv": "sku,location,on_hand\nA,north,-1\nB,south,4\n",
    ])
    let tables = try read(folder)
    let report = try #require(tables.reports.first)
    #expect((report.rows, report.rejected) == (2, 1))
    let rejects = try FakeCluster.read(folder.file("inventory.csv.rejects.csv"))
    #expect(rejects.contains("2,bad-number"))
    // A later reading without faults leaves none of it behind.
    try FakeCluster.write("sku,location,on_hand\nB,south,4\n", to: folder.file("inventory.csv"))
    #expect(try read(folder).reports.first?.rejected == 0)
    #expect(!FileManager.default.fileExists(atPath: folder.file("inventory.csv.rejects.csv")))
  }

  @Test("What keeps a folder from being planned is said with the way out")
  func failures() throws {
    #expect(try failure([:]).hasPrefix("DIR/forecasts.csv: cannot be read"))
    #expect(
      try failure(["forecasts.csv": "sku,location,date,mean\nA,,2026-11-21,2\n"])
        .contains("granary export forecasts --cumulative"))
    #expect(
      try failure(["forecasts.csv": Self.forecasts + "\nA,north,2026-11-21,2\n"])
        .contains("DIR/forecasts.csv:5: a second forecast of \"A\" at \"north\""))
    let misspelt = try failure([
      "forecasts.csv": Self.forecasts, "inventory.csv": "sku,location,onhand\nA,north,1\n",
    ])
    #expect(misspelt.contains("if \"onhand\" is meant, rename it"))
    #expect(!misspelt.contains("--columns"))
    let origins = (1...65).map { "s\($0),A,,1\n" }.joined()
    #expect(
      try failure([
        "forecasts.csv": Self.forecasts, "suppliers.csv": "supplier,sku,location,cost\n" + origins,
      ]).contains("\"A\" comes to a place from more than 64 origins"))
  }

  @Test("A scenario that is about nothing in the folder is refused and says what there is")
  func aboutNothing() throws {
    let tables = try read(
      try folder(["forecasts.csv": Self.forecasts, "items.csv": "sku,category\nA,toys\n"]))
    func failure(_ change: (inout Scenario.DemandChange) throws -> Void) throws -> String {
      var scenario = Scenario(name: "more")
      scenario.demand = [Scenario.DemandChange(factor: 2)]
      try change(&scenario.demand[0])
      do throws(ClientError) { try tables.check(scenario, path: "s.json5") } catch {
        return error.description
      }
      return ""
    }
    #expect(try failure { _ in } == "")
    #expect(try failure { $0.category = "toys" } == "")
    #expect(try failure { $0.category = "toyz" }.contains("category \"toyz\", and no forecast is"))
    #expect(try failure { $0.sku = try SKU("C") }.contains("sku \"C\""))
    #expect(
      try failure { ($0.sku, $0.location) = (try SKU("A"), try Location("south")) }
        .contains("sku \"A\", location \"south\""))
    let last = tables.asOf + tables.horizon
    #expect(try failure { ($0.from, $0.to) = (last, last + 9) } == "")
    #expect(
      try failure { $0.from = last + 1 }.contains(
        "the forecasts are from 2026-11-21 to 2026-11-22"))
    #expect(try failure { $0.to = tables.asOf }.contains("name some of these days"))
  }
}
