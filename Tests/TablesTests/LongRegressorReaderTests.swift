import Tables
import Testing

@Suite("Regressors of long series")
struct LongRegressorReaderTests {
  /// `a` has days 1 to 3 of December 2026, `b` days 2 and 3.
  private func table() throws -> LongTable {
    let text = """
      unique_id,ds,y
      a,2026-12-01,1
      a,2026-12-02,2
      a,2026-12-03,3
      b,2026-12-02,4
      b,2026-12-03,5
      """
    return try LongSeriesReader.read(ByteSource(bytes: Array(text.utf8), name: "series.csv"))
  }

  private func read(_ text: String, horizon: Int = 1) throws -> LongRegressors {
    try LongRegressorReader.read(
      ByteSource(bytes: Array(text.utf8), name: "more.csv"), for: table(), horizon: horizon)
  }

  private func failure(_ text: String, horizon: Int = 1) -> String {
    let error = #expect(throws: TableError.self) { try read(text, horizon: horizon) }
    return error?.description ?? ""
  }

  /// Rows that are all there, for one step of forecast.
  private static let complete = """
    price,unique_id,ds,promotion
    7.5,b,2026-12-04,1
    1,a,2026-12-01,0
    2,a,2026-12-02,-1
    3,a,2026-12-03,0
    4,a,2026-12-04,1e2
    5.5,b,2026-12-02,0
    6.5,b,2026-12-03,0

    """

  @Test("columns follow each series to the end of its forecast, whatever the order of rows")
  func columns() throws {
    let regressors = try read(Self.complete)
    #expect(regressors.names == ["price", "promotion"])
    let first = regressors.columns(ofSeries: 0)
    #expect(first.map(\.name) == ["price", "promotion"])
    #expect(first.map(\.values) == [[1, 2, 3, 4], [0, -1, 0, 100]])
    #expect(regressors.columns(ofSeries: 1).map(\.values) == [[5.5, 6.5, 7.5], [0, 0, 1]])
  }

  @Test("rows before the history and behind the forecast are not needed and not kept")
  func beyond() throws {
    let more = Self.complete + "9,a,2026-11-30,9\n9,b,2026-12-01,9\n9,a,2027-01-01,9\n"
    #expect(try read(more) == read(Self.complete))
  }

