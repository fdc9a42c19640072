/// Why a table cannot be read or written as a whole; a single bad row is a `RejectedRow` instead.
public enum TableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that cannot be opened or read.
  case unreadable(file: String, reason: String)
  /// A file that cannot be written.
  case unwritable(file: String, reason: String)
  /// An input that cannot be read twice.
  case notRewindable(file: String)
  /// A file that is no UTF-8 text.
  case notText(file: String, what: String, remedy: String)
  /// A file without a first line.
  case empty(file: String)
  /// A first line that is no line of column names.
  case badHeader(file: String, reason: String)
  /// A column that must be there and is not; `key` is its word for `--columns`, if that is taken.
  case missingColumn(file: String, column: String, found: [String], nearest: String?, key: String?)
  /// A column that is there twice.
  case repeatedColumn(file: String, column: String)
  /// A column that is not known and nearly called like one that is.
  case misspeltColumn(file: String, column: String, meant: String)
  /// A `--columns` text that says nothing usable.
  case badColumns(text: String, reason: String)
  /// A row that a file must not have: it stops the reading.
  case badRow(file: String, line: Int, reason: String)
  /// A file whose rows say too little.
  case tooFewRows(file: String, reason: String)

  /// The error in words.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
    case .notRewindable(let file):
      "\(file) cannot be read a second time; save it as a file and name that"
    case .notText(let file, let what, let remedy): "\(file) is \(what); \(remedy)"
    case .empty(let file): "\(file) is empty; its first line must name the columns"
    case .badHeader(let file, let reason): "\(file):1: the first line names the columns: \(reason)"
    case .missingColumn(let file, let column, let found, let nearest, let key):
      Self.missing(file: file, column: column, found: found, nearest: nearest, key: key)
    case .repeatedColumn(let file, let column):
      "\(file):1: column \"\(column)\" is there twice; remove one or rename it"
    case .misspeltColumn(let file, let column, let meant):
      "\(file):1: column \"\(column)\" is not known; if \"\(meant)\" is meant, rename it, "
        + "else leave it out"
    case .badColumns(let text, let reason):
      "--columns \"\(text)\": \(reason); write it as sku=unique_id,date=ds,units=y"
    case .badRow(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .tooFewRows(let file, let reason): "\(file): \(reason)"
    }
  }

  private static func missing(
    file: String, column: String, found: [String], nearest: String?, key: String?
  ) -> String {
    let names = found.map { "\"\($0)\"" }.joined(separator: ", ")
    var text = "\(file):1: column \"\(column)\" is needed, found are \(names)"
    if found.count == 1, found[0].contains("|") {
      text += "; separate the fields by commas, semicolons or tabs, not by \"|\""
    } else if let nearest {
      text += "; if \"\(nearest)\" is meant, rename it"
      if let key { text += " or say --columns \(key)=\(nearest)" }
    } else {
      text += "; rename the column"
      text += key.map { " or say --columns \($0)=ITS_NAME" } ?? " that holds it"
    }
    return text
  }
}
