import Demand
import Tables
import TestSupport
import Testing

@Suite("Returns and empty shelves in sales")
struct SalesReturnsTests {
  private static let header = "sku,location,date,units,in_stock\n"

  private func sales(
    _ rows: String, returns: ReturnsRule = .refuse
  ) throws -> (rows: [SalesRow], rejected: [RejectedRow]) {
    try readSales(Array((Self.header + rows).utf8), returns: returns)
  }

  @Test(
    "a shelf is empty where in_stock says no, and full where it says nothing",
    arguments: [
      ("0", true), ("no", true), ("False", true), ("1", false), ("", false), (" ", false),
    ])
  func stock(word: String, isOut: Bool) throws {
    let (rows, rejected) = try sales("s,b,2026-11-20,2,\(word)\n")
    #expect(rejected.isEmpty)
    #expect(rows.map(\.outOfStock) == [isOut])
    #expect(rows.map(\.units) == [2])
  }

  @Test("a word for the stock that is neither yes nor no is a bad row that says what to write")
  func badStock() throws {
    let (rows, rejected) = try sales("s,b,2026-11-20,2,some\n")
    #expect(rows.isEmpty)
    #expect(rejected.map(\.reason) == [.badInStock])
    #expect(rejected[0].sentence.contains("write 0 where the shelf was empty"))
  }

  @Test("returns are negative units when they are netted, down to the limit of sales")
  func net() throws {
    let (rows, rejected) = try sales(
      "s,b,2026-11-20,-2,\ns,b,2026-11-20,-0.5,0\ns,b,2026-11-20,-1000000001,\n", returns: .net)
    #expect(rows.map(\.units) == [-2, -0.5])
    #expect(rows.map(\.outOfStock) == [false, true])
    #expect(rejected.map(\.reason) == [.tooManyUnits])
  }

  @Test("returns that are ignored are counted, and checked like other rows")
  func ignore() throws {
    let text = Self.header + "s,b,2026-11-20,-2,\ns,b,2026-11-20,3,0\ns,b,tomorrow,-2,\n"
    var reader = try SalesReader(
      ByteSource(bytes: Array(text.utf8), name: "sales.csv"), returns: .ignore)
    var units: [Double] = []
    var rejected: [RejectedRow] = []
    _ = unsafe try reader.read(
      row: { unsafe units.append($0.units) }, rejected: { rejected.append($0) })
    #expect(units == [3])
    #expect(rejected.map(\.reason) == [.badDate])
    #expect(reader.returnCount == 1)
    #expect(reader.outOfStockCount == 1)
  }

  @Test("the column of the stock can have another name")
  func named() throws {
    let text = "unique_id,location,ds,y,available\ns,b,2026-11-20,2,0\n"
    let columns = try ColumnNames(parsing: "sku=unique_id,date=ds,units=y,in_stock=available")
    let (rows, _) = try readSales(Array(text.utf8), columns: columns)
    #expect(rows.map(\.outOfStock) == [true])
  }
}
