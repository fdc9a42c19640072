public import Demand
public import Storage

/// The snapshots that this worker holds for backups: one for each cut, of all shards. Used from one
/// thread.
///
/// A held snapshot keeps the WAL from starting over, so the limits here are what bounds the WAL: it
/// grows by what is written in `maximumDuration`, and no longer.
public final class CutSessions {
  /// How many cuts are kept at once: those that are read, and those whose makers have died.
  public static let maximumCount = 8
  /// How long a cut may wait between two questions.
  public static let idleDuration = Duration.seconds(60)
  /// How long a cut may be read.
  public static let maximumDuration = Duration.seconds(3_600)
  /// What is read once needs no cache to speak of.
  private static let cacheBytes = 1 << 20

  private struct Session {
    let reader: ShardReader
    let began: ContinuousClock.Instant
    var asked: ContinuousClock.Instant
  }

  private let folder: String
  private var sessions: [UInt64: Session] = [:]

  /// Makes cuts of the data in `folder`.
  public init(folder: String) { self.folder = folder }

  /// How many snapshots are held.
  public var count: Int { sessions.count }

  /// Takes a snapshot; whether there was room for another one.
  public func begin(
    _ session: UInt64, at now: ContinuousClock.Instant
  ) throws(StorageError) -> Bool {
    expire(at: now)
    guard sessions[session] == nil, sessions.count < Self.maximumCount else { return false }
    let reader = try ShardReader(folder: folder, cacheBytes: Self.cacheBytes)
    try reader.holdSnapshot()
    sessions[session] = Session(reader: reader, began: now, asked: now)
    return true
  }

  /// How far the logs of shards are in a cut; nothing where the cut is not held any more. A shard
  /// that was dropped before the snapshot is no empty one: it is `unfinished`.
  public func positions(
    of shards: [Int], in session: UInt64, at now: ContinuousClock.Instant
  ) throws(StorageError) -> [LogPosition]? {
    guard let reader = reader(of: session, at: now) else { return nil }
    var positions: [LogPosition] = []
    for shard in shards {
      let isHeld = try reader.epoch(of: shard) > 0
      positions.append(isHeld ? try reader.position(of: shard) : .unfinished)
    }
    return positions
  }

  /// The next rows of a shard in a cut; nothing where the cut is not held any more.
  public func chunk(
    shard: Int, of session: UInt64, after cursor: [UInt8]?, maximumBytes: Int,
    at now: ContinuousClock.Instant
  ) throws(StorageError) -> (bytes: [UInt8], next: [UInt8]?)? {
    guard let reader = reader(of: session, at: now) else { return nil }
    return try reader.exportChunk(shard: shard, after: cursor, maximumBytes: maximumBytes)
  }

  /// Lets go of a cut.
  public func end(_ session: UInt64) {
    sessions.removeValue(forKey: session)?.reader.releaseSnapshot()
  }

  /// Lets go of the cuts whose time is over; called now and then, also when nobody asks.
  public func expire(at now: ContinuousClock.Instant) {
    for (number, session) in sessions
    where now - session.asked > Self.idleDuration || now - session.began > Self.maximumDuration {
      end(number)
    }
  }

  private func reader(
    of session: UInt64, at now: ContinuousClock.Instant
  ) -> ShardReader? {
    expire(at: now)
    sessions[session]?.asked = now
    return sessions[session]?.reader
  }
}

extension ShardReader {
  /// How far the log of a shard is; a copy that is not whole is at `LogPosition.unfinished`.
  public func position(of shard: Int) throws(StorageError) -> LogPosition {
    try connection.state(shard)?.position ?? .start
  }
}
