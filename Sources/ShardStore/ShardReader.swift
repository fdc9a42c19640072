public import Demand
import Packing
public import Storage

/// Reads a worker's data beside the writer, each call from one snapshot. Used from one thread.
public final class ShardReader {
  /// The newest schema that this program reads and writes.
  public static var schema: Int { Schema.migrations.count }

  /// The number of shards.
  public let shardCount: Int

  let connection: Connection
  /// The tail that was read last: the slices of a shard are read one after the other.
  private var lastTail: (key: TailKey, tail: Tail)?

  private struct TailKey: Equatable {
    let shard: Int
    let generation: Int64
    let nextOrdinal: Int64
  }

  /// The database that a `ShardWriter` makes in `folder`.
  public static func path(_ folder: String) -> String { "\(folder)/granary.sqlite" }

  /// The version of the schema that this program writes.
  public static var schemaVersion: Int { Schema.migrations.count }

  /// Opens the data that a `ShardWriter` made in `folder`; with a small cache where what is read
  /// is read once.
  public init(folder: String, cacheBytes: Int = Connection.Limits().cacheBytes) throws(StorageError)
  {
    var limits = Connection.Limits()
    limits.cacheBytes = cacheBytes
    connection = try Connection(Self.path(folder), .readOnly, limits: limits)
    try connection.checkSchema(known: Schema.migrations.count)
    guard let count = try connection.meta("shards") else {
      throw StorageError(
        path: connection.path, kind: .unreadable, message: "no writer has opened it yet")
    }
    shardCount = Int(count)
  }

  /// Runs `body` with all its reads on one snapshot.
  public func snapshot<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result { try connection.snapshot(body) }

  /// Keeps all reads from here on in one snapshot, until `releaseSnapshot`: for a hand-off, whose
  /// chunks belong together. Meanwhile the WAL grows.
  public func holdSnapshot() throws(StorageError) { try connection.holdSnapshot() }

  /// Ends `holdSnapshot`.
  public func releaseSnapshot() { connection.releaseSnapshot() }

  /// How far a source came in a shard.
  public func progress(
    of source: SourceID, shard: Int
  ) throws(StorageError) -> SourceProgress { try connection.progress(source, shard) }

  /// The highest epoch that a shard has seen; 0 before the first.
  public func epoch(of shard: Int) throws(StorageError) -> UInt64 { try connection.epoch(shard) }

  /// The latest start of a coordinator whose orders were carried out; 0 before the first.
  public func term() throws(StorageError) -> UInt64 {
    UInt64(clamping: try connection.meta("term") ?? 0)
  }

  /// How far the logs of all shards with an epoch are. A shard without data is at the start, and a
  /// copy that is not whole at `LogPosition.unfinished`.
  public func positions() throws(StorageError) -> [Int: LogPosition] {
    try connection.snapshot { () throws(StorageError) in
      let select = try connection.statement("SELECT shard FROM epoch").bind()
      defer { select.reset() }
      var positions: [Int: LogPosition] = [:]
      while try select.step() {
        let shard = Int(select.integer(0))
        positions[shard] = try connection.state(shard)?.position ?? .start
      }
      return positions
    }
  }

  /// The summary of a unit, or nothing while it is not done.
  public func unit(
    run: UInt64, shard: Int, slice: Slice
  ) throws(StorageError) -> [UInt8]? { try connection.unit(shard, run, slice) }

  /// The tail of a shard; inside a snapshot.
  func tail(_ shard: Int) throws(StorageError) -> Tail {
    guard let state = try connection.state(shard), state.tailBytes > 0 else { return .empty }
    let key = TailKey(
      shard: shard, generation: state.generation, nextOrdinal: state.nextOrdinal)
    if let lastTail, lastTail.key == key { return lastTail.tail }
    // Let go of the old one before the new one is made.
    lastTail = nil
    let tail = try Tail(TailBatch.all(shard, in: connection), shard: shard, in: connection)
    lastTail = (key, tail)
    return tail
  }

  /// The series of a row, with its prices as they were given.
  func series(_ row: StoredRow, _ shard: Int) throws(StorageError) -> DemandSeries {
    try SKUTable.series.decode(row, shard: shard, in: connection) {
      bytes throws(PackingError) in try DemandSeries(packed: bytes)
    }
  }
}

/// What there is to know of a shard without reading its rows.
public struct ShardSummary: Equatable, Sendable {
  /// The shard.
  public var shard: Int
  /// The highest epoch that it has seen.
  public var epoch: UInt64
  /// How many SKUs there are.
  public var skuCount: Int
  /// The latest day of a sales row.
  public var latestSalesDay: Day?
  /// The tail, in bytes: past `ShardStoreLimits.tailBytes` it is time to fold.
  public var tailBytes: Int
  /// The tail, in rows.
  public var tailRows: Int
}

extension ShardReader {
  /// The summary of a shard, whether there is data of it or not.
  public func summary(of shard: Int) throws(StorageError) -> ShardSummary {
    try connection.snapshot { () throws(StorageError) in
      let state = try connection.state(shard) ?? ShardState()
      return ShardSummary(
        shard: shard, epoch: try connection.epoch(shard), skuCount: state.skuCount,
        latestSalesDay: state.latestDay, tailBytes: state.tailBytes, tailRows: state.tailRows)
    }
  }

  /// The summaries of all shards that have data or an epoch, in order.
  public func summaries() throws(StorageError) -> [ShardSummary] {
    try connection.snapshot { () throws(StorageError) in
      let select = try connection.statement(
        "SELECT shard FROM state UNION SELECT shard FROM epoch ORDER BY shard")
      try select.bind()
      defer { select.reset() }
      var summaries: [ShardSummary] = []
      while try select.step() { summaries.append(try summary(of: Int(select.integer(0)))) }
      return summaries
    }
  }
}
