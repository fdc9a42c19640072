public import Storage

/// The snapshots that this worker holds for others that copy shards from it, so that all chunks of
/// a copy are of one moment whatever happens meanwhile. Used from one thread.
///
/// A held snapshot keeps the WAL from starting over, so the limits here are what bounds the WAL:
/// it grows by what is written in `maximumDuration`, and no longer.
public final class CopySessions {
  /// How many copies are given at once; more are told to come later.
  public static let maximumCount = 8
  /// How long a copy may wait between two questions.
  public static let idleDuration = Duration.seconds(30)
  /// How long a copy may take.
  public static let maximumDuration = Duration.seconds(600)
  /// What is read once needs no cache to speak of.
  private static let cacheBytes = 1 << 20

  /// What comes back for a question.
  public enum Answer: Equatable, Sendable {
    /// Rows, for `Write.chunk`, and where to go on; at the end nothing.
    case chunk([UInt8], next: [UInt8]?)
    /// The snapshot is gone, or never was: the copy starts over, under another number.
    case unknown
    /// As many copies as may be are under way.
    case busy
  }

  private struct Key: Hashable {
    let session: UInt64
    let shard: Int
  }

  private struct Session {
    let reader: ShardReader
    let began: ContinuousClock.Instant
    var asked: ContinuousClock.Instant
  }

  private let folder: String
  private var sessions: [Key: Session] = [:]

  /// Gives copies of the data in `folder`.
  public init(folder: String) { self.folder = folder }

  /// How many snapshots are held.
  public var count: Int { sessions.count }

  /// The next rows of a shard for a session, whose number is the asker's. The question without a
  /// cursor takes the snapshot; asked again it starts over in the same one.
  public func chunk(
    session: UInt64, shard: Int, after cursor: [UInt8]?, maximumBytes: Int,
    at now: ContinuousClock.Instant
  ) throws(StorageError) -> Answer {
    expire(at: now)
    let key = Key(session: session, shard: shard)
    if sessions[key] == nil {
      guard cursor == nil else { return .unknown }
      guard sessions.count < Self.maximumCount else { return .busy }
      let reader = try ShardReader(folder: folder, cacheBytes: Self.cacheBytes)
      try reader.holdSnapshot()
      sessions[key] = Session(reader: reader, began: now, asked: now)
    }
    guard let reader = sessions[key]?.reader else { return .unknown }
    sessions[key]?.asked = now
    do {
      let chunk = try reader.exportChunk(shard: shard, after: cursor, maximumBytes: maximumBytes)
      if chunk.next == nil { close(key) }
      return .chunk(chunk.bytes, next: chunk.next)
    } catch {
      close(key)
      throw error
    }
  }

  /// Lets go of the snapshots whose time is over; called now and then, also when nobody asks.
  public func expire(at now: ContinuousClock.Instant) {
    for (key, session) in sessions
    where now - session.asked > Self.idleDuration || now - session.began > Self.maximumDuration {
      close(key)
    }
  }

  private func close(_ key: Key) { sessions.removeValue(forKey: key)?.reader.releaseSnapshot() }
}
