/// Reads what is known beside the series of a file: rows `unique_id,ds,NAME,...` in any order, with
/// a number in every column for every step of the history and of the forecast.
///
/// Rows before a series' first value and behind the last step of the forecast are not needed and
/// not kept, so that one file of a calendar serves forecasts of any length.
public enum LongRegressorReader {
  /// The longest name of a column, in bytes.
  public static let maximumNameBytes = 64

  /// Reads a whole file for the series of `table` and a forecast of `horizon` steps.
  public static func read(
    _ source: ByteSource, for table: LongTable, horizon: Int
  ) throws(TableError) -> LongRegressors {
    var rows = try ColumnReader(source, required: ["unique_id", "ds"], optional: [], names: nil)
    let places = (id: rows.place(of: "unique_id") ?? 0, ds: rows.place(of: "ds") ?? 0)
    let columns = try columns(of: rows, source.name, leaving: [places.id, places.ds])
    var grid = RegressorGrid(
      file: source.name, table: table, horizon: horizon, columns: columns, places: places)
    reading: while true {
      switch try rows.next() {
      case .end: break reading
      case .rejected(let row):
        throw .badRow(file: source.name, line: row.line, reason: row.sentence)
      case .row: try grid.take(rows.rows)
      }
    }
    return try grid.regressors()
  }

  private static func columns(
    of rows: borrowing ColumnReader, _ file: String, leaving known: [Int]
  ) throws(TableError) -> [(name: String, place: Int)] {
    var columns: [(name: String, place: Int)] = []
    for (place, name) in rows.header.enumerated() where !known.contains(place) {
      guard !name.isEmpty else {
        throw .badHeader(
          file: file, reason: "column \(place + 1) has no name; name it or remove it")
      }
      guard name.utf8.count <= maximumNameBytes else {
        throw .badHeader(
          file: file,
          reason: "column \"\(name)\" has \(name.utf8.count) bytes, at most \(maximumNameBytes) "
            + "are taken; shorten it")
      }
      guard !columns.contains(where: { $0.name == name }) else {
        throw .repeatedColumn(file: file, column: name)
      }
      columns.append((name, place))
    }
    guard !columns.isEmpty else {
      throw .badHeader(
        file: file,
        reason: "there is none beside unique_id and ds; add one for each regressor")
    }
    return columns
  }
}

/// The values by series, column and step as the rows come in; NaN where none has come.
private struct RegressorGrid {
  private let file: String
  private let table: LongTable
  private let horizon: Int
  private let columns: [(name: String, place: Int)]
  /// Where id and time stand.
  private let idPlace: Int, dsPlace: Int
  private var ids = NameIndex()
  private var values: [[Double]]

  init(
    file: String, table: LongTable, horizon: Int, columns: [(name: String, place: Int)],
    places: (id: Int, ds: Int)
  ) {
    self.file = file
    self.table = table
    self.horizon = horizon
    self.columns = columns
    idPlace = places.id
    dsPlace = places.ds
    values = Array(repeating: [], count: table.series.count)
    for series in table.series {
      var id = series.id
      id.withUTF8 { unsafe _ = ids.findOrInsert($0) }
    }
  }

  private func length(_ series: Int) -> Int { table.series[series].values.count + horizon }

  mutating func take(_ row: borrowing RecordReader) throws(TableError) {
    let id = unsafe row.field(idPlace)
    let line = row.line
    guard let series = unsafe ids.find(id) else {
      throw fault(line, unsafe unknown(id))
    }
    guard let step = unsafe try step(row.field(dsPlace), of: series, line: line) else { return }
    let length = self.length(series)
    if values[series].isEmpty {
      values[series] = Array(repeating: .nan, count: columns.count * length)
    }
    guard values[series][step].isNaN else {
      throw fault(
        line,
        "series \"\(table.series[series].id)\" has a second row for \(time(series, step)); "
          + "remove one")
    }
    for (index, column) in columns.enumerated() {
      let text = unsafe NumberText.trimmed(row.field(column.place))
      guard let value = unsafe NumberText.double(text) else {
        let what =
          text.isEmpty
          ? "is empty" : "\"\(unsafe RejectedRow.excerpt(text, limit: 40))\" is not a number"
        throw fault(
          line,
          "series \"\(table.series[series].id)\", \(time(series, step)): column "
            + "\"\(column.name)\" \(what); write a number, as 12.5, or remove the column")
      }
      values[series][index * length + step] = value
    }
  }

  /// The step of a time, counted from the series' first value; nothing where it is not needed.
  private func step(
    _ ds: UnsafeBufferPointer<UInt8>, of series: Int, line: Int
  ) throws(TableError) -> Int? {
    let spacing = table.spacing
    let name = table.series[series].id
    guard let stamp = unsafe StampText.parse(ds),
      spacing.notation.joined(with: stamp.notation) != nil
    else {
      let first = spacing.label(table.series[series], at: 0)
      let text = unsafe RejectedRow.excerpt(ds, limit: 40)
      throw fault(
        line,
        "series \"\(name)\": ds \"\(text)\" is not \(spacing.notation.noun), as the times of the "
          + "input are; write it like \(first)")
    }
    let ordinal = spacing.ordinal(place: stamp.place)
    let (step, rest) = (ordinal - table.series[series].first)
      .quotientAndRemainder(dividingBy: spacing.count)
    guard rest == 0, spacing.place(ordinal: ordinal) == stamp.place else {
      throw fault(
        line,
        "series \"\(name)\": ds \(spacing.notation.text(stamp.place)) is none of its times, "
          + "which are \(spacing) apart, as "
          + "\(spacing.label(table.series[series], at: 0)); correct the row or remove it")
    }
    return step >= 0 && step < Int64(length(series)) ? Int(step) : nil
  }

  private func unknown(_ id: UnsafeBufferPointer<UInt8>) -> String {
    let text = unsafe RejectedRow.excerpt(id, limit: 40)
    let nearest = NearestName.among(table.series.map(\.id), to: text)
    return "series \"\(text)\" is not in the input; "
      + (nearest.map { "if \"\($0)\" is meant, correct the row, else remove it" }
        ?? "correct the row or remove it")
  }

  /// Refuses series with a step that has no row.
  func regressors() throws(TableError) -> LongRegressors {
    for series in values.indices {
      let count = length(series)
      guard !values[series].isEmpty else {
        throw missing(
          series,
          "has no rows; add rows for \(time(series, 0)) to \(time(series, count - 1))"
            + ", or forecast the series without --regressors")
      }
      guard let gap = values[series][..<count].firstIndex(where: \.isNaN) else { continue }
      let known = table.series[series].values.count
      let names = columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
      let start = "has no row for \(time(series, gap)), so nothing for \(names)"
      guard gap >= known else {
        throw missing(
          series, start + "; add it: every step of the history needs one")
      }
      let days = gap - known
      throw missing(
        series,
        start + ", step \(days + 1) of the forecast; add the rows for the forecast, "
          + "which reaches to \(time(series, count - 1)), "
          + (days > 0 ? "or say --horizon \(days)" : "or leave --regressors out"))
    }
    return LongRegressors(names: columns.map(\.name), values: values)
  }

  private func time(_ series: Int, _ step: Int) -> String {
    table.spacing.label(table.series[series], at: step)
  }

  private func missing(_ series: Int, _ reason: String) -> TableError {
    .tooFewRows(file: file, reason: "series \"\(table.series[series].id)\" \(reason)")
  }

  private func fault(_ line: Int, _ reason: String) -> TableError {
    .badRow(file: file, line: line, reason: reason)
  }
}
