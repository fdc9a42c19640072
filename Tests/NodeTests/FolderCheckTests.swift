import Demand
import Tables
import TestSupport
import Testing

@testable import ClientNode

@Suite("What a check of a folder finds")
struct FolderCheckTests {
  private static let today = Day(year: 2026, month: 11, day: 20)

  /// Checks tables by their names; every path of the report begins with DIR.
  private func check(
    _ tables: KeyValuePairs<InputTable, String>, beside others: [String] = []
  ) throws -> CheckReport {
    let folder = try TemporaryFolder()
    var inputs: [IngestInput] = []
    for (table, text) in tables {
      try FakeCluster.write(text, to: folder.file(table.fileName))
      inputs.append(IngestInput(path: folder.file(table.fileName), table: table))
    }
    return try FolderCheck(today: Self.today).check(inputs, beside: others)
  }

  private func doubts(_ report: CheckReport) -> [String] { report.doubts.map(\.sentence) }

  private static let header = "sku,location,date,units\n"

  @Test("A folder without a fault is clean, and what it holds is counted")
  func clean() throws {
    let report = try check([
      .warehouses: "id,volume_capacity_m3\nlyon,40\nparis,\n",
      .items: "sku,category,unit_cost,price\nA,toys,4,9\nB,books,2,5\n",
      .inventory: "sku,location,on_hand\nA,lyon,5\nB,paris,6\n",
      .sales: Self.header + "A,lyon,2026-11-17,3\nA,lyon,2026-11-18,1\nB,paris,2026-11-17,4\n",
    ])
    #expect(report.isClean)
    #expect(report.doubts == [])
    #expect(report.tables.map(\.rows) == [2, 2, 2, 3])
    #expect(report.skus == 2 && report.locations == 2)
    #expect(report.days?.lowerBound == Day(year: 2026, month: 11, day: 17))
    #expect(report.days?.upperBound == Day(year: 2026, month: 11, day: 18))
  }

  @Test("A file without a row is doubted")
  func empty() throws {
    let report = try check([.limits: "limit,value\n", .sales: Self.header])
    #expect(report.isClean)
    #expect(doubts(report) == ["has no rows; it takes away what there was", "has no rows"])
  }

  @Test("Each bad row is counted by its reason; the first three of each are told with their lines")
  func badRows() throws {
    let report = try check([
      .warehouses: "id\nlyon\n",
      .sales: Self.header + "A,lyon,2026-13-01,3\n"
        + (1...5).map { "A,rome,2026-11-0\($0),1\n" }.joined() + "A,lyon,2026-11-06,x\n",
    ])
    let sales = try #require(report.tables.last)
    #expect(!report.isClean && report.rejected == 7)
    #expect(sales.reasons == [.badDate: 1, .unknownLocation: 5, .badUnits: 1])
    #expect(sales.firstRejected.map(\.line) == [2, 3, 4, 5, 8])
  }

  @Test("A file that cannot be taken as a whole is told, and the others are read")
  func brokenFile() throws {
    let report = try check([
      .items: "stock keeping unit\nA\n", .sales: Self.header + "A,lyon,2026-11-17,3\n",
    ])
    #expect(report.failures == 1 && !report.isClean)
    #expect(report.tables[0].failure?.contains("column \"sku\" is needed") == true)
    #expect(report.tables[1].rows == 1)
  }

  @Test("Rows for a day that has one already are doubted, wherever they stand")
  func repeated() throws {
    let days = [17, 19, 18, 17, 1, 19]
    let report = try check([
      .sales: Self.header
        + days.map { "A,lyon,2026-11-\($0 < 10 ? "0" : "")\($0),1\n" }.joined()
        + "A,paris,2026-11-17,1\n"
    ])
    let told = try #require(doubts(report).first { $0.contains("already") })
    #expect(told.hasPrefix("2 rows are for a SKU, location and day"))
    #expect(told.contains("(line 5: A at lyon on 2026-11-17, ...)"))
  }

