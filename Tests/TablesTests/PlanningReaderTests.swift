import Demand
import Tables
import Testing

@Suite("Rules and limits")
struct PlanningReaderTests {
  private func source(_ text: String) -> ByteSource {
    ByteSource(bytes: Array(text.utf8), name: "test.csv")
  }

  @Test("a rule has what its row has, and says nothing of what is empty")
  func rules() throws {
    let (rules, rejected) = try PolicyReader.read(
      source(
        PolicyReader.columns.joined(separator: ",")
          + "\n*,Cycle,0.95,0.25,3,8,7,60,0,24\n\"category=\"\"home, garden\"\"\",,,,,,,,yes,\n"))
    #expect(rejected.isEmpty)
    var first = PolicyRule(scope: PolicyScope())
    first.serviceType = .cycle
    first.serviceLevel = 0.95
    first.holdingRate = 0.25
    first.stockoutCost = 3
    first.backorderCost = 8
    first.minimumCoverDays = 7
    first.maximumCoverDays = 60
    first.doNotStock = false
    first.fixedLot = 24
    var scope = PolicyScope()
    scope.category = "home, garden"
    var second = PolicyRule(scope: scope)
    second.doNotStock = true
    #expect(rules == [first, second])
  }

  @Test(
    "a rule that cannot be is rejected and told what to do",
    arguments: [
      ("service_level", "95", RejectedRow.Reason.badNumber, "write 0.95 for 95"),
      ("service_level", "0", .badNumber, "between 0 and 1"),
      ("service_type", "fil", .badWord, "is \"fill\" meant?"),
      ("holding_rate", "25", .badNumber, "more than 10"),
      ("maximum_cover_days", "1e9", .badNumber, "more than 3650 days"),
      ("do_not_stock", "maybe", .badWord, "write 1 or 0"),
      ("fixed_lot", "0", .badNumber, "do_not_stock"),
      ("backorder_cost", "0", .badNumber, "leave it empty"),
      ("stockout_cost", "-1", .badNumber, "from 0"), ("fixed_lot", "", .contradiction, "nothing"),
    ])
  func wrong(column: String, value: String, reason: RejectedRow.Reason, hint: String) throws {
    let (rules, rejected) = try PolicyReader.read(source("scope,\(column)\n*,\(value)\n"))
    #expect(rules.isEmpty && rejected.map(\.reason) == [reason], "\(rejected)")
    #expect(rejected.first?.sentence.contains(hint) == true, "\(rejected)")
  }

  @Test("values that contradict each other, and scopes that mean nothing, are rejected")
  func contradictions() throws {
    let (rules, rejected) = try PolicyReader.read(
      source(
        "scope,service_type,service_level,minimum_cover_days,maximum_cover_days\n"
          + "*,cost,0.9,,\n*,,,60,30\ntoys,cycle,,,\nlocation=rome,cycle,,,\n"),
      knownLocations: [try Location("lyon")])
    #expect(rules.isEmpty)
    #expect(
      rejected.map(\.reason) == [.contradiction, .contradiction, .badScope, .unknownLocation])
  }

  @Test("limits are read by name, once each")
  func limits() throws {
    let (limits, rejected) = try LimitReader.read(
      source("limit,value\ncash,250000\ncash,1\ncash_tody,5\n,5\ncash_today,\n"))
    var expected = PlanLimits()
    expected.cash = 250_000
    #expect(limits == expected)
    #expect(rejected.map(\.reason) == [.duplicate, .badWord, .badWord, .badNumber])
    #expect(rejected[1].sentence.contains("is \"cash_today\" meant?"))
  }

  @Test("a column that is nearly called like a known one is refused, others are ignored")
  func misspelt() throws {
    #expect(
      throws: TableError.misspeltColumn(
        file: "test.csv", column: "service_levle", meant: "service_level")
    ) { try PolicyReader.read(source("scope,service_levle\n*,0.9\n")) }
    #expect(try LimitReader.read(source("limit,value,comment\ncash,1,why\n")).rejected.isEmpty)
  }

  @Test("shelf life and lifecycle are read")
  func items() throws {
    var reader = try ItemReader(
      source(
        "sku,shelf_life_days,lifecycle\na,2.5,run-down\nb,,\nc,0.5,\nd,9e9,\ne,,rundown\n"))
    var items: [SKU: Item] = [:]
    var rejected: [RejectedRow] = []
    _ = try reader.read(item: { items[$0] = $1 }, rejected: { rejected.append($0) })
    var item = Item()
    item.shelfLifeDays = 2
    item.lifecycle = .runDown
    #expect(items == [try SKU("a"): item, try SKU("b"): Item()])
    #expect(rejected.map(\.reason) == [.badNumber, .badNumber, .badWord])
    #expect(rejected.last?.sentence.contains("is \"run-down\" meant?") == true, "\(rejected)")
  }

  @Test("what is in transit is read by day, in their order, days of the same date together")
  func transit() throws {
    let (stock, rejected) = try inventory("40;25;5,2026-12-01; 2026-11-24;2026-12-01")
    #expect(rejected.isEmpty)
    #expect(
      stock.first?.inTransit == [
        Receipt(units: 25, day: Day(year: 2026, month: 11, day: 24)),
        Receipt(units: 45, day: Day(year: 2026, month: 12, day: 1)),
      ])
    #expect(try inventory(",").stock.first?.inTransit == [])
  }

  @Test(
    "what is in transit without its day, or cannot be, is rejected",
    arguments: [
      ("40,", "count what has no day into on_order"), ("40;5,2026-12-01", "2 amounts"),
      (",2026-12-01", "0 amounts"), ("-1,2026-12-01", "no number"), ("x,2026-12-01", "no number"),
      ("1,2026-13-01", "write it as 2026-11-20"), ("1,1812-01-01", "outside"),
    ])
  func wrongTransit(values: String, hint: String) throws {
    let (stock, rejected) = try inventory(values)
    #expect(stock.isEmpty && rejected.map(\.reason) == [.badTransit])
    #expect(rejected.first?.sentence.contains(hint) == true, "\(rejected)")
  }

  private func inventory(
    _ values: String
  ) throws -> (stock: [Stock], rejected: [RejectedRow]) {
    var reader = try InventoryReader(
      source("sku,location,on_hand,in_transit,eta\na,lyon,5,\(values)\n"))
    var stock: [Stock] = []
    var rejected: [RejectedRow] = []
    _ = try reader.read(stock: { stock.append($2) }, rejected: { rejected.append($0) })
    return (stock, rejected)
  }

  @Test("receiving lines are read")
  func warehouses() throws {
    let (list, _) = try WarehouseReader.read(
      source("id,receiving_lines_per_day\nlyon,40\nparis,\n"))
    #expect(list.warehouses.map(\.receivingLinesPerDay) == [40, nil])
  }
}
