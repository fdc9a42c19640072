import FoundationEssentials
import TestSupport
import Testing
import Threading

extension ClusterTests {
  /// Plans as a planner meets them, one after the other.
  @Suite("Plans from day to day")
  struct ClusterPlanVerbTests {
    @Test("propose the same again under the same numbers, and what was released never again")
    func again() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      try cluster.run("allocate")
      let first = ClusterPlans.rows(try cluster.export("purchase_orders"))
      try cluster.run("allocate")
      let second = ClusterPlans.rows(try cluster.export("purchase_orders"))
      func without(_ rows: [[String: String]]) -> [[String: String]] {
        rows.map { row in row.filter { $0.key != "state" } }
      }
      #expect(without(first) == without(second))
      let released = first.filter { $0["state"] == "new" }
      #expect(!released.isEmpty && Set(first.compactMap(\.["state"])) == ["new", "held"])
      #expect(Set(second.compactMap(\.["state"])) == ["open", "held"])

      let moves = ClusterPlans.rows(try cluster.export("transfers")).filter {
        $0["state"] == "open"
      }
      let stock = try cluster.export("policies")
      #expect(!stock.isEmpty)
      try Self.release(released, moves, in: cluster)
      try cluster.run("allocate")
      let third = ClusterPlans.rows(try cluster.export("purchase_orders"))
      let places = Set(released.filter { $0["cut"]?.isEmpty ?? true }.map(Self.place))
      let repeated = third.map(Self.place).filter(places.contains)
      #expect(repeated.isEmpty, "\(repeated)")
    }

    private static func place(_ row: [String: String]) -> String {
      "\(row["sku"] ?? ""),\(row["location"] ?? "")"
    }

    /// Takes what was released into the inventory: bought units are on order, moved ones have left.
    private static func release(
      _ orders: [[String: String]], _ moves: [[String: String]], in cluster: TestCluster
    ) throws {
      let path = cluster.folder.file("sample/inventory.csv")
      var coming: [String: Double] = [:]
      func add(_ row: [String: String], at column: String, sign: Double) {
        let place = "\(row["sku"] ?? ""),\(row[column] ?? "")"
        coming[place, default: 0] += sign * (Double(row["quantity"] ?? "") ?? 0)
      }
      for order in orders { add(order, at: "location", sign: 1) }
      for move in moves {
        add(move, at: "destination", sign: 1)
        add(move, at: "origin", sign: -1)
      }
      let rows = ClusterPlans.rows(try contents(path))
      var text = "sku,location,on_hand,reserved,on_order,in_transit,eta\n"
      for row in rows {
        func number(_ name: String) -> Double { Double(row[name] ?? "") ?? 0 }
        let change = coming[place(row)] ?? 0
        // What left is off the shelf; what was bought is on order.
        let (left, bought) = (min(0, change), max(0, change))
        text +=
          "\(row["sku"] ?? ""),\(row["location"] ?? ""),\(number("on_hand") + left),"
          + "\(number("reserved")),\(number("on_order") + bought),"
          + "\(row["in_transit"] ?? ""),\(row["eta"] ?? "")\n"
      }
      let changed = cluster.folder.file("inventory.csv")
      try ClusterPlans.write(text, to: changed)
      try cluster.run("ingest", changed)
    }

    @Test("stand beside the one before and a scenario's, and say how they differ")
    func beside() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      try cluster.run("allocate")
      let first = try ClusterPlans.tables(of: cluster)
      try cluster.run("allocate", "--set", "policy.serviceLevel=0.98")
      let file = cluster.folder.file("what-if.json5")
      try ClusterPlans.write(
        #"{ name: "less cash", cash: 0.85, demand: [{ category: "toys", factor: 1.8 }] }"#,
        to: file)
      try cluster.run("allocate", "--scenario", file)
      #expect(try ClusterPlans.tables(of: cluster, plan: "before") == first)
      let plans = try JSONDecoder().decode(
        Plans.self, from: Data(try cluster.run("plans", "--json").utf8))
      #expect(plans.plans.map(\.plan) == ["scenario", "current", "before"])
      #expect(plans.plans.map(\.scenario) == ["less cash", nil, nil])

