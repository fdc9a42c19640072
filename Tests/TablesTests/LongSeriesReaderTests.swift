import Tables
import Testing

@Suite("Long series")
struct LongSeriesReaderTests {
  private func read(_ rows: String..., fillZero: Bool = false) throws -> LongTable {
    let text = "unique_id,ds,y\n" + rows.joined(separator: "\n")
    return try LongSeriesReader.read(
      ByteSource(bytes: Array(text.utf8), name: "series.csv"), fillZero: fillZero)
  }

  private func failure(_ rows: String...) -> String {
    let text = "unique_id,ds,y\n" + rows.joined(separator: "\n")
    let error = #expect(throws: TableError.self) {
      try LongSeriesReader.read(ByteSource(bytes: Array(text.utf8), name: "series.csv"))
    }
    return error?.description ?? ""
  }

  /// Reads one series with these times and says the spacing, and the labels around its end.
  private func infer(_ times: String...) throws -> [String] {
    let text = "unique_id,ds,y\n" + times.map { "a,\($0),1\n" }.joined()
    let table = try LongSeriesReader.read(ByteSource(bytes: Array(text.utf8), name: "series.csv"))
    let series = try #require(table.series.first)
    #expect(table.spacing.label(series, at: 0) == times.min())
    #expect(table.spacing.future(series, 0) == times.max())
    return [
      table.spacing.description, table.spacing.future(series, 1), table.spacing.future(series, 13),
    ]
  }

  @Test("interleaved rows in any order become series in order of first appearance")
  func interleaved() throws {
    let table = try read("b,2026-11-21,2", "a,2026-11-20,5", "b,2026-11-20,1", "a,2026-11-21,6")
    #expect(table.series.map(\.id) == ["b", "a"])
    #expect(table.series.map(\.values) == [[1, 2], [5, 6]])
  }

  @Test("ids are told apart by their bytes")
  func bytewiseIDs() throws {
    let table = try read("e\u{301},1,1", "\u{E9},1,2", "e\u{301},2,3")
    #expect(table.series.map(\.values) == [[1, 3], [2]])
    #expect(table.series.map { Array($0.id.utf8).count } == [3, 2])
  }

  @Test("days, weeks and odd steps are inferred from dates")
  func days() throws {
    #expect(
      try infer("2026-11-20", "2026-11-22", "2026-11-21") == ["1 day", "2026-11-23", "2026-12-05"])
    #expect(
      try infer("2026-11-02", "2026-11-09", "2026-11-16", "2026-11-30")
        == ["7 days", "2026-12-07", "2027-03-01"])
    #expect(try infer("2026-11-02", "2026-11-05") == ["3 days", "2026-11-08", "2026-12-14"])
  }

  @Test("months are inferred from their starts, their ends and any day that all share")
  func months() throws {
    #expect(
      try infer("2025-11-01", "2025-12-01", "2026-01-01") == [
        "1 month", "2026-02-01", "2027-02-01",
      ])
    #expect(
      try infer("2023-11-30", "2023-12-31", "2024-01-31") == [
        "1 month", "2024-02-29", "2025-02-28",
      ])
    #expect(try infer("2026-01-15", "2026-02-15") == ["1 month", "2026-03-15", "2027-03-15"])
  }

  @Test("quarters and years are calendar steps")
  func quartersAndYears() throws {
    #expect(
      try infer("2025-03-31", "2025-06-30", "2025-09-30") == [
        "3 months", "2025-12-31", "2028-12-31",
      ])
    #expect(
      try infer("2023-12-31", "2024-12-31", "2025-12-31")
        == ["12 months", "2026-12-31", "2038-12-31"])
    #expect(try infer("2024-01-01", "2025-01-01") == ["12 months", "2026-01-01", "2038-01-01"])
  }

  @Test("a missing month is one missing value")
  func missingMonth() throws {
    let table = try read("a,2026-01-31,1", "a,2026-02-28,2", "a,2026-04-30,4", fillZero: true)
    #expect(table.series.map(\.values) == [[1, 2, 0, 4]])
    #expect(table.spacing.step == .months(1))
  }

  @Test("timestamps keep their separator and their seconds")
  func timestamps() throws {
    #expect(
      try infer("2026-11-20 22:00:00", "2026-11-20 23:00:00")
        == ["3600 seconds", "2026-11-21 00:00:00", "2026-11-21 12:00:00"])
    #expect(
      try infer("2026-11-20T23:30", "2026-11-20T23:45")
        == ["900 seconds", "2026-11-21T00:00", "2026-11-21T03:00"])
    #expect(
      try infer("1969-12-31T23:59:58", "1969-12-31T23:59:59")
        == ["1 second", "1970-01-01T00:00:00", "1970-01-01T00:00:12"])
  }

  @Test("timestamps at one time of the day may be calendar months too")
  func monthlyTimestamps() throws {
    #expect(
      try infer("2025-11-01 06:00", "2025-12-01 06:00", "2026-01-01 06:00")
        == ["1 month", "2026-02-01 06:00", "2027-02-01 06:00"])
  }

  @Test("integers step by their most common gap")
  func integers() throws {
    #expect(try infer("10", "20", "30", "50") == ["10 steps", "60", "180"])
    #expect(try read("a,-2,1", "a,-1,2").spacing.step == .integers(1))
  }

  @Test("the season follows from the spacing")
  func seasons() throws {
    #expect(try read("a,2026-11-20,1", "a,2026-11-21,2").spacing.season == 7)
    #expect(try read("a,2026-01-01,1", "a,2026-02-01,2").spacing.season == 12)
    #expect(try read("a,2026-01-01,1", "a,2026-04-01,2").spacing.season == 4)
    #expect(try read("a,2026-11-20 01:00,1", "a,2026-11-20 02:00,2").spacing.season == 24)
    #expect(try read("a,1,1", "a,2,2").spacing.season == 1)
  }

  @Test("gaps are missing, or 0 when asked; an empty y is missing in either case")
  func gaps() throws {
    let rows = ["a,1,1", "a,2,", "a,4,4", "b,1,1", "b,2,2"]
    let text = Array(("unique_id,ds,y\n" + rows.joined(separator: "\n")).utf8)
    for fillZero in [false, true] {
      let table = try LongSeriesReader.read(
        ByteSource(bytes: text, name: "series.csv"), fillZero: fillZero)
      let values = table.series[0].values
      #expect(values.count == 4)
      #expect(values[1].isNaN)
      #expect(fillZero ? values[2] == 0 : values[2].isNaN)
    }
  }

  @Test("series may start at different times")
  func starts() throws {
    let table = try read("a,5,1", "a,6,2", "b,1,1", "b,2,2")
    #expect(table.series.map { table.spacing.label($0, at: 0) } == ["5", "1"])
    #expect(table.series.map { table.spacing.future($0, 1) } == ["7", "3"])
  }

  @Test("a second row for one time names the line, the series and the first line")
  func duplicates() {
    #expect(
      failure("a,2026-11-20,1", "a,2026-11-21,1", "a,2026-11-20,3")
        == "series.csv:4: series \"a\" has a second row for 2026-11-20, the first is on line 2; "
        + "remove one")
  }

  @Test("a time between the steps names its line")
  func misaligned() {
    let text = failure("a,2026-11-02,1", "a,2026-11-09,1", "a,2026-11-16,1", "a,2026-11-18,1")
    #expect(text.hasPrefix("series.csv:5: series \"a\": ds 2026-11-18 is not a whole number"))
    #expect(text.contains("7 days"))
  }

  @Test("two kinds of time in a file are an error")
  func mixedKinds() {
    #expect(
      failure("a,2026-11-20,1", "a,17,1").hasPrefix("series.csv:3: ds \"17\" is a whole number"))
    #expect(failure("a,2026-11-20,1", "a,2026-11-20 10:00,1").hasPrefix("series.csv:3:"))
  }

  @Test(
    "wrong values name line, value and way out",
    arguments: [
      ("a,20/11/2026,1", "ds \"20/11/2026\""), ("a,2026-11-20 25:00,1", "ds"),
      ("a,2026-11-20 10:61:00,1", "ds"), ("a,1.5,1", "ds \"1.5\""), ("a,1,x", "y \"x\""),
      (",1,1", "unique_id is empty"), ("a,1", "2 fields"), ("a,1,\"2", "quote"),
    ])
  func wrongValues(row: String, hint: String) {
    let text = failure(row)
    #expect(text.hasPrefix("series.csv:2: "))
    #expect(text.contains(hint))
  }

  @Test("a mistyped year does not fill the memory")
  func tooLong() {
    let text = failure("a,2026-11-20,1", "a,2026-11-21,1", "a,2026-11-22,1", "a,9026-11-23,1")
    #expect(text.hasPrefix("series.csv:5: "))
  }

  @Test("files with too little to infer a spacing from are errors")
  func tooFewRows() {
    #expect(failure().contains("no rows"))
    #expect(failure("a,1,1", "b,2,1").contains("no series has two rows"))
  }
}
