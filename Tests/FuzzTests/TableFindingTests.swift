import Tables
import Testing

/// What was found in how tables are read.
@Suite struct TableFindingTests {
  /// Steps of millennia led behind the last day that has a number, which ended the program.
  @Test(arguments: ["", " 00:00"])
  func `a calendar's end is where steps that leave it end`(time: String) throws {
    let text = "unique_id,ds,y\na,0001-01-01\(time),1\na,9999-01-01\(time),2\n"
    let table = try LongSeriesReader.read(ByteSource(bytes: Array(text.utf8), name: "far"))
    let series = try #require(table.series.first)
    #expect(table.spacing.future(series, 1) == "19997-01-01\(time)")
    #expect(table.spacing.future(series, 1_024) == "5000000-01-01\(time)")
    #expect(table.spacing.future(series, 1 << 20) == "5000000-01-01\(time)")
  }

  /// Where a pipe's first piece ended behind a line end in quotes, the separator was told by what
  /// stood before it.
  @Test(arguments: [.max, 9, 2])
  func `a first line with a line end in quotes tells its separator whatever the pieces`(
    pieceBytes: Int
  ) throws {
    let text = "\"my\nnote\";sku;location;date;units\n,,;A;north;2026-11-18;3\n"
    let source = ByteSource(bytes: Array(text.utf8), name: "table", pieceBytes: pieceBytes)
    var reader = try SalesReader(source)
    var units: [Double] = []
    _ = try unsafe reader.read(
      row: { unsafe units.append($0.units) },
      rejected: { Issue.record("\($0)") })
    #expect(units == [3])
    #expect(source.format == .delimited(.semicolon))
  }

  /// In small pieces a carriage return as the first byte that is not quoted was taken for the end
  /// of the line.
  @Test(arguments: [3, 121, 122, .max])
  func `a refused row is quoted the same whatever the pieces`(pieceBytes: Int) throws {
    let row = "\"" + String(repeating: "x", count: 119) + "\ryy"
    let text = "sku,location,date,units\n\(row)\n"
    let source = ByteSource(bytes: Array(text.utf8), name: "table", pieceBytes: pieceBytes)
    var reader = try SalesReader(source)
    var quotes: [String] = []
    _ = try unsafe reader.read(row: { _ in }, rejected: { quotes.append($0.text) })
    #expect(quotes == [String(row.prefix(120)) + "…"])
  }
}