  @Test("Sales after today are doubted with the first line")
  func late() throws {
    let report = try check([
      .sales: Self.header + "A,lyon,2026-11-20,1\nA,lyon,2026-12-11,1\n"
    ])
    #expect(
      doubts(report).contains { $0.hasPrefix("1 row is later than today, 2026-11-20 (line 3") })
  }

  @Test("Days without a row, and locations that fall silent, are doubted")
  func silence() throws {
    var text = Self.header
    for day in 1...20 where day != 7 {
      for number in 1...6 {
        let date = "2026-11-\(day < 10 ? "0" : "")\(day)"
        if day != 9 { text += "\(number),lyon,\(date),1\n" }
        if day <= 12 { text += "\(number),paris,\(date),1\n" }
      }
    }
    let found = doubts(try check([.sales: text]))
    #expect(found.contains { $0.hasPrefix("1 day from 2026-11-01 to 2026-11-20 without any row") })
    #expect(found.contains { $0.hasPrefix("paris has its last row on 2026-11-12, 8 days before") })
    #expect(
      found.contains { $0.hasPrefix("lyon has no row on 1 day") && $0.contains("2026-11-09") })
    #expect(found.count == 3)
  }

  @Test("SKUs that one table names and another does not are doubted")
  func strangers() throws {
    let found = doubts(
      try check([
        .items: "sku,unit_cost,price\nA,4,9\nC,9,4\n",
        .suppliers: "supplier,sku\nacme,A\nacme,D\n",
        .inventory: "sku,location,on_hand\nA,lyon,5\nE,lyon,1\n",
        .sales: Self.header + "A,lyon,2026-11-17,3\nA,paris,2026-11-17,3\nB,lyon,2026-11-17,1\n",
      ]))
    #expect(found.contains { $0.hasPrefix("1 item costs more than the price (C)") })
    #expect(found.contains { $0.hasPrefix("1 SKU with sales has no row (B)") })
    #expect(found.contains { $0.hasPrefix("1 SKU without a sale (C); nothing is forecast") })
    #expect(found.contains { $0.hasPrefix("1 SKU without a sale (D); nothing is ordered") })
    #expect(found.contains { $0.hasPrefix("1 SKU without a sale (E); their stock") })
    #expect(
      found.contains { $0.hasPrefix("2 SKUs at locations sell and have no row (A at paris, ...)") })
  }

  @Test("Rules about what no table names are doubted, with the nearest name")
  func scopes() throws {
    let found = doubts(
      try check([
        .policy: "scope,service_level\ncategory=toy,0.9\nsupplier=acm,0.9\nsku=Z,0.9\n*,0.95\n",
        .items: "sku,category\nA,toys\n", .suppliers: "supplier,sku\nacme,A\n",
        .sales: Self.header + "A,lyon,2026-11-17,3\n",
      ]))
    #expect(found.count == 3)
    #expect(found[0].contains("no item has the category; is \"toys\" meant?"))
    #expect(found[1].contains("no such supplier; is \"acme\" meant?"))
    #expect(found[2].contains("no other table has this SKU"))
  }

  @Test("SKUs that look the same to a person are doubted")
  func spellings() throws {
    let found = doubts(
      try check([
        .sales: Self.header
          + "Cafe\u{301},lyon,2026-11-17,3\nCaf\u{E9},lyon,2026-11-17,3\ncAFÉ ,lyon,2026-11-17,3\n"
      ]))
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("2 SKUs differ from another in case, blanks"))
  }

  @Test("Files beside the tables are doubted where a table may be meant")
  func strayFiles() throws {
    let report = try check(
      [.sales: Self.header + "A,lyon,2026-11-17,3\n"],
      beside: ["d/warehouse.csv", "d/sales-2025.csv", "d/notes.txt", "d/sales.csv.rejects.csv"])
    #expect(doubts(report).count == 2)
    #expect(doubts(report)[0].contains("is warehouses.csv meant?"))
    #expect(doubts(report)[1].contains("take it in by its name, as sales"))
  }

  @Test("A set of days takes each once, in any order")
  func daySet() {
    var random = SplitMix64(seed: 7)
    var days = DaySet()
    var known: Set<Int32> = []
    for _ in 0..<5_000 {
      let day = Int32(truncatingIfNeeded: random.next() % 3_000)
      #expect(days.insert(Day(number: day)) == known.insert(day).inserted)
    }
  }
}
