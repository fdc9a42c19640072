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
}
