/// A delimited file whose first line named its columns: rows of the right width, fields by column.
@safe
struct ColumnReader: ~Copyable {
  /// The file's own reader.
  var rows: DelimitedReader
  /// The columns' names in their order.
  let header: [String]
  private let places: [String: Int]

  /// Reads the first line. Columns may be in any order; those that nobody asks for are ignored.
  /// Without `names` columns are called as they are, and nobody can say otherwise.
  init(
    _ source: ByteSource, required: [String], optional: [String],
    names: ColumnNames? = ColumnNames()
  ) throws(TableError) {
    rows = DelimitedReader(source)
    let header = try Self.header(&rows)
    var places: [String: Int] = [:]
    for column in required + optional {
      let wanted = names?.name(of: column) ?? column
      let found = header.indices.filter { Self.isSame(header[$0], wanted) }
      guard found.count <= 1 else {
        throw .repeatedColumn(file: source.name, column: wanted)
      }
      if let place = found.first {
        places[column] = place
      } else if required.contains(column) || names?.isMapped(column) == true {
        throw .missingColumn(
          file: source.name, column: wanted, found: header,
          nearest: NearestName.among(header, to: wanted), key: names == nil ? nil : column)
      }
    }
    self.places = places
    self.header = header
  }

  /// Where a column stands; nothing when an optional one is absent.
  func place(of column: String) -> Int? { places[column] }

  /// Goes to the next row; a row that is wider or narrower than the header is rejected, since a
  /// comma in the wrong place would shift values into other columns.
  mutating func next() throws(TableError) -> Row {
    switch try rows.next() {
    case .end: return .end
    case .rejected(let reason): return .rejected(rows.rejection(reason))
    case .record:
      guard rows.fieldCount == header.count else {
        return .rejected(
          rows.rejection(
            rows.fieldCount < header.count ? .tooFewFields : .tooManyFields,
            "the row has \(rows.fieldCount) fields, the first line has \(header.count); "
              + "quote fields that hold commas"))
      }
      return .row
    }
  }

  /// What `next` found.
  enum Row {
    case row, end
    case rejected(RejectedRow)
  }

  private static func header(_ rows: inout DelimitedReader) throws(TableError) -> [String] {
    switch try rows.next() {
    case .end: throw .empty(file: rows.name)
    case .rejected(let reason):
      throw .badHeader(file: rows.name, reason: rows.rejection(reason).sentence)
    case .record: break
    }
    return (0..<rows.fieldCount).map { index in
      unsafe String(decoding: NumberText.trimmed(rows.field(index)), as: UTF8.self)
    }
  }

  private static func isSame(_ found: String, _ wanted: String) -> Bool {
    found == wanted || found.lowercased() == wanted.lowercased()
  }
}
