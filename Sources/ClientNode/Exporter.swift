import Packing
import Threading
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
  static let chunksAhead = 8
  /// How long is waited for a part at a time.
  private static let turnMilliseconds: Int64 = 200

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
    try stream(table, threads: 1) { rows throws(ClientError) in
      rows
    } to: { rows throws(ClientError) in
      for row in rows { try body(row) }
    }
  }

  /// Hands over what `make`, on some threads, makes of some rows at a time, in the order of the
  /// rows; returns what there was of each shard, in order. Before each part, `progress` is told of
  /// which of how many shards it is.
  public func stream<Part: Sendable>(
    _ table: ExportTable, threads: Int,
    progress: (_ shard: Int, _ shards: Int) -> Void = { _, _ in },
    making make: @escaping @Sendable ([ExportedRow]) throws(ClientError) -> Part,
    to body: (Part) throws(ClientError) -> Void
  ) throws(ClientError) -> [ExportedShard] {
    let shardCount = try client.readingMap().placement.shardCount
    let conversation = Conversation(client)
    let parts = try Self.parts(of: Part.self, threads: threads)
    defer { parts.cancel() }
    var tallies = (0..<shardCount).map { ShardTally(shard: $0) }
    var streams: [Stream] = []
    var nextShard = 0
    func handOver(_ part: ExportedPart<Part>?) throws(ClientError) {
      guard let part else { return }
      tallies[part.shard].rows += part.rows
      progress(part.shard, shardCount)
      try body(try part.made.get())
    }
    while true {
      streams.removeAll { $0.cursor == nil && $0.chunks.isEmpty }
      while streams.count < Self.shardsAhead, nextShard < shardCount {
        streams.append(Stream(shard: nextShard))
        nextShard += 1
      }
      for index in streams.indices { ask(table, &streams[index], conversation) }
      guard !streams.isEmpty || parts.isAnyUnderWay else { break }
      if parts.hasRoom, streams.first?.chunks.isEmpty == false {
        let chunk = streams[0].chunks.removeFirst()
        let shard = streams[0].shard
        tallies[shard].hash.update(chunk)
        parts.submit { ExportedPart(chunk, of: shard, make) }
        try handOver(parts.next(timeoutMilliseconds: 0))
      } else if streams.isEmpty || !parts.hasRoom {
        try handOver(parts.next(timeoutMilliseconds: Self.turnMilliseconds))
      } else {
        try take(try conversation.next(), into: &streams)
      }
    }
    return tallies.map { ExportedShard(shard: $0.shard, rows: $0.rows, hash: $0.hash.digest()) }
  }

  private static func parts<Part>(
    of _: Part.Type, threads: Int
  ) throws(ClientError) -> OrderedResults<ExportedPart<Part>> {
    do throws(ThreadingError) {
      return try OrderedResults(name: "export", threads: threads)
    } catch { throw .threading(error) }
  }

  /// What came of a shard so far.
  private struct ShardTally {
    let shard: Int
    var rows = 0
    var hash = XXH64()
  }

  private func ask(_ table: ExportTable, _ stream: inout Stream, _ conversation: Conversation) {
    guard let cursor = stream.cursor, !stream.isAsked, stream.chunks.count < Self.chunksAhead
    else { return }
    let shard = stream.shard
    stream.isAsked = true
    conversation.ask(for: .table(table), of: shard, from: cursor)
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

/// What was made of a chunk of rows.
private struct ExportedPart<Part: Sendable>: Sendable {
  let shard: Int
  var rows = 0
  let made: Result<Part, ClientError>

  init(
    _ chunk: [UInt8], of shard: Int, _ make: ([ExportedRow]) throws(ClientError) -> Part
  ) {
    self.shard = shard
    do throws(ClientError) {
      let stored = try ExportedRow.unpack(chunk, of: shard)
      rows = stored.count
      made = .success(try make(stored))
    } catch {
      made = .failure(error)
    }
  }
}
