public import Demand
public import Packing

/// An operator's backup talks to a worker about a cut: one moment of all shards at which nothing is
/// acknowledged. What was acknowledged before it is in, wherever it was; what came after it is not.
public struct CutRequest: Equatable, Packable {
  /// What is wanted.
  public enum Action: UInt8, Sendable, CaseIterable {
    /// Acknowledge nothing, take a snapshot, and say so; after a second it goes on by itself. Said
    /// once: a session whose second has passed is not held again.
    case hold = 1
    /// Go on; the snapshot is kept.
    case goOn = 2
    /// Say how far the logs of some shards are in the snapshot.
    case positions = 3
    /// Let go of the snapshot too.
    case end = 4
  }

  /// The number of the cut, drawn by the asker.
  public var session: UInt64
  /// What is wanted.
  public var action: Action
  /// With `hold`: the shards that will be read here, and the epochs under which they are here. With
  /// `positions`: those that are asked about, at most `Limits.shardsPerQuestion`.
  public var shards: [HeldShard]

  /// Makes a request.
  public init(session: UInt64, _ action: Action, shards: [HeldShard] = []) {
    self.session = session
    self.action = action
    self.shards = shards
  }

  /// Appends the request.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(session)
    writer.fixed(action.rawValue)
    writer.list(shards)
  }

  /// Reads a request.
  public init(from reader: inout ByteReader) throws(PackingError) {
    session = try reader.fixed()
    action = try reader.choice("wish for a cut")
    shards = try reader.list("shards", limit: Limits.shards, minimumBytes: 2)
  }
}

/// What a worker has done for a cut.
public struct CutAnswer: Equatable, Packable {
  /// A shard in the snapshot.
  public struct Entry: Equatable, Packable {
    /// The shard.
    public var shard: Int
    /// How far its log is in the snapshot.
    public var position: LogPosition

    /// Makes an entry.
    public init(shard: Int, position: LogPosition) {
      self.shard = shard
      self.position = position
    }

    /// Appends the entry.
    public func pack(into writer: inout ByteWriter) {
      writer.count(shard)
      position.pack(into: &writer)
    }

    /// Reads an entry.
    public init(from reader: inout ByteReader) throws(PackingError) {
      shard = try reader.count("shard", limit: Limits.shards - 1)
      position = try LogPosition(from: &reader)
    }
  }

  /// The number of the cut.
  public var session: UInt64
  /// Where positions were asked for, those; else none.
  public var entries: [Entry]

  /// Makes an answer.
  public init(session: UInt64, entries: [Entry] = []) {
    self.session = session
    self.entries = entries
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(session)
    writer.list(entries)
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    session = try reader.fixed()
    entries = try reader.list("shards", limit: Limits.shardsPerQuestion, minimumBytes: 10)
  }
}

/// Asks for the next rows of a shard in a cut's snapshot; answered by `rows`.
public struct CutRowsRequest: Equatable, Packable {
  /// The number of the cut.
  public var session: UInt64
  /// Of which shard.
  public var shard: Int
  /// Where the rows before ended; empty at the start.
  public var cursor: [UInt8]

  /// Makes a question.
  public init(session: UInt64, shard: Int, cursor: [UInt8]) {
    self.session = session
    self.shard = shard
    self.cursor = cursor
  }

  /// Appends the question.
  public func pack(into writer: inout ByteWriter) {
    writer.fixed(session)
    writer.count(shard)
    writer.blob(cursor)
  }

  /// Reads a question.
  public init(from reader: inout ByteReader) throws(PackingError) {
    session = try reader.fixed()
    shard = try reader.count("shard", limit: Limits.shards - 1)
    cursor = try reader.blob("cursor", limit: 1_024)
  }
}
