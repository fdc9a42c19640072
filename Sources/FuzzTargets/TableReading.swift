import Packing
import Tables

/// What a reader made of a table: enough of it to compare two readings.
struct TableReading: Equatable {
  /// What was taken, each packed.
  var taken: [[UInt8]] = []
  /// The rows that were not, in their order.
  var rejected: [RejectedRow] = []
  /// What was wrong with a row that was taken.
  var flaw: String?
  /// Why the reading ended early, if it did.
  var failure: String?
  /// Whether the rows were JSON objects.
  private(set) var isJSON = false

  typealias Read = @Sendable (ByteSource, inout TableReading) throws(TableError) -> Void

  /// Reads bytes that come in pieces of so many.
  init(_ bytes: [UInt8], pieceBytes: Int = .max, _ read: Read) {
    let source = ByteSource(bytes: bytes, name: "table", pieceBytes: pieceBytes)
    do { try read(source, &self) } catch { failure = error.description }
    isJSON = source.format == .json
  }

  init() {}

  /// Takes a row. What was taken can be sent: packed, it is read back the same.
  mutating func take<Value: Equatable>(
    _ value: Value, _ form: [UInt8], _ read: ([UInt8]) throws(PackingError) -> Value
  ) {
    taken.append(form)
    do {
      if try read(form) != value { flaw = "\(value) is read back as something else" }
    } catch {
      flaw = "\(value) is refused once it is packed: \(error)"
    }
  }

  /// The rows that were not taken name lines that there are, each once and in order; what they show
  /// of a row is bounded; and there are no more rows than lines.
  func checkRows(of bytes: [UInt8], _ name: String) throws(Finding) {
    if let flaw { throw Finding("\(name): \(flaw)") }
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    guard rejected.allSatisfy({ (1...lines).contains($0.line) }) else {
      throw Finding("\(name): a row is rejected in a line that is not there")
    }
    guard zip(rejected, rejected.dropFirst()).allSatisfy({ $0.line < $1.line }) else {
      throw Finding("\(name): rejected rows are out of order")
    }
    for row in rejected where row.sentence.isEmpty || row.text.utf8.count > Self.mostTextBytes {
      throw Finding("\(name): line \(row.line) is rejected with \"\(row.sentence)\" \(row.text)")
    }
    guard taken.count + rejected.count <= lines else {
      throw Finding("\(name): \(taken.count + rejected.count) rows of \(lines) lines")
    }
    if failure?.isEmpty == true { throw Finding("\(name): refused without a word") }
  }

  /// An excerpt, with every byte replaced by three.
  private static let mostTextBytes = 3 * (RejectedRow.maximumTextBytes + 1)
}

extension FuzzReader {
  /// A table, read in one piece and in small ones, and as JSON objects where it is delimited text.
  static func table(
    _ name: String, _ seeds: [String], isNamed: Bool = true, _ read: @escaping TableReading.Read
  ) -> FuzzReader {
    let texts = seeds.map { Array($0.utf8) }
    let all = texts + (isNamed ? texts.compactMap(TableTwin.json) : [])
    return FuzzReader(name, seeds: { all }) { bytes throws(Finding) in
      let whole = TableReading(bytes, read)
      try whole.checkRows(of: bytes, name)
      let pieceBytes = 1 + bytes.count % 7 + bytes.count / 512
      guard TableReading(bytes, pieceBytes: pieceBytes, read) == whole else {
        throw Finding("\(name): pieces of \(pieceBytes) bytes read as something else")
      }
      if isNamed { try TableTwin.check(bytes, whole, name, read) }
      return whole.failure == nil ? .taken : .refused
    }
  }
}
