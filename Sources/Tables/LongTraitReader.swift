/// Reads what the series of a file are: rows `unique_id,NAME,...` in any order, one a series, with
/// words such as a category or a store; an empty field says nothing.
public enum LongTraitReader {
  /// The longest word, in bytes.
  public static let maximumWordBytes = 128

  /// Reads a whole file for the series of `table`: by series, its words as `NAME WORD`.
  public static func read(
    _ source: ByteSource, for table: LongTable
  ) throws(TableError) -> [[String]] {
    var rows = try ColumnReader(source, required: ["unique_id"], optional: [], names: nil)
    let idPlace = rows.place(of: "unique_id") ?? 0
    let columns = rows.header.enumerated().filter { $0.offset != idPlace }
      .map { (place: $0.offset, name: $0.element) }
    guard !columns.isEmpty else {
      throw .badHeader(
        file: source.name, reason: "there is none beside unique_id; add one for each kind of word")
    }
    var ids = NameIndex()
    for series in table.series {
      var id = series.id
      _ = id.withUTF8 { unsafe ids.findOrInsert($0) }
    }
    var traits = [[String]](repeating: [], count: table.series.count)
    var lines = [Int](repeating: 0, count: table.series.count)
    reading: while true {
      switch try rows.next() {
      case .end: break reading
      case .rejected(let row):
        throw .badRow(file: source.name, line: row.line, reason: row.sentence)
      case .row: break
      }
      let line = rows.rows.line
      let series = unsafe ids.find(rows.rows.field(idPlace))
      // Words of series that the other file has not are of no use and no harm.
      guard let series else { continue }
      guard lines[series] == 0 else {
        throw .badRow(
          file: source.name, line: line,
          reason: "\(table.series[series].id) has a row in line \(lines[series]); remove one")
      }
      lines[series] = line
      for column in columns {
        let field = unsafe NumberText.trimmed(rows.rows.field(column.place))
        guard !field.isEmpty else { continue }
        guard unsafe NameText.isName(field, limit: maximumWordBytes) else {
          throw .badRow(
            file: source.name, line: line,
            reason: "\(column.name) is longer than \(maximumWordBytes) bytes or no UTF-8")
        }
        traits[series].append("\(column.name) \(unsafe String(decoding: field, as: UTF8.self))")
      }
    }
    return traits
  }
}
