import Demand
import WireProtocol

/// Puts a log entry together again from its pieces, which come in order or not at all.
struct EntryAssembly: Sendable {
  /// The largest entry that is sent from node to node. A copy that lacks a larger one is made anew.
  static let maximumBytes = 64 << 20

  /// What a piece made of it.
  enum Outcome: Equatable {
    /// The entry is whole.
    case whole([UInt8])
    /// More pieces are to come.
    case more
    /// A piece before it is missing: all of it has to be sent again.
    case torn
  }

  /// The position behind which the entry is.
  private var previous = LogPosition.start
  /// How many pieces came, of how many; 0 of 0 where none is waited for.
  private var came = 0
  private var count = 0
  private var bytes: [UInt8] = []

  /// The bytes that are kept.
  var byteCount: Int { bytes.count }

  /// Takes the next piece of the entry behind a position.
  mutating func take(_ piece: LogPiece, behind position: LogPosition) -> Outcome {
    if piece.count == 1 {
      self = EntryAssembly()
      return .whole(piece.bytes)
    }
    if piece.index == 0, came == 0 || previous != position || count != piece.count {
      self = EntryAssembly()
      previous = position
      count = piece.count
    }
    guard count == piece.count, came == piece.index, previous == position,
      bytes.count + piece.bytes.count <= Self.maximumBytes
    else {
      // What comes twice, or late, does no harm to what is being put together.
      return .torn
    }
    bytes += piece.bytes
    came += 1
    guard came == count else { return .more }
    defer { self = EntryAssembly() }
    return .whole(bytes)
  }

  /// The pieces of an entry, or nothing where it is too large to be sent.
  static func pieces(of entry: [UInt8]) -> [LogPiece]? {
    guard entry.count <= maximumBytes else { return nil }
    guard entry.count > Limits.pieceBytes else { return [LogPiece(bytes: entry)] }
    let count = (entry.count + Limits.pieceBytes - 1) / Limits.pieceBytes
    return (0..<count).map { index in
      let start = index * Limits.pieceBytes
      let end = min(entry.count, start + Limits.pieceBytes)
      return LogPiece(index: index, of: count, bytes: Array(entry[start..<end]))
    }
  }
}