  @Test("a forecast without rows names the series, the time, the columns and a shorter horizon")
  func noFuture() {
    #expect(
      failure(Self.complete + "5,a,2026-12-05,0\n", horizon: 2)
        == "more.csv: series \"b\" has no row for 2026-12-05, so nothing for \"price\", "
        + "\"promotion\", step 2 of the forecast; add the rows for the forecast, which reaches to "
        + "2026-12-05, or say --horizon 1")
  }

  @Test("where no step of the forecast has a row, no shorter horizon is proposed")
  func noFutureAtAll() {
    let text = failure(
      "unique_id,ds,price\n"
        + "a,2026-12-01,1\na,2026-12-02,1\na,2026-12-03,1\nb,2026-12-02,1\nb,2026-12-03,1\n")
    #expect(text.hasPrefix("more.csv: series \"a\" has no row for 2026-12-04"))
    #expect(text.hasSuffix("which reaches to 2026-12-04, or leave --regressors out"))
  }

  @Test("a hole in the history names the series, the time and the columns")
  func hole() {
    let text = failure(
      Self.complete.replacing("2,a,2026-12-02,-1\n", with: ""))
    #expect(
      text == "more.csv: series \"a\" has no row for 2026-12-02, so nothing for \"price\", "
        + "\"promotion\"; add it: every step of the history needs one")
  }

  @Test("a series without rows is named with the times that it needs")
  func noRows() {
    #expect(
      failure("unique_id,ds,price\n" + (1...4).map { "a,2026-12-0\($0),1\n" }.joined())
        == "more.csv: series \"b\" has no rows; add rows for 2026-12-02 to 2026-12-04, or forecast "
        + "the series without --regressors")
  }

  @Test(
    "a wrong row names its line, the value and the way out",
    arguments: [
      (
        "A,2026-12-01,1",
        "series \"A\" is not in the input; if \"a\" is meant, correct the row, else remove it"
      ),
      ("other,2026-12-01,1", "series \"other\" is not in the input; correct the row or remove it"),
      (
        "a,2026-12-01,cheap",
        "series \"a\", 2026-12-01: column \"price\" \"cheap\" is not a number; write a number, as "
          + "12.5, or remove the column"
      ),
      (
        "a,2026-12-01,",
        "series \"a\", 2026-12-01: column \"price\" is empty; write a number, as 12.5, or remove "
          + "the column"
      ),
      ("a,2026-12-01,nan", "series \"a\", 2026-12-01: column \"price\" \"nan\" is not a number"),
      ("a,2026-12-01,inf", "series \"a\", 2026-12-01: column \"price\" \"inf\" is not a number"),
      (
        "a,17,1",
        "series \"a\": ds \"17\" is not a date, as the times of the input are; write it like "
          + "2026-12-01"
      ),
      ("a,soon,1", "series \"a\": ds \"soon\" is not a date"),
      ("a,2026-12-01", "the row has 2 fields, the first line has 3"),
    ])
  func wrongRows(row: String, sentence: String) {
    #expect(failure("unique_id,ds,price\n\(row)\n").hasPrefix("more.csv:2: " + sentence))
  }

  @Test("a second row for one time is an error")
  func duplicate() {
    #expect(
      failure("unique_id,ds,price\na,2026-12-01,1\na,2026-12-01,2\n")
        == "more.csv:3: series \"a\" has a second row for 2026-12-01; remove one")
  }

  @Test("a time between the steps is an error")
  func misaligned() throws {
    let weekly = "unique_id,ds,y\na,2026-11-02,1\na,2026-11-09,1\na,2026-11-16,1\n"
    let table = try LongSeriesReader.read(ByteSource(bytes: Array(weekly.utf8), name: "y.csv"))
    let error = #expect(throws: TableError.self) {
      try LongRegressorReader.read(
        ByteSource(bytes: Array("unique_id,ds,price\na,2026-11-03,1\n".utf8), name: "more.csv"),
        for: table, horizon: 1)
    }
    #expect(
      error?.description
        == "more.csv:2: series \"a\": ds 2026-11-03 is none of its times, which are 7 days apart, "
        + "as 2026-11-02; correct the row or remove it")
  }

  @Test("another day of the month is no time of a monthly series")
  func otherDayOfMonth() throws {
    let monthly = "unique_id,ds,y\na,2026-09-30,1\na,2026-10-31,1\n"
    let table = try LongSeriesReader.read(ByteSource(bytes: Array(monthly.utf8), name: "y.csv"))
    func regressors(_ last: String) throws -> LongRegressors {
      let text = "unique_id,ds,x\na,2026-09-30,1\na,2026-10-31,2\na,\(last),3\n"
      return try LongRegressorReader.read(
        ByteSource(bytes: Array(text.utf8), name: "more.csv"), for: table, horizon: 1)
    }
    #expect(try regressors("2026-11-30").columns(ofSeries: 0)[0].values == [1, 2, 3])
    #expect(throws: TableError.self) { try regressors("2026-11-29") }
  }

  @Test(
    "a first line without usable columns is an error",
    arguments: [
      ("unique_id,ds", "there is none beside unique_id and ds; add one for each regressor"),
      ("unique_id,ds,", "column 3 has no name; name it or remove it"),
      ("unique_id,ds,x,x", "column \"x\" is there twice; remove one or rename it"),
      ("id,ds,x", "column \"unique_id\" is needed, found are \"id\", \"ds\", \"x\"; rename"),
      ("unique_id,ds," + String(repeating: "x", count: 65), "at most 64 are taken; shorten it"),
    ])
  func headers(header: String, sentence: String) {
    #expect(failure("\(header)\n").contains(sentence))
  }
}
