public import Demand
public import Packing

extension LogPosition: Packable {
  /// Appends the position.
  public func pack(into writer: inout ByteWriter) {
    writer.varint(number)
    writer.fixed(chain)
  }

  /// Reads a position.
  public init(from reader: inout ByteReader) throws(PackingError) {
    self.init(number: try reader.varint(), chain: try reader.fixed())
  }
}

/// A piece of a shard's log entry: an entry that does not fit a frame is sent in several.
public struct LogPiece: Equatable, Sendable, Packable {
  /// Which piece of how many.
  public var index: Int, count: Int
  /// Its bytes.
  public var bytes: [UInt8]

  /// Makes a piece.
  public init(index: Int = 0, of count: Int = 1, bytes: [UInt8]) {
    self.index = index
    self.count = count
    self.bytes = bytes
  }

  /// Appends the piece.
  public func pack(into writer: inout ByteWriter) {
    writer.count(index)
    writer.count(count)
    writer.blob(bytes)
  }

  /// Reads a piece.
  public init(from reader: inout ByteReader) throws(PackingError) {
    index = try reader.count("piece", limit: Limits.piecesPerEntry - 1)
    count = try reader.count("pieces", limit: Limits.piecesPerEntry)
    guard index < count else { throw .invalid(what: "piece \(index) of \(count)") }
    bytes = try reader.blob("piece", limit: Limits.pieceBytes)
  }
}

/// A primary sends entries of a shard's log to a follower, in order. Without entries it asks how
/// far the follower is.
public struct LogAppend: Equatable, Packable {
  /// Which shard.
  public var shard: Int
  /// The epoch under which the sender is its primary.
  public var epoch: UInt64
  /// A number of the sender for what the follower is to it now, which the answers repeat: what it
  /// said when it was something else, and may have had other data, is void.
  public var session: UInt64
  /// The position of the log before the first entry here.
  public var previous: LogPosition
  /// Pieces of the entries behind that. Only the last may be of an entry that goes on in the next
  /// frame, which has the same `previous` as long as the entry is not whole.
  public var pieces: [LogPiece]
  /// Whether the follower, a learner, is to drop what it has and copy the shard.
  public var mustCopy: Bool

  /// Makes a message.
  public init(
    shard: Int, epoch: UInt64, session: UInt64 = 0, previous: LogPosition,
    pieces: [LogPiece] = [], mustCopy: Bool = false
  ) {
    self.shard = shard
    self.epoch = epoch
    self.session = session
    self.previous = previous
    self.pieces = pieces
    self.mustCopy = mustCopy
  }

  /// Appends the message.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    writer.varint(session)
    previous.pack(into: &writer)
    writer.list(pieces)
    writer.bool(mustCopy)
  }

  /// Reads a message.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    session = try reader.varint()
    previous = try LogPosition(from: &reader)
    pieces = try reader.list("pieces", limit: Limits.piecesPerAppend, minimumBytes: 3)
    mustCopy = try reader.bool()
  }
}

/// How far a follower is, durably.
public struct LogAppended: Equatable, Packable {
  /// What a follower says to entries.
  public enum Outcome: UInt8, Sendable {
    /// All that came up to the position is durable.
    case kept = 1
    /// It does not follow the shard under this epoch (yet).
    case notFollowing = 2
    /// Its store does not take entries: a full disk, a failed fsync.
    case failed = 3
    /// It is copying the shard.
    case copying = 4
  }

  /// Which shard.
  public var shard: Int
  /// The epoch that the entries came under.
  public var epoch: UInt64
  /// The number that came with them.
  public var session: UInt64
  /// How far it is.
  public var position: LogPosition
  /// What it says.
  public var outcome: Outcome
  /// Why it failed, or empty.
  public var reason: String

  /// Makes an answer.
  public init(
    shard: Int, epoch: UInt64, session: UInt64 = 0, position: LogPosition, outcome: Outcome,
    reason: String = ""
  ) {
    self.shard = shard
    self.epoch = epoch
    self.session = session
    self.position = position
    self.outcome = outcome
    self.reason = reason
  }

  /// Appends the answer.
  public func pack(into writer: inout ByteWriter) {
    writer.count(shard)
    writer.varint(epoch)
    writer.varint(session)
    position.pack(into: &writer)
    writer.fixed(outcome.rawValue)
    writer.sentence(reason)
  }

  /// Reads an answer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    shard = try reader.count("shard", limit: Limits.shards - 1)
    epoch = try reader.varint()
    session = try reader.varint()
    position = try LogPosition(from: &reader)
    outcome = try reader.choice("outcome")
    reason = try reader.sentence("reason")
  }
}

/// The results of a unit that a replica worked out for a primary that is far behind: the primary
/// stores them unless the unit is done by then.
public struct UnitOffer: Equatable, Packable {
  /// Which unit.
  public var id: UnitID
  /// The epoch of the shard.
  public var epoch: UInt64
  /// A piece of the log entry that the unit becomes.
  public var piece: LogPiece

  /// Makes an offer.
  public init(id: UnitID, epoch: UInt64, piece: LogPiece) {
    self.id = id
    self.epoch = epoch
    self.piece = piece
  }

  /// Appends the offer.
  public func pack(into writer: inout ByteWriter) {
    id.pack(into: &writer)
    writer.varint(epoch)
    piece.pack(into: &writer)
  }

  /// Reads an offer.
  public init(from reader: inout ByteReader) throws(PackingError) {
    id = try UnitID(from: &reader)
    epoch = try reader.varint()
    piece = try LogPiece(from: &reader)
  }
}
