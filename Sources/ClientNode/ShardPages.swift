import WireProtocol

/// The rows of one table in one shard, pulled one by one: for who reads two tables side by side.
struct ShardPages {
  private let table: ExportTable
  private let shard: Int
  private let conversation: Conversation
  private var cursor: [UInt8]? = []
  private var rows: [ExportedRow] = []
  private var next = 0

  init(_ table: ExportTable, shard: Int, _ conversation: Conversation) {
    self.table = table
    self.shard = shard
    self.conversation = conversation
  }

  /// The row that `take` gives, or nothing at the end.
  mutating func peek() throws(ClientError) -> ExportedRow? {
    while next == rows.count {
      guard let cursor else { return nil }
      try read(cursor)
    }
    return rows[next]
  }

  /// The next row, or nothing at the end.
  mutating func take() throws(ClientError) -> ExportedRow? {
    let row = try peek()
    if row != nil { next += 1 }
    return row
  }

  private mutating func read(_ start: [UInt8]) throws(ClientError) {
    conversation.ask(for: .table(table), of: shard, from: start)
    guard case .rows(let chunk) = try conversation.next().answer, chunk.shard == shard else {
      throw .unexpected(node: "a worker", what: "something else than rows")
    }
    // A cursor that does not move would be followed for ever.
    guard chunk.next == nil || chunk.next != start else {
      throw .unexpected(node: "a worker", what: "rows that never end")
    }
    cursor = chunk.next
    rows = try ExportedRow.unpack(chunk.rows, of: shard)
    next = 0
  }
}

extension ExportedRow {
  /// The rows of a chunk that the owner of a shard sent.
  static func unpack(_ bytes: [UInt8], of shard: Int) throws(ClientError) -> [ExportedRow] {
    do { return try unpack(bytes) } catch {
      throw .unexpected(
        node: "the owner of shard \(shard)", what: "rows that make no sense: \(error)")
    }
  }
}