      let same = try difference(cluster, "current", "current")
      #expect(same.different == 0 && same.same > 0 && same.lines.isEmpty)
      let other = try difference(cluster, "current", "scenario")
      #expect(other.different > 0 && other.onlyLeft == 0 && other.onlyRight == 0)
      #expect(other.same + other.different == same.same)
      #expect(other.lines.count == 3)
      #expect(
        other.lines.map { abs($0.change) } == other.lines.map { abs($0.change) }.sorted(by: >))
      let refused = try cluster.attempt(["plans", "diff", "current", "99"])
      #expect(refused.exit != .code(0) && refused.errors.contains("scenario (run"))
    }

    private struct Plans: Decodable {
      struct Plan: Decodable {
        var plan: String
        var scenario: String?
      }
      var plans: [Plan]
    }

    private struct Difference: Decodable {
      struct Line: Decodable {
        var sku: String, location: String
        var change: Double
      }
      var same: Int, different: Int, onlyLeft: Int, onlyRight: Int
      var lines: [Line]
    }

    private func difference(
      _ cluster: TestCluster, _ left: String, _ right: String
    ) throws -> Difference {
      let text = try cluster.run("plans", "diff", left, right, "--most", "3", "--json")
      return try JSONDecoder().decode(Difference.self, from: Data(text.utf8))
    }

    @Test("explain each line by arithmetic that comes to what was exported")
    func explained() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      try cluster.run("allocate")
      let orders = ClusterPlans.rows(try cluster.export("purchase_orders"))
      for order in [orders.first, orders.last] {
        let order = try #require(order)
        let (sku, place) = try (#require(order["sku"]), #require(order["location"]))
        let text = try cluster.run("explain", "plan", "--sku", sku, "--warehouse", place)
        #expect(text.hasPrefix("\(sku) at \(place), run 3"))
        #expect(text.contains(try #require(order["reason"])))
        let json = try cluster.run("explain", "plan", "--sku", sku, "--warehouse", place, "--json")
        let plan = try JSONDecoder().decode(Explained.self, from: Data(json.utf8))
        let lines = try #require(plan.plans.first).lines
        func result(_ label: String) -> Double? { lines.first { $0.label == label }?.result }
        #expect(result("purchase") == Double(order["quantity"] ?? ""))
        #expect(result("lot") == Double(order["lot"] ?? ""))
      }
      let unknown = try cluster.attempt(["explain", "plan", "--sku", "SKU-none"])
      #expect(unknown.exit != .code(0))
    }

    private struct Explained: Decodable {
      struct Line: Decodable {
        var label: String
        var result: Double?
      }
      struct Plan: Decodable { var lines: [Line] }
      var plans: [Plan]
    }

    @Test("name a SKU whose data are absurd, and plan all others")
    func absurd() async throws {
      let (cluster, _) = try await ClusterPlans.cluster(workers: 2)
      try cluster.run("allocate")
      let before = ClusterPlans.rows(try cluster.export("policies"))
      let victim = try #require(before.first?["sku"])
      let items = cluster.folder.file("items.csv")
      try ClusterPlans.write(
        "sku,unit_cost,price,volume_m3,leadtime_days,order_cost\n"
          + "\(victim),1e14,1e-9,1e14,3650,1e14\n", to: items)
      let stock = cluster.folder.file("inventory.csv")
      let places = before.filter { $0["sku"] == victim }.compactMap(\.["location"])
      try ClusterPlans.write(
        "sku,location,on_hand,reserved,on_order\n"
          + places.map { "\(victim),\($0),-500,-1,-7\n" }.joined(), to: stock)
      for file in [items, stock] { try cluster.run("ingest", file) }
      try cluster.run("allocate")
      let after = ClusterPlans.rows(try cluster.export("policies"))
      #expect(after.map { $0["sku"] } == before.map { $0["sku"] })
      let faults = ClusterPlans.rows(try cluster.export("exceptions")).filter {
        $0["kind"] == "data-fault"
      }
      #expect(Set(faults.compactMap(\.["sku"])) == [victim])
    }
  }
}
