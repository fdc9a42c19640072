public import Demand
import Packing
public import Tables

/// An input that is to be taken in.
public struct IngestInput: Sendable {
  /// A file, or `-` for standard input.
  public var path: String
  /// What it holds.
  public var table: InputTable
  /// What its columns are called, as `sku=unique_id,date=ds`; sales only.
  public var columns: String?
  /// Where the rows of a file without a `location` column belong.
  public var location: Location?
  /// Whether the first row of a key sets it instead of adding to it; sales only.
  public var replaces = false
  /// What becomes of returns; sales only.
  public var returns = ReturnsRule.refuse
  /// How it is written; its name or its first byte says it unless it is given.
  public var format: TextFormat.Choice?
  /// Whether nothing is applied when a row is bad.
  public var isStrict = false
  /// The name by which the input is known again; a file is known by its content without one.
  public var sourceName: String?
  /// Where bad rows are written.
  public var rejectsPath: String

  /// An input with everything else at its default.
  public init(path: String, table: InputTable, rejectsPath: String? = nil) {
    self.path = path
    self.table = table
    self.rejectsPath =
      rejectsPath ?? (path == "-" ? "standard-input.rejects.csv" : "\(path).rejects.csv")
  }

  /// The table of its batches.
  var batchTable: BatchTable {
    switch table {
    case .items: .items
    case .suppliers, .distribution: .supply
    case .inventory: .stock
    case .sales, .warehouses, .policy, .limits, .events: replaces ? .salesReplacing : .salesAdding
    }
  }

  /// Its bytes.
  func open() throws(TableError) -> ByteSource {
    let source = try ByteSource(path: path)
    source.choice = format ?? source.choice
    return source
  }

  /// How its columns are called.
  func columnNames() throws(TableError) -> ColumnNames {
    guard let columns else { return ColumnNames() }
    return try ColumnNames(parsing: columns)
  }

  /// By what the cluster recognises the input: its content or its name, and how it is read, since
  /// the same bytes read otherwise are another input.
  func source() throws(ClientError) -> SourceID {
    let content = try contentID()
    var writer = ByteWriter()
    writer.fixed(content.high)
    writer.fixed(content.low)
    writer.fixed(batchTable.rawValue)
    writer.string(columns ?? "")
    writer.blob(location?.bytes ?? [])
    // Items came without shelf life and lifecycle once, and were packed to other bytes.
    if table == .items { writer.fixed(Self.formOfItems) }
    // Returns were refused before anybody could say otherwise.
    if returns != .refuse { writer.string(returns.rawValue) }
    return SourceID(
      high: XXH64.hash(writer.bytes), low: XXH64.hash(writer.bytes, seed: 1))
  }

  private static let formOfItems: UInt8 = 2

  private func contentID() throws(ClientError) -> SourceID {
    if let sourceName { return SourceID(name: sourceName) }
    guard path != "-" else { throw .unnamedInput(Self.namelessPipe("standard input")) }
    do throws(TableError) { return try ByteSource.contentID(path: path) } catch {
      guard case .notRewindable = error else { throw .table(error) }
      throw .unnamedInput(Self.namelessPipe(path))
    }
  }

  private static func namelessPipe(_ name: String) -> String {
    "\(name) can be read only once, so it needs a name by which it is known when it is sent again: "
      + "add --source, such as --source orders-2026-11-20"
  }
}
