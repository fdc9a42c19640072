import Demand
import Packing
import Tables
import TestSupport
import Testing

/// Reads sales through the packed batch that they are meant for.
func readSales(
  _ text: [UInt8], columns: ColumnNames = ColumnNames(), defaultLocation: Location? = nil,
  knownLocations: [Location]? = nil, returns: ReturnsRule = .refuse
) throws -> (rows: [SalesRow], rejected: [RejectedRow]) {
  var reader = try SalesReader(
    ByteSource(bytes: text, name: "sales.csv"), columns: columns,
    defaultLocation: defaultLocation, knownLocations: knownLocations, returns: returns)
  var batch = SalesBatchWriter()
  var rejected: [RejectedRow] = []
  let more = unsafe try reader.read(
    row: { row in
      unsafe batch.append(
        sku: row.sku, location: row.location, day: row.day, units: row.units, price: row.price,
        promotion: row.promotion, outOfStock: row.outOfStock)
    }, rejected: { rejected.append($0) })
  #expect(!more)
  var unpacker = SalesBatchReader(batch.bytes)
  var rows: [SalesRow] = []
  while let row = try unpacker.next() { rows.append(row) }
  return (rows, rejected)
}

@Suite("Sales")
struct SalesReaderTests {
  private static let header = "sku,location,date,units,price,promotion\n"

  private func sales(_ rows: String) throws -> (rows: [SalesRow], rejected: [RejectedRow]) {
    try readSales(Array((Self.header + rows).utf8))
  }

