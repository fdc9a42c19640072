import Demand
import Tables
import TestSupport
import Testing

@Suite("Tables of JSON objects")
struct JSONLineTests {
  private static let row = #"{"sku":"s","location":"b","date":"2026-11-20","units":3}"#

  private func sales(
    _ text: String, columns: ColumnNames = ColumnNames(), location: String? = nil,
    returns: ReturnsRule = .refuse
  ) throws -> (rows: [SalesRow], rejected: [RejectedRow]) {
    try readSales(
      Array(text.utf8), columns: columns, defaultLocation: try location.map { try Location($0) },
      returns: returns)
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try sales(text)
      return nil
    } catch { return "\(error)" }
  }

  @Test("rows are what they are in delimited text")
  func rows() throws {
    let text = """
      {"sku": "SKU-1", "location": "berlin", "date": "2026-11-20","units": 17,"price": 9.90, \
      "promotion": true}
      {"units":0.5,"date":"2024-02-29","location":"lyon","sku":"茶壶","price":null}

      { "sku" : 1001 , "location":"lyon", "date":"2024-03-01","units":"2.5e1", "promotion":0, \
      "in_stock":false, "extra":"x" }
      """
    let (rows, rejected) = try sales(text)
    #expect(rejected.isEmpty, "\(rejected)")
    #expect(
      rows == [
        SalesRow(
          sku: try SKU("SKU-1"), location: try Location("berlin"), day: try Day("2026-11-20"),
          units: 17, price: 9.9, promotion: true),
        SalesRow(
          sku: try SKU("茶壶"), location: try Location("lyon"), day: try Day("2024-02-29"),
          units: 0.5),
        SalesRow(
          sku: try SKU("1001"), location: try Location("lyon"), day: try Day("2024-03-01"),
          units: 25, outOfStock: true),
      ])
  }

  @Test(
    "line ends, a mark and a missing last line end change nothing",
    arguments: ["\u{FEFF}R\nR\n", "R\r\nR\r\n", "R\nR", "\n R \n\n\tR\n\n"])
  func lineEnds(form: String) throws {
    let (rows, rejected) = try sales(form.replacing("R", with: Self.row))
    #expect(rows.count == 2)
    #expect(rejected.isEmpty)
  }

  @Test("escapes stand for what they mean")
  func escapes() throws {
    let text =
      #"{"sku":"a\"b\\\/\n\u00e9\ud83c\udf75","location":"\u0062","date":"2026-11-20","units":1}"#
    #expect(try sales(text).rows.map(\.sku.description) == ["a\"b\\/\n\u{e9}\u{1F375}"])
    let key = #"{"s\u006bu":"a","location":"b","date":"2026-11-20","units":1}"#
    #expect(try sales(key).rows.count == 1)
  }

  @Test(
    "a line that is no object of plain values is refused alone, with its code and the key",
    arguments: [
      ("plain", RejectedRow.Reason.badJSON, "say --format csv"),
      ("[1]", .badJSON, "jq -c"),
      (#"{"sku":"s","units":{"a":1}}"#, .nestedValue, "\"units\" holds an object"),
      (#"{"sku":["s"]}"#, .nestedValue, "\"sku\" holds"),
      (#"{"sku":"s","sku":"t"}"#, .repeatedKey, "\"sku\" is there twice"),
      (#"{"sku":"s""#, .badJSON, "cut short"),
      (#"{"sku":"s"#, .badJSON, "does not close"),
      (#"{"sku":"s",}"#, .badJSON, "a key in quotes"),
      (#"{sku:"s"}"#, .badJSON, "a key in quotes"),
      (#"{"sku" "s"}"#, .badJSON, "a colon"),
      (#"{"sku":}"#, .badJSON, "\"sku\" has no value"),
      (#"{"sku":"s"} {}"#, .badJSON, "follows the object"),
      (#"{"units":01}"#, .badJSON, "\"units\" has a number"),
      (#"{"units":1.}"#, .badJSON, "\"units\" has a number"),
      (#"{"units":NaN}"#, .badJSON, "\"units\" has no value"),
      (#"{"sku":"\x"}"#, .badJSON, "backslash"),
      (#"{"sku":"\ud83c"}"#, .badJSON, "surrogate"),
      (#"{"sku":"\u0000"}"#, .nulByte, "character 0"),
      ("{\"sku\":\"a\tb\"}", .badJSON, "control character"),
      (#"{"sku":"s","location":"b","date":"2026-11-20"}"#, .badUnits, "units"),
    ])
  func faults(line: String, reason: RejectedRow.Reason, words: String) throws {
    let (rows, rejected) = try sales("\(Self.row)\n\(line)\n\(Self.row)\n")
    #expect(rows.count == 2)
    #expect(rejected.map(\.reason) == [reason])
    #expect(rejected.map(\.line) == [2])
    #expect(rejected[0].sentence.contains(words), "\(rejected[0].sentence)")
    #expect(rejected[0].text == line)
  }

  @Test("the first object must have what is needed, and says what it has")
  func missing() {
    #expect(
      error(#"{"unique_id":"s","location":"b","date":"2026-11-20","units":3}"#)
        == "sales.csv:1: column \"sku\" is needed, found are \"unique_id\", \"location\", "
        + "\"date\", \"units\"; rename the column or say --columns sku=ITS_NAME")
    #expect(error("{\"sku\":\n\"s\"}")?.hasPrefix("sales.csv:1: \"sku\" has no value") == true)
  }

  @Test("keys are mapped as columns are, in any case, and may come later than in the first line")
  func keys() throws {
    let columns = try ColumnNames(parsing: "sku=unique_id,date=ds,units=y")
    let text = #"""
      {"unique_id":"s","DS":"2026-11-20","y":3,"location":"b"}
      {"ds":"2026-11-21","unique_id":"s","y":4,"Location":"b","price":2}
      """#
    let (rows, rejected) = try sales(text, columns: columns)
    #expect(rejected.isEmpty)
    #expect(rows.map(\.units) == [3, 4])
    #expect(rows.map(\.price) == [nil, 2])
  }

  @Test("a default location stands for a missing key, line by line")
  func location() throws {
    let text = "{\"sku\":\"s\",\"date\":\"2026-11-20\",\"units\":3}\n\(Self.row)\n"
    #expect(try sales(text, location: "all").rows.map(\.location.description) == ["all", "b"])
  }

  @Test("a misspelt key is refused in the first line and in later ones")
  func misspelt() throws {
    for text in [
      #"{"sku":"a","unit_costs":3}"#, "{\"sku\":\"a\"}\n{\"sku\":\"a\",\"unit_costs\":3}",
    ] {
      let source = ByteSource(bytes: Array(text.utf8), name: "items.ndjson")
      #expect(throws: TableError.self) {
        var reader = try ItemReader(source)
        _ = try reader.read(item: { _, _ in }, rejected: { _ in })
      }
    }
  }

  @Test("series in long form come as objects too, all with the keys of the first")
  func longSeries() throws {
    let text = (1...9).map { #"{"unique_id":"a","ds":\#($0),"y":\#($0 == 4 ? "null" : "\($0)")}"# }
    let table = try LongSeriesReader.read(
      ByteSource(bytes: Array(text.joined(separator: "\n").utf8), name: "y.ndjson"))
    #expect(table.series[0].values.count == 9)
    #expect(table.series[0].values[3].isNaN)
    #expect(throws: TableError.self) {
      let odd = text + [#"{"unique_id":"a","ds":10,"value":1}"#]
      return try LongSeriesReader.read(
        ByteSource(bytes: Array(odd.joined(separator: "\n").utf8), name: "y.ndjson"))
    }
  }

  @Test("the name decides, then the first byte, and a word of the user over both")
  func format() throws {
    let csv = Array("sku,location,date,units\ns,b,2026-11-20,1\n".utf8)
    let named = ByteSource(bytes: csv, name: "sales.NDJSON")
    #expect(throws: TableError.self) { _ = try SalesReader(named) }
    named.choice = .csv
    try named.rewind()
    _ = try SalesReader(named)
    #expect(named.format == .delimited(.comma))
    let bare = ByteSource(bytes: Array("\n \(Self.row)".utf8), name: "standard input")
    _ = try SalesReader(bare)
    #expect(bare.format == .json)
  }

  @Test("lines come whole over the ends of what is read at once", arguments: [1, 3, 64, 1_000])
  func pieces(bytes: Int) throws {
    let lines = (0..<40).map {
      #"{"sku":"s\u00e9\#($0)","location":"b","date":"2026-11-20","units":\#($0)}"#
    }
    var reader = try SalesReader(
      ByteSource(
        bytes: Array(lines.joined(separator: "\n").utf8), name: "x", pieceBytes: bytes))
    var units: [Double] = []
    _ = unsafe try reader.read(row: { unsafe units.append($0.units) }, rejected: { _ in })
    #expect(units == (0..<40).map(Double.init))
  }

  @Test("a line over the limit is refused alone, however long it is", arguments: [65_537, 900_000])
  func longLines(bytes: Int) throws {
    let long = "{\"sku\":\"" + String(repeating: "x", count: bytes) + "\"}"
    let (rows, rejected) = try sales("\(Self.row)\n\(long)\n\(Self.row)\n")
    #expect(rows.count == 2)
    #expect(rejected.map(\.reason) == [.lineTooLong])
    #expect(rejected.map(\.line) == [2])
  }

  @Test("an object of too many keys is refused, while keys that nobody wants may go on and on")
  func manyKeys() throws {
    let others = (0..<200).map { "{\"k\($0)\":1," + Self.row.dropFirst() + "\n" }.joined()
    let (all, none) = try sales(others)
    #expect(all.count == 200)
    #expect(none.isEmpty)
    let wide = "{" + (0..<65).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    let (rows, rejected) = try sales("\(Self.row)\n\(wide)\n\(Self.row)\n")
    #expect(rows.count == 2)
    #expect(rejected.map(\.reason) == [.tooManyFields])
  }

  @Test("mutated lines are read or refused, and neither trap nor lose a line", arguments: 0..<300)
  func hostile(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let line =
      #"{"sku":"a\u00e9","location":"b","date":"2026-11-20","units":1.5e0,"promotion":null}"#
    var text = Array((0..<6).map { _ in line }.joined(separator: "\n").utf8)
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      // The first line stays, since a fault there ends the reading.
      let index = Int.random(in: (line.utf8.count + 1)..<text.count, using: &random)
      text[index] = UInt8.random(in: 0...255, using: &random)
    }
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    let blank = lines.count { $0.allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }
    let (rows, rejected) = try readSales(text)
    #expect(rows.count + rejected.count == lines.count - blank, "seed \(seed)")
  }
}
