public import Demand
public import Packing
import Storage

/// Reads the rows of chunks of a hand-off one after the other, without their checksums at the end:
/// for who keeps them as they are. The bytes may be hostile.
public struct HandoffRows: Sendable {
  /// A row.
  public struct Row: Sendable {
    /// Its place in the bytes.
    public let bytes: Range<Int>
    /// The seal at its end, whether it matches or not.
    public let seal: UInt64
    let row: HandoffRow

    /// The name of its table.
    public var table: String { row.table.name }
    /// The shard that it says it is of.
    public var shard: Int? { row.shard.flatMap { Int(exactly: $0) } }
    /// Whether it is what was once stored.
    public var isSound: Bool { row.value != nil }
    /// Whether it is of the data: what a copy must have like any other. The epoch is not, and the
    /// state has a number of the copy's own in it.
    public var isData: Bool {
      row.table.id != TableShape.epoch.id && row.table.id != TableShape.state.id
    }
    /// How far the log was, if this is the row of the shard's state.
    public var position: LogPosition? {
      guard row.table.id == TableShape.state.id, let value = row.value else { return nil }
      return (try? ShardState(packed: value))?.position
    }
    /// Its key, for people.
    public var key: String {
      row.columns.dropFirst().map { column in
        switch column {
        case .integer(let integer): "\(integer)"
        case .bytes(let bytes): "\"\(String(decoding: bytes, as: UTF8.self))\""
        }
      }.joined(separator: " ")
    }

    /// Whether two rows are the same to the last byte.
    public func isSame(as other: Row) -> Bool {
      row.table.id == other.row.table.id && row.columns == other.row.columns
        && row.sealed == other.row.sealed
    }
  }

  private var reader: ByteReader
  private let count: Int

  /// Reads these bytes.
  public init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
    count = bytes.count
  }

  /// Where the next row begins.
  public var place: Int { count - reader.left }

  /// The next row, or nothing at the end.
  public mutating func next() throws(PackingError) -> Row? {
    guard reader.left > 0 else { return nil }
    let start = place
    let id = try reader.byte()
    guard let table = TableShape.all.first(where: { $0.id == id }) else {
      throw .invalid(what: "table \(id)")
    }
    let columns = try HandoffRow.columns(from: &reader)
    guard columns.count == table.columns.count else {
      throw .invalid(what: "row of table \(table.name)")
    }
    let sealed = try reader.blob("value", limit: ShardStoreLimits.valueBytes + Seal.size)
    guard sealed.count >= Seal.size else { throw .invalid(what: "value of table \(table.name)") }
    return Row(
      bytes: start..<place, seal: Seal.checksum(of: sealed),
      row: HandoffRow(table: table, columns: columns, sealed: sealed))
  }

  /// The rows of a chunk that a worker gave, once its checksum matches.
  public static func content(ofChunk bytes: [UInt8]) throws(PackingError) -> [UInt8] {
    let reader = try ByteReader(verifyingChecksum: bytes)
    return Array(bytes.prefix(reader.left))
  }

  /// A chunk that `Write.chunk` takes, of these rows.
  public static func chunk(of content: [UInt8]) -> [UInt8] {
    var writer = ByteWriter(capacity: content.count + Seal.size)
    writer.raw(content)
    writer.seal()
    return writer.bytes
  }
}
