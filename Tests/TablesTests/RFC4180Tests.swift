import Demand
import Tables
import Testing

/// What RFC 4180 leaves open, and what files that people have look like.
@Suite("Delimited text as it comes")
struct RFC4180Tests {
  private static let header = "sku,location,date,units"
  private static let row = "s,b,2026-11-20,3"

  private func sales(_ text: String) throws -> (rows: [SalesRow], rejected: [RejectedRow]) {
    try readSales(Array(text.utf8))
  }

  private func error(_ bytes: [UInt8]) -> String? {
    do {
      _ = try readSales(bytes)
      return nil
    } catch { return "\(error)" }
  }

  @Test(
    "a mark, either line end, empty lines and a missing last line end change nothing",
    arguments: [
      "\u{FEFF}H\nR\nR\n", "H\r\nR\r\nR\r\n", "H\nR\r\nR\n", "H\nR\nR", "H\r\nR\r\nR",
      "\n\nH\n\nR\n\nR\n\n",
    ])
  func lineEnds(form: String) throws {
    let text = form.replacing("H", with: Self.header).replacing("R", with: Self.row)
    let (rows, rejected) = try sales(text)
    #expect(rows.map(\.units) == [3, 3])
    #expect(rejected.isEmpty)
  }

  @Test("quoted fields hold line ends, separators and doubled quotes, and lines are counted on")
  func quoted() throws {
    let text = Self.header + "\r\n\"a\r\nb, \"\"c\"\"\",b,2026-11-20,3\r\nx,y,z,1\r\n"
    let (rows, rejected) = try sales(text)
    #expect(rows.map(\.sku.description) == ["a\r\nb, \"c\""])
    #expect(rejected.map(\.line) == [4])
  }

  @Test("a carriage return that ends no line is refused where it stands, quoted it is text")
  func loneCarriageReturn() throws {
    let text = Self.header + "\ns\rt,b,2026-11-20,3\n\"s\rt\",b,2026-11-20,3\n"
    let (rows, rejected) = try sales(text)
    #expect(rows.map(\.sku.description) == ["s\rt"])
    #expect(rejected.map(\.reason) == [.loneCarriageReturn])
    #expect(rejected.map(\.line) == [2])
    let old = try #require(error(Array("\(Self.header)\r\(Self.row)\r".utf8)))
    #expect(old.contains("sales.csv:1:"))
    #expect(old.contains("line ends LF or CR LF"))
  }

  @Test("a last column without a name is passed over where every row has it")
  func trailingCommas() throws {
    let text = Self.header + ",\n\(Self.row),\n\(Self.row)\n"
    let (rows, rejected) = try sales(text)
    #expect(rows.count == 1)
    #expect(rejected.map(\.reason) == [.tooFewFields])
    let narrow = try sales("\(Self.header)\n\(Self.row),\n")
    #expect(narrow.rejected.map(\.reason) == [.tooManyFields])
    #expect(narrow.rejected[0].sentence.hasPrefix("the row has 5 fields, the first line has 4"))
  }

  @Test("a row with a byte 0 is refused, in quotes too")
  func nulBytes() throws {
    let text = "\(Self.header)\ns\0,b,2026-11-20,3\n\"s\0\",b,2026-11-20,3\n\(Self.row)\n"
    let (rows, rejected) = try sales(text)
    #expect(rows.count == 1)
    #expect(rejected.map(\.reason) == [.nulByte, .nulByte])
  }

  @Test("an empty file names what is wanted, a header alone is a table without rows")
  func empty() throws {
    for text in ["", "\n\r\n", "\u{FEFF}"] {
      #expect(error(Array(text.utf8)) == "sales.csv is empty; its first line must name the columns")
    }
    #expect(try sales(Self.header).rows.isEmpty)
    #expect(try sales(Self.header + "\n").rejected.isEmpty)
  }

  @Test("UTF-16 is named, with a mark and without, in either order")
  func utf16() {
    let units = Array("\(Self.header)\n\(Self.row)\n".utf16)
    let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [[0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big] {
      #expect(
        error(bytes)
          == "sales.csv is UTF-16 text; save it as UTF-8, or convert it: "
          + "iconv -f UTF-16 -t UTF-8 FILE > NEW")
    }
  }

  @Test(
    "compressed files and spreadsheets are named",
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x00], "compressed by gzip; unpack it"),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd; unpack it"),
      ([0x50, 0x4B, 0x03, 0x04], "a spreadsheet or another zip archive; save the sheet as CSV"),
    ] as [([UInt8], String)])
  func alien(bytes: [UInt8], words: String) throws {
    #expect(try #require(error(bytes)).contains("sales.csv is \(words)"))
  }

  @Test("the first line shows which separator there is", arguments: [";", "\t"])
  func separators(separator: String) throws {
    let plain = "\(Self.header),note\n\(Self.row),\"a;b\tc\"\n\"q\",b,2026-11-20,0.5,-\n"
    let text = plain.replacing(",", with: separator)
    let (rows, rejected) = try sales(text)
    #expect(rejected.isEmpty)
    #expect(rows.map(\.units) == [3, 0.5])
    #expect(rows.map(\.sku.description) == ["s", "q"])
  }

  @Test("commas are ordinary text where semicolons separate, and decimals with one are refused")
  func decimalCommas() throws {
    let text = "sku;location;date;units;price\na,b;x;2026-11-20;1,5;\ns;x;2026-11-20;1;9,90\n"
    let (rows, rejected) = try sales(text)
    #expect(rows.isEmpty)
    #expect(
      rejected.map(\.sentence) == [
        "units \"1,5\" is written with a comma; write decimals with a point and thousands without "
          + "a mark, as 1234.5",
        "price \"9,90\" is written with a comma; write decimals with a point and thousands without "
          + "a mark, as 1234.5",
      ])
  }

  @Test("semicolons inside a table of commas stay text")
  func listsStay() throws {
    let text = "sku,location,on_hand,in_transit,eta\ns,b,1,2;3;4,2026-11-20;2026-11-21;2026-11-22\n"
    let source = ByteSource(bytes: Array(text.utf8), name: "inventory.csv")
    var reader = try InventoryReader(source)
    var arrivals = 0
    _ = try reader.read(stock: { arrivals = $2.inTransit.count }, rejected: { _ in })
    #expect(arrivals == 3)
    #expect(source.format == .delimited(.comma))
  }

  @Test("fields come whole over the ends of what is read at once", arguments: [1, 2, 3, 7])
  func pieces(bytes: Int) throws {
    let text =
      "\u{FEFF}sku;location;date;units\r\n\"a\"\"\r\nb\";x;2026-11-20;1\r\nc;x;2026-11-20;2"
    var reader = try SalesReader(
      ByteSource(bytes: Array(text.utf8), name: "sales.csv", pieceBytes: bytes))
    var units: [Double] = []
    _ = unsafe try reader.read(row: { unsafe units.append($0.units) }, rejected: { _ in })
    #expect(units == [1, 2])
  }
}
