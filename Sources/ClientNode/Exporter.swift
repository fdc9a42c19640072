import Packing
public import WireProtocol

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

  /// Hands over every row of a table and returns how many there were.
  public func stream(
    _ table: ExportTable, to body: (ExportedRow) throws(ClientError) -> Void
  ) throws(ClientError) -> Int {
    let shardCount = try client.refreshMap().placement.shardCount
    let conversation = Conversation(client)
    var streams: [Stream] = []
    var nextShard = 0
    var count = 0
    while true {
      while let first = streams.first, first.cursor == nil, first.chunks.isEmpty {
        streams.removeFirst()
      }
      while streams.count < Self.shardsAhead, nextShard < shardCount {
        streams.append(Stream(shard: nextShard))
        nextShard += 1
      }
      guard !streams.isEmpty else { return count }
      for index in streams.indices { ask(table, &streams[index], conversation) }
      guard !streams[0].chunks.isEmpty else {
        try take(try conversation.next(), into: &streams)
        continue
      }
      for row in try unpack(streams[0].chunks.removeFirst(), of: streams[0].shard) {
        try body(row)
        count += 1
      }
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

  private func unpack(_ rows: [UInt8], of shard: Int) throws(ClientError) -> [ExportedRow] {
    do throws(PackingError) { return try ExportedRow.unpack(rows) } catch {
      throw .unexpected(
        node: "the owner of shard \(shard)", what: "rows that make no sense: \(error)")
    }
  }
}
