/// A table by the names of its columns: rows of delimited text or of JSON objects, fields by
/// column.
@safe
struct ColumnReader: ~Copyable {
  /// The file's own reader.
  var rows: RecordReader
  /// The columns' names in their order: those of the first line, or the keys of the first object.
  let header: [String]
  private let places: [String: Int]

  /// Reads the first line. Columns may be in any order; those that nobody asks for are ignored.
  /// Without `names` columns are called as they are, and nobody can say otherwise; JSON objects
  /// then have the keys of the first one alone.
  init(
    _ source: ByteSource, required: [String], optional: [String],
    names: ColumnNames? = ColumnNames()
  ) throws(TableError) {
    func wanted(_ column: String) -> String { names?.name(of: column) ?? column }
    var rows = try RecordReader(source, isUniform: names == nil)
    let header = try rows.header(known: (required + optional).map(wanted))
    // Keys that the first object has not stand behind those that it has.
    let known = rows.isJSON && names != nil ? (required + optional).map(wanted) : []
    let isGiven = Set(header.map { $0.lowercased() })
    let all = header + known.filter { !isGiven.contains($0.lowercased()) }
    var places: [String: Int] = [:]
    for column in required + optional {
      let wanted = wanted(column)
      let found = all.indices.filter { Self.isSame(all[$0], wanted) }
      guard found.count <= 1 else {
        throw .repeatedColumn(file: source.name, column: wanted)
      }
      let mustBeGiven = required.contains(column) || names?.isMapped(column) == true
      if let place = found.first, place < header.count || !mustBeGiven {
        places[column] = place
      } else if mustBeGiven {
        throw .missingColumn(
          file: source.name, column: wanted, found: header,
          nearest: NearestName.among(header, to: wanted), key: names == nil ? nil : column)
      }
    }
    self.places = places
    self.header = header
    self.rows = rows
  }

  /// Where a column stands; nothing when an optional one is absent. Of JSON objects no column is.
  func place(of column: String) -> Int? { places[column] }

  /// Whether the records are JSON objects, in which a key may be missing.
  var isJSON: Bool { rows.isJSON }

  /// Goes to the next row; a row that is wider or narrower than the header is rejected, since a
  /// separator in the wrong place would shift values into other columns.
  mutating func next() throws(TableError) -> Row {
    switch try rows.next() {
    case .end: return .end
    case .rejected(let reason): return .rejected(rows.rejection(reason))
    case .record:
      guard rows.fieldCount == header.count || rows.isJSON else { return .rejected(wrongWidth) }
      return .row
    }
  }

  /// What `next` found.
  enum Row {
    case row, end
    case rejected(RejectedRow)
  }

  private var wrongWidth: RejectedRow {
    rows.rejection(
      rows.fieldCount < header.count ? .tooFewFields : .tooManyFields,
      "the row has \(rows.fieldCount) fields, the first line has \(header.count); "
        + "quote fields that hold separators")
  }

  private static func isSame(_ found: String, _ wanted: String) -> Bool {
    found == wanted || found.lowercased() == wanted.lowercased()
  }
}
