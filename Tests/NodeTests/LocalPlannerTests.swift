import Demand
import FoundationEssentials
import Packing
import Replenishment
import Settings
import Tables
import TestSupport
import Testing

@testable import ClientNode

@Suite("A plan without a cluster")
struct LocalPlannerTests {
  private static let files = [
    "purchase_orders", "transfers", "policies", "exceptions", "prices", "run",
  ]

  /// A folder of 60 SKUs at three warehouses, with too little cash and space for all.
  private func tables() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var generator = SplitMix64(seed: 20_261_120)
    var forecasts = "sku,location,date,mean\n"
    var items = "sku,category,unit_cost,price,volume_m3,order_cost,size_multiple\n"
    var stock = "sku,location,on_hand\n"
    let first = Day(year: 2026, month: 11, day: 21)
    for number in 1...60 {
      let cost = 1 + (40 * generator.uniform()).rounded()
      items += "S-\(number),\(number % 2 == 0 ? "toys" : "books"),\(cost),\(2 * cost),0.01,30,"
      items += "\([1, 1, 6][number % 3])\n"
      for location in ["east", "north", "west"] {
        let mean = 4 * generator.uniform()
        for day in 0..<28 { forecasts += "S-\(number),\(location),\(first + day),\(mean)\n" }
        stock += "S-\(number),\(location),\((60 * generator.uniform()).rounded())\n"
      }
    }
    let texts = [
      "forecasts": forecasts, "items": items, "inventory": stock,
      "warehouses":
        "id,volume_capacity_m3,receiving_lines_per_day\nnorth,40,\neast,35,12\nwest,,9\n",
      "limits": "limit,value\ncash,90000\ncash_today,40000\n",
      "distribution": "sku,origin,destination,leadtime_days,cost\n*,north,west,1,0.1\n",
    ]
    for (name, text) in texts { try FakeCluster.write(text, to: folder.file("\(name).csv")) }
    return folder
  }

  private func plan(
    _ folder: TemporaryFolder, into output: TemporaryFolder, threads: Int = 2, shards: Int = 4,
    scenario: Scenario? = nil, asJSON: Bool = false
  ) throws -> LocalPlanner.Outcome {
    let settings = try ResolvedSettings(
      environment: [:],
      flags: [SettingOverride("cluster.shards", "\(shards)", from: .flag("--set"))])
    let tables = try LocalTables(
      folder: folder.path, rejectsFolder: output.path, settings: settings)
    var options = LocalPlanner.Options()
    options.settings = RunClient.policy(settings)
    options.threads = threads
    options.scenario = scenario
    options.asJSON = asJSON
    return try LocalPlanner(tables, options).run(into: output.path)
  }

  private func text(_ output: TemporaryFolder) throws -> [String] {
    try Self.files.map { try FakeCluster.read(output.file("\($0).csv")) }
  }

  @Test("Its limits are priced and kept, and its files hold what was planned")
  func limits() throws {
    let (folder, output) = (try tables(), try TemporaryFolder())
    let outcome = try plan(folder, into: output)
    #expect(outcome.skuCount == 60)
    #expect(outcome.plan.certificate.verdict == .kept)
    #expect(outcome.files.map(\.table) == Self.files)
    #expect(outcome.summary.total.lines == 180)
    #expect(outcome.summary.total.expectedStockValue <= 90_000)
    let rows = PriceRow.rows(of: outcome.plan, outcome.document, outcome.summary)
    #expect(
      rows.map { "\($0.limit) \($0.location?.description ?? "")" } == [
        "space north", "space east", "lines east", "lines west", "cash ",
      ])
    #expect(rows.contains { $0.isTight })
    #expect(rows.allSatisfy { $0.used <= $0.available * (1 + 1e-9) })
    for (file, text) in zip(outcome.files, try text(output)) {
      #expect(text.utf8.count { $0 == 0x0A } == file.rows + 1, "\(file.table)")
    }
    #expect(outcome.files[2].rows == 180)
  }

  @Test("The same tables make the same bytes, whatever the threads")
  func threads() throws {
    let folder = try tables()
    let outputs = try [1, 2, 5].map { threads in
      let output = try TemporaryFolder()
      _ = try plan(folder, into: output, threads: threads)
      return try text(output) + [FakeCluster.read(output.file("manifest.json"))]
    }
    #expect(outputs[1] == outputs[0])
    #expect(outputs[2] == outputs[0])
  }

  @Test("A manifest's hashes are those of the files, and of each shard's rows")
  func manifest() throws {
    let (folder, output) = (try tables(), try TemporaryFolder())
    _ = try plan(folder, into: output)
    struct Manifest: Decodable {
      struct Part: Decodable { var shard: Int, rows: Int, xxh64: String }
      struct File: Decodable { var name: String, rows: Int, xxh64: String, shards: [Part]? }
      var asOf: String, shards: Int, files: [File]
    }
    let manifest = try JSONDecoder().decode(
      Manifest.self, from: Data(try FakeCluster.read(output.file("manifest.json")).utf8))
    #expect((manifest.asOf, manifest.shards) == ("2026-11-20", 4))
    #expect(manifest.files.map(\.name) == Self.files.map { "\($0).csv" })
    func hash(_ text: some StringProtocol) -> UInt64 { XXH64.hash(Array(text.utf8)) }
    for file in manifest.files {
      let text = try FakeCluster.read(output.file(file.name))
      #expect(UInt64(file.xxh64, radix: 16) == hash(text))
      var lines = text.split(separator: "\n").dropFirst()
      #expect(lines.count == file.rows)
      for part in file.shards ?? [] {
        let rows = lines.prefix(part.rows).map { "\($0)\n" }.joined()
        #expect(UInt64(part.xxh64, radix: 16) == hash(rows), "\(file.name) \(part.shard)")
        lines = lines.dropFirst(part.rows)
      }
      #expect(file.shards == nil || lines.isEmpty)
    }
  }

  @Test("A scenario is planned as if things were so")
  func scenario() throws {
    let (folder, real, supposed) = (try tables(), try TemporaryFolder(), try TemporaryFolder())
    let before = try plan(folder, into: real)
    var scenario = Scenario(name: "less cash, more toys")
    scenario.cashFactor = 0.8
    var change = Scenario.DemandChange(factor: 3)
    change.category = "toys"
    scenario.demand = [change]
    let after = try plan(folder, into: supposed, scenario: scenario)
    #expect(after.document.limits.cash == 72_000)
    #expect(after.summary.total.expectedStockValue <= 72_000 * (1 + 1e-9))
    #expect(after.summary.total.demandValue > 1.3 * before.summary.total.demandValue)
    #expect(try FakeCluster.read(supposed.file("run.csv")).contains("less cash, more toys"))
    #expect(try worthOfCash(after) > worthOfCash(before))
  }

  private func worthOfCash(_ outcome: LocalPlanner.Outcome) throws -> Double {
    let rows = PriceRow.rows(of: outcome.plan, outcome.document, outcome.summary)
    return try #require(rows.first { $0.limit == "cash" }).worth
  }

  @Test("As JSON a line is an object with the columns as its members")
  func json() throws {
    let (folder, output) = (try tables(), try TemporaryFolder())
    let outcome = try plan(folder, into: output, asJSON: true)
    for file in outcome.files {
      let text = try FakeCluster.read(output.file("\(file.table).ndjson"))
      #expect(text.split(separator: "\n").count == file.rows)
    }
    struct Run: Decodable {
      var as_of: String, skus: Int, verdict: String, gap: Double?
    }
    let run = try JSONDecoder().decode(
      Run.self, from: Data(try FakeCluster.read(output.file("run.ndjson")).utf8))
    #expect((run.as_of, run.skus, run.verdict) == ("2026-11-20", 60, "kept"))
    #expect(run.gap == outcome.plan.certificate.gap)
  }

  @Test("A plan that is stopped leaves the one before as it was")
  func stopped() throws {
    let (folder, output) = (try tables(), try TemporaryFolder())
    _ = try plan(folder, into: output)
    let before = try text(output)
    let settings = try ResolvedSettings(environment: [:])
    let tables = try LocalTables(
      folder: folder.path, rejectsFolder: output.path, settings: settings)
    var scenario = Scenario(name: "half")
    scenario.cashFactor = 0.5
    var options = LocalPlanner.Options()
    options.scenario = scenario
    var asked = 0
    let planner = try LocalPlanner(
      tables, options,
      stop: { () throws(ClientError) in
        asked += 1
        if asked > 20 { throw .interrupted("stopped") }
      })
    #expect(throws: ClientError.interrupted("stopped")) { try planner.run(into: output.path) }
    #expect(try text(output) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: output.path).allSatisfy {
        !$0.hasSuffix(".partial")
      })
  }
}
