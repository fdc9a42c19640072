import Demand

/// Reads series in long form: rows `unique_id,ds,y` in any order, columns in any order.
///
/// Unlike sales, which come by the million and carry on past a bad row, this is one person's file:
/// the first fault stops the reading and says what to correct.
public enum LongSeriesReader {
  /// The longest id, in bytes.
  public static let maximumIDBytes = 256
  /// The longest series, in steps; more is a mistyped time.
  public static let maximumLength = 1 << 20

  /// Reads a whole file. Times without a row are missing (NaN), or 0 with `fillZero`; an empty `y`
  /// is missing in either case.
  public static func read(
    _ source: ByteSource, fillZero: Bool = false
  ) throws(TableError) -> LongTable {
    var rows = try ColumnReader(
      source, required: ["unique_id", "ds", "y"], optional: [], names: nil)
    var collector = LongSeriesCollector(
      file: source.name, id: rows.place(of: "unique_id") ?? 0, ds: rows.place(of: "ds") ?? 0,
      y: rows.place(of: "y") ?? 0)
    reading: while true {
      switch try rows.next() {
      case .end: break reading
      case .rejected(let row):
        throw .badRow(file: source.name, line: row.line, reason: row.sentence)
      case .row: try collector.take(rows.rows)
      }
    }
    return try collector.table(fillZero: fillZero)
  }
}

/// The rows of all series as they come in.
private struct LongSeriesCollector {
  private struct Points {
    var places: [Int64] = []
    var values: [Double] = []
    var lines: [Int] = []
  }

  let file: String
  /// Where the columns stand.
  let idPlace: Int, dsPlace: Int, yPlace: Int
  private var ids = NameIndex()
  private var points: [Points] = []
  private var notation: Notation?

  init(file: String, id: Int, ds: Int, y: Int) {
    self.file = file
    idPlace = id
    dsPlace = ds
    yPlace = y
  }

  mutating func take(_ row: borrowing RecordReader) throws(TableError) {
    let id = unsafe row.field(idPlace)
    let ds = unsafe row.field(dsPlace)
    let y = unsafe NumberText.trimmed(row.field(yPlace))
    let line = row.line
    guard unsafe NameText.isName(id, limit: LongSeriesReader.maximumIDBytes) else {
      let text = unsafe RejectedRow.excerpt(id, limit: 40)
      throw fault(
        line,
        NameText.complaint("unique_id", text, bytes: id.count, LongSeriesReader.maximumIDBytes))
    }
    let place = unsafe try self.place(ds, line: line)
    var value = Double.nan
    if !y.isEmpty {
      guard let number = unsafe NumberText.double(y) else {
        let text = unsafe RejectedRow.excerpt(y, limit: 40)
        throw fault(
          line, "y \"\(text)\" is not a number; write it as 12.5, or leave it empty if missing")
      }
      value = number
    }
    let series = unsafe ids.findOrInsert(id)
    if series == points.count { points.append(Points()) }
    points[series].places.append(place)
    points[series].values.append(value)
    points[series].lines.append(line)
  }

  private mutating func place(
    _ ds: UnsafeBufferPointer<UInt8>, line: Int
  ) throws(TableError) -> Int64 {
    let text = unsafe RejectedRow.excerpt(ds, limit: 40)
    guard let stamp = unsafe StampText.parse(ds) else {
      throw fault(
        line,
        "ds \"\(text)\" is no time; write it as 2026-11-20, 2026-11-20 13:00:00 or a whole number")
    }
    guard let notation = (notation ?? stamp.notation).joined(with: stamp.notation) else {
      throw fault(
        line,
        "ds \"\(text)\" is \(stamp.notation.noun), the rows before have "
          + "\(notation?.noun ?? ""); write all alike")
    }
    self.notation = notation
    return stamp.place
  }

  /// Puts every series on its grid.
  mutating func table(fillZero: Bool) throws(TableError) -> LongTable {
    guard let notation else {
      throw .tooFewRows(file: file, reason: "there are no rows after the first line")
    }
    for index in points.indices { try sort(index, notation) }
    guard let spacing = Spacing.infer(points.map(\.places), notation: notation) else {
      throw .tooFewRows(
        file: file, reason: "no series has two rows, so nothing tells how far apart they are")
    }
    var series: [LongSeries] = []
    series.reserveCapacity(points.count)
    for index in points.indices {
      series.append(try grid(index, spacing, gap: fillZero ? 0 : .nan))
      points[index] = Points()
    }
    return LongTable(series: series, spacing: spacing)
  }

  /// Brings the rows of a series into the order of time and refuses two for one time.
  private mutating func sort(_ index: Int, _ notation: Notation) throws(TableError) {
    let unsorted = points[index]
    let places = unsorted.places
    if !zip(places, places.dropFirst()).allSatisfy({ $0 <= $1 }) {
      let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
      points[index].places = order.map { places[$0] }
      points[index].values = order.map { unsorted.values[$0] }
      points[index].lines = order.map { unsorted.lines[$0] }
    }
    let sorted = points[index]
    for at in sorted.places.indices.dropFirst()
    where sorted.places[at] == sorted.places[at - 1] {
      throw fault(
        sorted.lines[at],
        "series \"\(id(index))\" has a second row for \(notation.text(sorted.places[at])), "
          + "the first is on line \(sorted.lines[at - 1]); remove one")
    }
  }

  private func grid(
    _ index: Int, _ spacing: Spacing, gap: Double
  ) throws(TableError) -> LongSeries {
    let sorted = points[index]
    let first = spacing.ordinal(place: sorted.places[0])
    var values: [Double] = []
    values.reserveCapacity(sorted.places.count)
    for (at, place) in sorted.places.enumerated() {
      let (step, rest) = (spacing.ordinal(place: place) - first)
        .quotientAndRemainder(dividingBy: spacing.count)
      guard rest == 0 else {
        throw fault(
          sorted.lines[at],
          "series \"\(id(index))\": ds \(spacing.notation.text(place)) is not a whole number of "
            + "steps after \(spacing.notation.text(sorted.places[0])); the file's spacing is "
            + "\(spacing), correct the row or split the file")
      }
      guard step < LongSeriesReader.maximumLength else {
        throw fault(
          sorted.lines[at],
          "series \"\(id(index))\": ds \(spacing.notation.text(place)) is \(step) steps of "
            + "\(spacing) after the first, at most \(LongSeriesReader.maximumLength) are taken")
      }
      while values.count < Int(step) { values.append(gap) }
      values.append(sorted.values[at])
    }
    return LongSeries(id: id(index), first: first, values: values)
  }

  private func id(_ index: Int) -> String { String(decoding: ids.names[index], as: UTF8.self) }

  private func fault(_ line: Int, _ reason: String) -> TableError {
    .badRow(file: file, line: line, reason: reason)
  }
}
