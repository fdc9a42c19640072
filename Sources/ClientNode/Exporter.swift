import Packing
public import WireProtocol

/// What was exported of a shard: equal for equal rows, wherever the shard is.
public struct ExportedShard: Equatable, Sendable {
  /// The shard.
  public var shard: Int
  /// Its rows.
  public var rows: Int
  /// The XXH64, seed 0, of all its rows as the workers send them, one after the other.
  public var hash: UInt64
}

/// Streams a table out of all shards, in the order of the shards and of the rows in them: the same
/// rows in the same order, wherever the shards are.
public struct Exporter {
  /// How many shards are asked at once; those behind the first one wait with a few chunks.
  static let shardsAhead = 8
  static let chunksAhead = 2

  private let client: ClusterClient

  /// Exports from a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// A shard on its way: what came of it and was not handed over yet.
  private struct Stream {
    let shard: Int
    /// Where to go on; nothing when all was read.
    var cursor: [UInt8]? = []
    var isAsked = false
    var chunks: [[UInt8]] = []
  }

  /// Hands over every row of a table, and returns what there was of each shard, in order.
  public func stream(
    _ table: ExportTable, to body: (ExportedRow) throws(ClientError) -> Void
  ) throws(ClientError) -> [ExportedShard] {
    let shardCount = try client.refreshMap().placement.shardCount
    let conversation = Conversation(client)
    var streams: [Stream] = []
    var nextShard = 0
    var exported: [ExportedShard] = []
    var current = ShardTally()
    while true {
      while let first = streams.first, first.cursor == nil, first.chunks.isEmpty {
        exported.append(current.end(of: first.shard))
        streams.removeFirst()
      }
      while streams.count < Self.shardsAhead, nextShard < shardCount {
        streams.append(Stream(shard: nextShard))
        nextShard += 1
      }
      guard !streams.isEmpty else { return exported }
      for index in streams.indices { ask(table, &streams[index], conversation) }
      guard !streams[0].chunks.isEmpty else {
        try take(try conversation.next(), into: &streams)
        continue
      }
      let chunk = streams[0].chunks.removeFirst()
      current.hash.update(chunk)
      for row in try ExportedRow.unpack(chunk, of: streams[0].shard) {
        try body(row)
        current.rows += 1
      }
    }
  }

  /// What came of the shard that is handed over just now.
  private struct ShardTally {
    var rows = 0
    var hash = XXH64()

    mutating func end(of shard: Int) -> ExportedShard {
      defer { self = ShardTally() }
      return ExportedShard(shard: shard, rows: rows, hash: hash.digest())
    }
  }

  private func ask(_ table: ExportTable, _ stream: inout Stream, _ conversation: Conversation) {
    guard let cursor = stream.cursor, !stream.isAsked, stream.chunks.count < Self.chunksAhead
    else { return }
    let shard = stream.shard
    stream.isAsked = true
    conversation.ask(shard) { placement in
      let assignment = placement.assignments[shard]
      guard let primary = assignment.primary else { return nil }
      let request = RowsRequest(
        scope: .table(table), shard: shard, epoch: assignment.epoch, cursor: cursor)
      return (primary, .rowsRequest(request))
    }
  }

  private func take(
    _ answer: (ticket: Int, answer: Message), into streams: inout [Stream]
  ) throws(ClientError) {
    guard case .rows(let chunk) = answer.answer, chunk.shard == answer.ticket,
      let index = streams.firstIndex(where: { $0.shard == answer.ticket })
    else { throw .unexpected(node: "a worker", what: "something else than rows") }
    streams[index].isAsked = false
    // A cursor that does not move would be followed for ever.
    guard chunk.next == nil || chunk.next != streams[index].cursor else {
      throw .unexpected(node: "a worker", what: "rows that never end")
    }
    streams[index].cursor = chunk.next
    if !chunk.rows.isEmpty { streams[index].chunks.append(chunk.rows) }
  }
}