  @Test("good rows arrive as they were written")
  func goodRows() throws {
    let (rows, rejected) = try sales(
      "SKU-1,berlin,2026-11-20,17,9.90,1\n茶壶,lyon,2024-02-29,0.5,,\n")
    #expect(rejected.isEmpty)
    #expect(
      rows == [
        SalesRow(
          sku: try SKU("SKU-1"), location: try Location("berlin"), day: try Day("2026-11-20"),
          units: 17, price: 9.9, promotion: true),
        SalesRow(
          sku: try SKU("茶壶"), location: try Location("lyon"), day: try Day("2024-02-29"),
          units: 0.5),
      ])
  }

  @Test(
    "every fault has its code",
    arguments: [
      (",b,2026-11-20,1,,", RejectedRow.Reason.badSKU),
      (String(repeating: "s", count: 129) + ",b,2026-11-20,1,,", .badSKU),
      ("s,,2026-11-20,1,,", .badLocation),
      ("s," + String(repeating: "b", count: 65) + ",2026-11-20,1,,", .badLocation),
      ("s,b,20.11.2026,1,,", .badDate), ("s,b,2026-02-29,1,,", .badDate),
      ("s,b,2026-13-01,1,,", .badDate), ("s,b,,1,,", .badDate),
      ("s,b,1969-12-31,1,,", .dateOutOfRange), ("s,b,2200-01-01,1,,", .dateOutOfRange),
      ("s,b,2026-11-20,,,", .badUnits), ("s,b,2026-11-20,many,,", .badUnits),
      ("s,b,2026-11-20,nan,,", .badUnits), ("s,b,2026-11-20,inf,,", .badUnits),
      ("s,b,2026-11-20,0x10,,", .badUnits), ("s,b,2026-11-20,1e999,,", .badUnits),
      ("s,b,2026-11-20,\"1,5\",,", .badUnits), ("s,b,2026-11-20,-3,,", .negativeUnits),
      ("s,b,2026-11-20,1000000001,,", .tooManyUnits),
      ("s,b,2026-11-20,1,-1,", .badPrice), ("s,b,2026-11-20,1,1e39,", .badPrice),
      ("s,b,2026-11-20,1,free,", .badPrice), ("s,b,2026-11-20,1,,maybe", .badPromotion),
      ("s,b,2026-11-20,1", .tooFewFields), ("s,b,2026-11-20,1,5,,", .tooManyFields),
      ("s\0,b,2026-11-20,1,,", .nulByte), ("\"s,b,2026-11-20,1,,", .textAfterQuote),
    ])
  func faults(row: String, reason: RejectedRow.Reason) throws {
    let good = "s,b,2026-11-20,1,\"2\",0\n"
    let (rows, rejected) = try sales(good + row + "\n" + good)
    #expect(rows.count == 2)
    #expect(rejected.map(\.reason) == [reason])
    #expect(rejected.map(\.line) == [3])
    #expect(rejected.allSatisfy { $0.sentence.count > 20 && row.hasPrefix($0.text.prefix(9)) })
  }

  @Test("a name that is not UTF-8 is rejected")
  func notUTF8() throws {
    let text = Array(Self.header.utf8) + [0xC3, 0x28] + Array(",b,2026-11-20,1,,\n".utf8)
    #expect(try readSales(text).rejected.map(\.reason) == [.badSKU])
  }

  @Test("line numbers count the lines inside quotes")
  func lineNumbers() throws {
    let (rows, rejected) = try sales("\"a\nb\",x,2026-11-20,1,,\n\"c\nd\",x,2026-11-20,-1,,\n")
    #expect(rows.count == 1)
    #expect(rejected.map(\.line) == [4])
    #expect(rejected.map(\.text) == ["\"c\nd\",x,2026-11-20,-1,,"])
  }

  @Test("the sentence on negative units says where returns go")
  func returns() throws {
    let (_, rejected) = try sales("s,b,2026-11-20,-3,,\n")
    #expect(
      rejected.first?.description
        == "line 2: units \"-3\" is a return; say --returns net, which takes it off the "
        + "day's sales, or --returns ignore; once the other rows are in, send the returns "
        + "alone, in a file of their own")
  }

  @Test("a column that is nearly called like one of these is refused")
  func misspelt() throws {
    let text = "sku,location,date,units,instock\ns,b,2026-11-20,1,0\n"
    let wanted = TableError.misspeltColumn(file: "f.csv", column: "instock", meant: "in_stock")
    #expect(throws: wanted) {
      _ = try SalesReader(ByteSource(bytes: Array(text.utf8), name: "f.csv"))
    }
  }

  @Test("columns come in any order, in any case, with others between")
  func columnOrder() throws {
    let text = "Note,Units,DATE,extra,sku,location\n\"a, b\",2.5,2026-11-20,x,s,b\n"
    let (rows, rejected) = try readSales(Array(text.utf8))
    #expect(rejected.isEmpty)
    #expect(rows.map(\.units) == [2.5])
  }

  @Test("columns may be called otherwise")
  func mapping() throws {
    let columns = try ColumnNames(parsing: "sku=unique_id, date=ds,units=y")
    let (rows, _) = try readSales(
      Array("unique_id,ds,y\ns,2026-11-20,3\n".utf8), columns: columns,
      defaultLocation: try Location("main"))
    #expect(rows.map(\.location.description) == ["main"])
  }

  @Test("a missing column names what was found, what is needed and the nearest")
  func missingColumn() throws {
    let error = #expect(throws: TableError.self) {
      try readSales(Array("sku,location,dates,units\n".utf8))
    }
    #expect(
      error?.description
        == "sales.csv:1: column \"date\" is needed, found are \"sku\", \"location\", \"dates\", "
        + "\"units\"; if \"dates\" is meant, rename it or say --columns date=dates")
  }

  @Test("bars between the fields are recognised")
  func bars() throws {
    let error = #expect(throws: TableError.self) {
      try readSales(Array("sku|location|date|units\n".utf8))
    }
    #expect(error?.description.hasSuffix("not by \"|\"") == true)
  }

  @Test("an empty file and a column that is there twice are errors")
  func badHeaders() throws {
    #expect(throws: TableError.empty(file: "sales.csv")) { try readSales([]) }
    #expect(throws: TableError.repeatedColumn(file: "sales.csv", column: "sku")) {
      try readSales(Array("sku,SKU,location,date,units\n".utf8))
    }
  }

  @Test("a location that no warehouse has is rejected with the nearest name")
  func unknownLocation() throws {
    let known = try ["berlin", "lyon"].map { try Location($0) }
    let text =
      Self.header + "s,berlin,2026-11-20,1,,\ns,berlim,2026-11-20,1,,\ns,lyon,2026-11-20,1,,\n"
    let (rows, rejected) = try readSales(Array(text.utf8), knownLocations: known)
    #expect(rows.count == 2)
    #expect(rejected.map(\.reason) == [.unknownLocation])
    #expect(rejected.first?.sentence.contains("is \"berlin\" meant?") == true)
  }

  @Test("reading stops after as many rows as asked and goes on from there")
  func pieces() throws {
    let text = Self.header + String(repeating: "s,b,2026-11-20,1,,\n", count: 10)
    var reader = try SalesReader(ByteSource(bytes: Array(text.utf8), name: "sales.csv"))
    var count = 0
    let more = unsafe try reader.read(maximumRows: 4, row: { _ in count += 1 }, rejected: { _ in })
    #expect(more && count == 4)
    let rest = unsafe try reader.read(row: { _ in count += 1 }, rejected: { _ in })
    #expect(!rest && count == 10)
  }

  @Test("promotions are words or digits", arguments: ["1", "true", "YES", " yes "])
  func promotions(word: String) throws {
    #expect(try sales("s,b,2026-11-20,1,,\(word)\n").rows.map(\.promotion) == [true])
  }

  @Test("minus zero is zero, for units and prices")
  func minusZero() throws {
    let row = try #require(try sales("s,b,2026-11-20,-0,-0.0,\n").rows.first)
    #expect(row.units.sign == .plus)
    #expect(row.price?.sign == .plus)
  }

  @Test("numbers read as the standard library reads them", arguments: 1...3)
  func numbers(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let digits = (0..<Int.random(in: 1...22, using: &random)).map { _ in
        String(Int.random(in: 0...9, using: &random))
      }.joined()
      let point = Int.random(in: 0...8, using: &random)
      var text = String(digits.dropLast(point)) + "." + String(digits.suffix(point))
      if Bool.random(using: &random) { text += "e-\(Int.random(in: 0...30, using: &random))" }
      guard let value = Double(text.hasPrefix(".") ? "0" + text : text), value <= 1e9 else {
        continue
      }
      let rows = try sales("s,b,2026-11-20,\(text),,\n").rows
      #expect(rows.map(\.units) == [value], "seed \(seed): \(text)")
    }
  }

  @Test("every date of two centuries reads as Day reads it")
  func dates() throws {
    var text = Self.header
    let days = stride(from: 0, to: 84_000, by: 37).map { Day(number: Int32($0)) }
    for day in days { text += "s,b,\(day),1,,\n" }
    #expect(try readSales(Array(text.utf8)).rows.map(\.day) == days)
  }
}

@Suite("Column names")
struct ColumnNamesTests {
  @Test(
    "texts that say nothing usable are errors with a way out",
    arguments: ["", "sku", "skus=a", "sku=", "sku=a,sku=b", "sku=a,,date=b"])
  func errors(text: String) {
    let error = #expect(throws: TableError.self) { try ColumnNames(parsing: text) }
    #expect(error?.description.contains("sku=unique_id,date=ds,units=y") == true)
  }

  @Test("an unknown column suggests the nearest")
  func suggestion() {
    let error = #expect(throws: TableError.self) { try ColumnNames(parsing: "untis=y") }
    #expect(error?.description.contains("\"units\"") == true)
  }

  @Test("the nearest name is near or nothing")
  func nearest() {
    #expect(NearestName.among(["date", "units"], to: "dates") == "date")
    #expect(NearestName.among(["date", "units"], to: "unist") == "units")
    #expect(NearestName.among(["date", "units"], to: "warehouse") == nil)
    #expect(NearestName.among([], to: "x") == nil)
  }
}
