import Demand
import FoundationEssentials
import Replenishment
import Settings
import TestSupport
import Testing

@testable import ClientNode

/// Small folders of anything that tables can say, planned: what must hold of each of them.
@Suite("Plans of folders drawn by chance")
struct LocalPlannerChanceTests {
  private static let warehouses = ["east", "north", "west"]
  private static let first = Day(year: 2026, month: 11, day: 21)

  private static let headers = [
    "forecasts": "sku,location,date,mean\n", "limits": "limit,value\n",
    "warehouses": "id,volume_capacity_m3,receiving_lines_per_day,storage_cost_m3_year\n",
    "items":
      "sku,category,unit_cost,price,volume_m3,leadtime_days,order_cost,size_minimum,"
      + "size_multiple,shelf_life_days,lifecycle\n",
    "suppliers":
      "sku,supplier,location,cost,leadtime_days,leadtime_sd,size_minimum,size_multiple,"
      + "size_maximum,order_cost,price_breaks,available\n",
    "inventory": "sku,location,on_hand,reserved,on_order,in_transit,eta\n",
    "distribution": "origin,destination,sku,leadtime_days,cost\n",
    "policy":
      "scope,service_type,service_level,holding_rate,backorder_cost,maximum_cover_days,"
      + "do_not_stock,fixed_lot\n",
  ]

  /// The tables of a folder; every one of them but the forecasts may be missing.
  private static func tables(_ random: inout SplitMix64) -> [String: String] {
    func one(_ choices: [String]) -> String { choices[Int(random.next() % UInt64(choices.count))] }
    func line(_ fields: [[String]]) -> String { fields.map(one).joined(separator: ",") + "\n" }
    var tables = headers
    for name in warehouses {
      tables["warehouses"]? +=
        name + line([[""], ["", "0", "0.4", "3", "90"], ["", "0", "0.5", "1", "4"], ["", "50"]])
      for other in warehouses where other != name {
        tables["distribution"]? +=
          name + line([[""], [other], ["*", "S-1"], ["0", "2", "9"], ["0.1"]])
      }
    }
    tables["limits"]? += "cash,\(one(["", "0", "300", "9000"]))\n"
    tables["limits"]? += "cash_today,\(one(["", "0", "50", "2000"]))\n"
    for scope in ["*", "class=A", "category=toys", "sku=S-2", "location=west"] {
      tables["policy"]? +=
        scope
        + line([
          [""], ["", "cycle", "fill"], ["", "0.9", "0.99"], ["", "0", "0.1"], ["", "", "10"],
          ["", "3", "60"], ["", "", "1", "0"], ["", "", "7"],
        ])
    }
    for number in 1...8 {
      let sku = "S-\(number)"
      tables["items"]? +=
        sku
        + line([
          [""], ["toys", "food"], ["", "0", "1", "5.5", "100"], ["", "3", "150"],
          ["", "0.001", "0.1", "1"], ["", "0", "1", "7", "40"], ["", "0", "50"], ["", "5", "50"],
          ["", "1", "6", "0.5"], ["", "", "1", "30"], ["", "", "new", "run-down", "last-buy"],
        ])
      for supplier in ["acme", "bolt"] where random.uniform() < 0.6 {
        tables["suppliers"]? +=
          sku
          + line([
            [""], [supplier], ["*", "east"], ["4", "10"], ["", "0", "3", "2.5"], ["", "0.5"],
            ["", "0", "10"], ["", "1", "4", "48"], ["", "30", "100"], ["", "30"],
            ["", "20:3.5;200:3", "incremental 20:3.5"], ["", "0", "5", "60"],
          ])
      }
      for name in warehouses where random.uniform() < 0.9 {
        tables["inventory"]? +=
          "\(sku),\(name)"
          + line([
            [""], ["0", "3", "20", "200", "5000"], ["", "2", "30"], ["", "10"], ["", "5"],
            ["2026-11-18", "2026-11-20", "2026-11-24"],
          ]).replacing(",,2026-11-18", with: ",,").replacing(",,2026-11-20", with: ",,")
          .replacing(",,2026-11-24", with: ",,")
        let mean = Double(one(["0", "0.02", "0.3", "2", "10", "100"])) ?? 0
        let isSeasonal = random.uniform() < 0.3
        for day in 0..<28 {
          let share = isSeasonal ? day / 14 == 0 ? 0.2 : 3 : 1
          tables["forecasts"]? += "\(sku),\(name),\(first + day),\(mean * share)\n"
        }
      }
    }
    for name in ["warehouses", "items", "suppliers", "distribution", "policy", "limits"]
    where random.uniform() < 0.15 {
      tables[name] = nil
    }
    return tables
  }

