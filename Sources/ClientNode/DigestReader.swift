public import Demand
import WireProtocol

/// Reads what the SKUs of all shards add up to: the workers add, and only sums travel.
public struct DigestReader {
  /// How many shards are asked at once; those behind the first one wait with their sums.
  private static let shardsAhead = 8

  private let client: ClusterClient

  /// Reads from a cluster.
  public init(_ client: ClusterClient) { self.client = client }

  /// A shard on its way.
  private struct Stream {
    let shard: Int
    var sums: [[UInt8]] = []
    var cursor: [UInt8]? = []
    var isAsked = false
  }

  /// Hands over the sums, in the order of shards and of the SKUs in them, with how many of the
  /// shards are done.
  public func read(
    asOf: Day?,
    _ body: (_ sums: [UInt8], _ done: Int, _ shards: Int) throws(ClientError) -> Void
  ) throws(ClientError) {
    let count = try client.readingMap().placement.shardCount
    let conversation = Conversation(client)
    var streams: [Stream] = []
    var next = 0
    while next < count || !streams.isEmpty {
      while streams.count < Self.shardsAhead, next < count {
        streams.append(Stream(shard: next))
        next += 1
      }
      for index in streams.indices { ask(asOf, &streams[index], conversation) }
      while let first = streams.first, !first.sums.isEmpty {
        try body(streams[0].sums.removeFirst(), first.shard, count)
      }
      while let first = streams.first, first.cursor == nil, first.sums.isEmpty {
        streams.removeFirst()
      }
      guard conversation.outstanding > 0 else { continue }
      try take(try conversation.next(), into: &streams)
    }
  }

  private func ask(_ asOf: Day?, _ stream: inout Stream, _ conversation: Conversation) {
    guard let cursor = stream.cursor, !stream.isAsked else { return }
    let shard = stream.shard
    stream.isAsked = true
    conversation.ask(for: .digest(asOf: asOf), of: shard, from: cursor)
  }

  private func take(
    _ answer: (ticket: Int, answer: Message), into streams: inout [Stream]
  ) throws(ClientError) {
    guard case .rows(let chunk) = answer.answer, chunk.shard == answer.ticket,
      let index = streams.firstIndex(where: { $0.shard == answer.ticket })
    else { throw .unexpected(node: "a worker", what: "something else than sums") }
    // A cursor that does not move would be followed for ever.
    guard chunk.next == nil || chunk.next != streams[index].cursor else {
      throw .unexpected(node: "a worker", what: "sums that never end")
    }
    streams[index].isAsked = false
    streams[index].cursor = chunk.next
    streams[index].sums.append(chunk.rows)
  }
}