  /// The rows of a table by the names of its columns.
  private static func rows(_ text: String) -> [[String: String]] {
    var lines: [[String]] = [[""]]
    var isQuoted = false
    for character in text {
      let (row, field) = (lines.count - 1, lines[lines.count - 1].count - 1)
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: lines[row].append("")
      case "\n" where !isQuoted: lines.append([""])
      default: lines[row][field].append(character)
      }
    }
    let columns = lines.removeFirst()
    return lines.filter { $0.count == columns.count }.map {
      Dictionary(zip(columns, $0), uniquingKeysWith: { first, _ in first })
    }
  }

  /// A plan as its files have it, with what the tables say.
  private struct Written {
    var orders: [[String: String]], transfers: [[String: String]]
    var policies: [String: [String: String]] = [:], stock: [String: [String: String]] = [:]
    var warehouses: [String: [String: String]] = [:]
    var limits: [String: Double] = [:]
    var outcome: LocalPlanner.Outcome

    var released: [[String: String]] {
      (orders + transfers).filter { ($0["held_by"] ?? "").isEmpty }
    }
  }

  private func planned(_ tables: [String: String]) throws -> Written {
    let (folder, output) = (try TemporaryFolder(), try TemporaryFolder())
    for (name, text) in tables { try FakeCluster.write(text, to: folder.file("\(name).csv")) }
    let settings = try ResolvedSettings(
      environment: [:], flags: [SettingOverride("cluster.shards", "4", from: .flag("--set"))])
    let read = try LocalTables(
      folder: folder.path, rejectsFolder: output.path, settings: settings)
    var options = LocalPlanner.Options()
    options.settings = RunClient.policy(settings)
    let outcome = try LocalPlanner(read, options).run(into: output.path)
    func rows(_ name: String) throws -> [[String: String]] {
      Self.rows(try FakeCluster.read(output.file("\(name).csv")))
    }
    var written = Written(
      orders: try rows("purchase_orders"), transfers: try rows("transfers"), outcome: outcome)
    for row in try rows("policies") { written.policies[Self.place(row)] = row }
    for row in Self.rows(tables["inventory"] ?? "") { written.stock[Self.place(row)] = row }
    for row in Self.rows(tables["warehouses"] ?? "") { written.warehouses[row["id"] ?? ""] = row }
    for row in Self.rows(tables["limits"] ?? "") {
      written.limits[row["limit"] ?? ""] = Double(row["value"] ?? "")
    }
    return written
  }

  private static func place(_ row: [String: String]) -> String {
    "\(row["sku"] ?? "") at \(row["location"] ?? row["destination"] ?? "")"
  }

  @Test("Orders, moves, limits and sums are what they must be", arguments: 0..<12)
  func chance(part: Int) throws {
    for number in 0..<10 {
      let seed = UInt64(10 * part + number)
      var random = SplitMix64(seed: seed)
      let written = try planned(Self.tables(&random))
      for order in written.orders { try check(order, written, seed) }
      try checkMoves(written, seed)
      try checkToday(written, seed)
      let total = written.outcome.summary.total
      let value = written.orders.reduce(0) { $0 + $1.number("value") }
      #expect(abs(value - total.purchaseValue) <= 0.01 * Double(written.orders.count + 1))
      #expect(written.orders.count == total.proposals, "seed \(seed)")
      for row in PriceRow.rows(of: written.outcome.plan, written.outcome.summary)
      where row.unkept == nil && written.outcome.plan.certificate.verdict == .kept {
        #expect(row.used <= row.available * (1 + 1e-6) + 1e-6, "seed \(seed): \(row.limit)")
      }
    }
  }

  private func check(_ order: [String: String], _ written: Written, _ seed: UInt64) throws {
    let policy = try #require(written.policies[Self.place(order)])
    let (units, pack) = (order.number("quantity"), policy.number("order_multiple"))
    #expect(units > 0 && written.stock[Self.place(order)] != nil, "seed \(seed): \(order)")
    #expect(abs(order.number("cost") - order.number("value") - policy.number("order_cost")) < 0.02)
    let days = try Day(order["arrival_day"] ?? "") - Day(order["order_day"] ?? "")
    #expect(Double(days) == policy.number("lead_time_days"), "seed \(seed)")
    if let most = policy["maximum_order"].flatMap(Double.init) { #expect(units <= most + 1e-6) }
    // A planner's fixed lot wins over packs.
    guard policy["rules"]?.contains("lot of") == false else { return }
    #expect(abs(units / pack - (units / pack).rounded()) < 1e-6, "seed \(seed): \(order)")
    #expect(units >= policy.number("minimum_order") - 1e-6, "seed \(seed): \(order)")
  }

  private func checkMoves(_ written: Written, _ seed: UInt64) throws {
    var leaving: [String: Double] = [:]
    for move in written.transfers {
      #expect(move.number("quantity") > 0 && move.number("saving") > 0, "seed \(seed): \(move)")
      let origin = "\(move["sku"] ?? "") at \(move["origin"] ?? "")"
      leaving[origin, default: 0] += move.number("quantity")
    }
    let destinations = Set(written.transfers.map(Self.place))
    for (origin, units) in leaving {
      let stock = try #require(written.stock[origin])
      let left = stock.number("on_hand") - stock.number("reserved") - units
      #expect(left >= -1e-6 && !destinations.contains(origin), "seed \(seed): \(origin)")
      let policy = try #require(written.policies[origin])
      guard policy.number("lot") > 0 else { continue }
      #expect(left >= policy.number("reorder_point") - 1e-3, "seed \(seed): \(origin)")
    }
  }

  private func checkToday(_ written: Written, _ seed: UInt64) throws {
    var (space, lines): ([String: Double], [String: Double]) = ([:], [:])
    for row in written.released {
      let location = row["location"] ?? row["destination"] ?? ""
      lines["\(location) \(row["arrival_day"] ?? "")", default: 0] += 1
      let volume = try #require(written.policies[Self.place(row)]).number("volume_m3")
      space[location, default: 0] += row.number("quantity") * volume
    }
    for (location, warehouse) in written.warehouses {
      if let most = warehouse["volume_capacity_m3"].flatMap(Double.init) {
        #expect(space[location, default: 0] <= most + 1e-9, "seed \(seed): \(location)")
      }
      guard let most = warehouse["receiving_lines_per_day"].flatMap(Double.init) else { continue }
      for (day, count) in lines where day.hasPrefix(location + " ") {
        #expect(count <= most, "seed \(seed): \(day)")
      }
    }
    guard let cash = written.limits["cash_today"] else { return }
    let paid = written.released.reduce(0) { $0 + ($1["location"] == nil ? 0 : $1.number("value")) }
    #expect(paid <= cash + 0.01 * Double(written.released.count), "seed \(seed)")
  }
}

extension [String: String] {
  fileprivate func number(_ name: String) -> Double { self[name].flatMap(Double.init) ?? 0 }
}
